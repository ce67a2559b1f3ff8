"""
BG/NBD on simulated customers: fit, and 26 weeks of expected purchases, against lifetimes and pymc-marketing (maximum a posteriori).

    python bench/clv.py [CUSTOMERS] [--peers PYTHON]

Each method is a process of its own, one after the other; pymc-marketing wants other versions than Kezhi's and runs in the
environment of PYTHON, which needs nothing of Kezhi. What each compiles is compiled before its clock starts.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
import warnings

import numpy as np
import pandas as pd

WEEKS = 26.0


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
    return pd.DataFrame({"customer_id": np.arange(customers), "frequency": frequency, "recency": recency, "T": seen})


def kezhi(table: pd.DataFrame) -> tuple[float, float, float, dict[str, float]]:
    from kezhi.models import BgNbd

    BgNbd().fit(table.head(100))
    began = time.perf_counter()
    model = BgNbd().fit(table)
    fitted = time.perf_counter()
    total = float(model.expected_purchases(WEEKS).sum())
    return fitted - began, time.perf_counter() - fitted, total, model.params_


def lifetimes(table: pd.DataFrame) -> tuple[float, float, float, dict[str, float]]:
    from lifetimes import BetaGeoFitter

    began = time.perf_counter()
    model = BetaGeoFitter().fit(table.frequency, table.recency, table["T"])
    fitted = time.perf_counter()
    total = float(np.sum(model.conditional_expected_number_of_purchases_up_to_time(WEEKS, table.frequency, table.recency, table["T"])))
    return fitted - began, time.perf_counter() - fitted, total, model.params_.to_dict()


def pymc(table: pd.DataFrame) -> tuple[float, float, float, dict[str, float]]:
    from pymc_marketing.clv import BetaGeoModel

    few = BetaGeoModel(data=table.head(2000))
    few.fit(method="map", progressbar=False)
    few.expected_purchases(data=table.head(100), future_t=WEEKS)
    began = time.perf_counter()
    model = BetaGeoModel(data=table)
    model.fit(method="map", progressbar=False)
    fitted = time.perf_counter()
    total = float(model.expected_purchases(data=table, future_t=WEEKS).to_numpy().sum())
    params = {name: float(np.ravel(model.fit_result[name])[0]) for name in ("r", "alpha", "a", "b")}
    return fitted - began, time.perf_counter() - fitted, total, params


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("customers", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--peers", help="Python of an environment with pymc-marketing")
    parser.add_argument("--method", choices=("kezhi", "lifetimes", "pymc"), help="this one alone, in this process")
    given = parser.parse_args()
    if given.method is None:
        for method, python in (("kezhi", sys.executable), ("lifetimes", sys.executable), ("pymc", given.peers)):
            if python is not None:
                subprocess.run([python, __file__, str(given.customers), "--method", method], check=True)
        return
    warnings.simplefilter("ignore")
    fit, predict, total, params = globals()[given.method](simulated(given.customers))
    shown = ", ".join(f"{name} {value:.4f}" for name, value in params.items())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{given.method:10} fit {fit:.2f} s, predict {predict:.2f} s, peak {peak} MiB; {total:,.0f} purchases; {shown}", flush=True)


if __name__ == "__main__":
    main()
