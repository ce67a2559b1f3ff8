"""BG/NBD on simulated customers: fit, and 26 weeks of expected purchases, against lifetimes. `python bench/clv.py [customers]`."""

from __future__ import annotations

import resource
import sys
import time
import warnings
from multiprocessing import get_context

import numpy as np
import pandas as pd


def simulated(customers: int) -> pd.DataFrame:
    """BG/NBD customers (r 0.243, alpha 4.414, a 0.793, b 2.426) seen for 27 to 104 weeks, times in days."""
    rng = np.random.default_rng(20)
    seen = rng.integers(27 * 7, 104 * 7, customers) / 7
    rate = rng.gamma(0.243, 1 / 4.414, customers)
    stays = rng.geometric(np.maximum(rng.beta(0.793, 2.426, customers), 1e-9))
    frequency, recency, time_now = np.zeros(customers), np.zeros(customers), np.zeros(customers)
    here = np.arange(customers)
    while len(here):
        time_now[here] += rng.exponential(1.0, len(here)) / rate[here]
        here = here[time_now[here] <= seen[here]]
        frequency[here] += 1
        recency[here] = np.floor(time_now[here] * 7) / 7
        here = here[frequency[here] < stays[here]]
    return pd.DataFrame({"frequency": frequency, "recency": recency, "T": seen})


def kezhi(table: pd.DataFrame) -> tuple[float, float, float, dict[str, float]]:
    from kezhi.models import BgNbd

    BgNbd().fit(table.head(100))  # compiled before the clock
    began = time.perf_counter()
    model = BgNbd().fit(table)
    fitted = time.perf_counter()
    total = float(model.expected_purchases(26).sum())
    return fitted - began, time.perf_counter() - fitted, total, model.params_


def lifetimes(table: pd.DataFrame) -> tuple[float, float, float, dict[str, float]]:
    from lifetimes import BetaGeoFitter

    warnings.simplefilter("ignore")
    began = time.perf_counter()
    model = BetaGeoFitter().fit(table.frequency, table.recency, table["T"])
    fitted = time.perf_counter()
    total = float(np.sum(model.conditional_expected_number_of_purchases_up_to_time(26, table.frequency, table.recency, table["T"])))
    return fitted - began, time.perf_counter() - fitted, total, model.params_.to_dict()


def measure(method: str, customers: int) -> tuple[float, float, float, dict[str, float], int]:
    return *globals()[method](simulated(customers)), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    customers = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    for method in ("kezhi", "lifetimes"):
        with get_context("spawn").Pool(1) as pool:
            fit, predict, total, params, peak = pool.apply(measure, (method, customers))
        shown = ", ".join(f"{name} {value:.4f}" for name, value in params.items())
        print(f"{method:10} fit {fit:.2f} s, predict {predict:.2f} s, peak {peak} MiB; {total:,.0f} purchases; {shown}")
