"""
Forecasts of a project's monthly series, against statsforecast: `python bench/forecasts.py PROJECT [--peers PYTHON]`.

PROJECT has run. PYTHON is an interpreter that has statsforecast and pyarrow, in an environment of its own (2.1 needs pandas
below 3). All look three months ahead from the same newest starts; printed is the mean absolute error as a share of that of the
same month of the year before, mean over series, and the seconds.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

HORIZON, STARTS = 3, 6


def errors(values: Any, made: dict[int, Any]) -> Any:
    """Mean absolute error of each series over the starts."""
    import numpy as np

    return np.mean([np.abs(one - values[:, start : start + HORIZON]).mean(axis=1) for start, one in made.items()], axis=0)


def series(path: Path) -> tuple[dict[str, Any], int]:
    """Metric -> series x months; calendar month of the first column."""
    import numpy as np
    import pyarrow.parquet as pq

    table = pq.read_table(path).sort_by([(name, "ascending") for name in ("metric", "dimension", "member", "month")])
    months = table["month"].unique().sort()
    metric = np.array(table["metric"].to_pylist())
    value = table["value"].to_numpy()
    return {name: value[metric == name].reshape(-1, len(months)) for name in sorted(set(metric))}, months[0].as_py().month - 1


def kezhi(values: dict[str, Any], first: int) -> dict[str, list[float]]:
    """Ours: the choice on earlier months, as in a run."""
    from kezhi.models import Forecaster

    return {name: Forecaster(horizon=HORIZON).fit(table, first).backtest_.error.tolist() for name, table in values.items()}


def statsforecast(values: dict[str, Any], method: str) -> dict[str, list[float]]:
    """A model of statsforecast with a year of 12 months, fitted again at each start."""
    from statsforecast import models

    found = {}
    for name, table in values.items():
        made = {}
        for start in range(table.shape[1] - HORIZON - STARTS + 1, table.shape[1] - HORIZON + 1):
            model = getattr(models, method)(season_length=12)
            made[start] = [model.forecast(y=row[:start].copy(), h=HORIZON)["mean"] for row in table]
        found[name] = errors(table, made).tolist()
    return found


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("place", type=Path)
    asked.add_argument("--peers")
    asked.add_argument("--method")
    given = asked.parse_args()
    path = given.place
    if path.is_dir():
        import kezhi as opened

        path = next((opened.open(path).snapshot.folder / "sales_series").glob("*.parquet"))
    values, first = series(path)
    began = time.perf_counter()
    if given.method:
        found = kezhi(values, first) if given.method == "kezhi" else statsforecast(values, given.method)
        print(json.dumps({"seconds": time.perf_counter() - began, "errors": found}))
        return
    import numpy as np

    starts = range(next(iter(values.values())).shape[1] - HORIZON - STARTS + 1, next(iter(values.values())).shape[1] - HORIZON + 1)
    base = {name: errors(table, {start: table[:, start - 12 : start - 12 + HORIZON] for start in starts}) for name, table in values.items()}
    methods = ["kezhi"] + (["SeasonalNaive", "AutoETS", "AutoTheta", "DynamicOptimizedTheta", "AutoARIMA"] if given.peers else [])
    for method in methods:
        python = sys.executable if method == "kezhi" else given.peers
        answer = subprocess.run([python, __file__, str(path), "--method", method], capture_output=True, text=True, check=True).stdout
        told = json.loads(answer.splitlines()[-1])
        shares = {name: float(np.mean(np.array(one)[base[name] > 0] / base[name][base[name] > 0])) for name, one in told["errors"].items()}
        print(f"{method:22} {told['seconds']:7.2f} s  " + "  ".join(f"{name} {share:.3f}" for name, share in shares.items()))


if __name__ == "__main__":
    main()
