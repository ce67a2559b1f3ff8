"""
The whole `kezhi run` on N and on 2 N customers, each a process of its own: a demo city with all that it has, or a company
whose systems gave customers and ten orders each and nothing else.

Shown are seconds, processor seconds and peak resident memory, what doubling the input does to them, and
whether memory keeps under the engine's limit (plus what Python and its libraries take) as the city grows.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from data import apart, generate
from rotate import measure

from kezhi.flow.steps import FOUNDATION, STEPS
from kezhi.settings import FILE

KEZHI = [sys.executable, "-c", "import sys; from kezhi.cli import main; sys.exit(main())"]
SENT = (
    "order_id", "customer_id", "refund_of", "ordered_at", "gross_amount", "discount_amount", "net_amount", "status", "channel", "store",
    "payment_method",
)  # fmt: skip
OUTSIDE_ENGINE_MIB = 500  # Python, Arrow batches and libraries: not counted by the engine's limit


def whole_run(
    folder: Path, customers: int, memory_limit: str, *, inputs: str = "city", steps: str = "all", times: Sequence[int] = (1, 2)
) -> None:
    """
    Make companies of *customers* × *times* in *folder* where there are none yet, run each once, print a table.

    With *steps* foundation only those run that no run can leave out: from the files to known customers, and what is sold by month.
    """
    found = {}
    for factor in times:
        city = folder / f"{inputs}-{customers * factor}"
        if not (city / FILE).is_file():
            if inputs == "orders":
                apart(_orders_alone, city, customers * factor)
            else:
                made = measure("city", [*KEZHI, "city", str(city), "--customers", str(customers * factor)])
                print(f"city of {customers * factor:,}: {made['seconds']:.0f} s, {made['peak_mib']:.0f} MiB", flush=True)
        left_out = [step.name for step in STEPS if step.name not in FOUNDATION] if steps == "foundation" else []
        _set(city / FILE, memory_limit, left_out)
        shutil.rmtree(city / ".kezhi", ignore_errors=True)  # a first run: nothing read before
        run = measure("run", [*KEZHI, "run", "-p", str(city)])
        rows = _orders(city)
        found[factor] = run
        base = found[times[0]]
        print(
            f"run of {customers * factor:>10,} customers, {rows:>11,} orders: {run['seconds']:7.1f} s, {run['cpu']:7.1f} cpu s, "
            f"{run['peak_mib']:6.0f} MiB, x{run['seconds'] / base['seconds']:.2f} time for x{factor / times[0]:.0f} input",
            flush=True,
        )
    allowed = _mib(memory_limit) + OUTSIDE_ENGINE_MIB
    worst = max(run["peak_mib"] for run in found.values())
    print(f"memory: {worst:.0f} MiB of {allowed:.0f} MiB allowed ({memory_limit} and {OUTSIDE_ENGINE_MIB} MiB outside the engine)")
    if worst > allowed:
        sys.exit(1)


def _orders_alone(folder: Path, customers: int) -> None:
    """A project of two Parquet files: customers with a phone of their own, and the orders of `data.generate`."""
    generate(folder / "made", customers)
    people = pq.read_table(folder / "made" / "customers.parquet")
    phones = np.random.default_rng(20260103).permutation(customers)
    people = people.append_column("phone", pa.array([f"139{number:08d}" for number in phones]))
    pq.write_table(people, folder / "customers.parquet")
    pq.write_table(pq.read_table(folder / "made" / "orders.parquet", columns=list(SENT)), folder / "orders.parquet")
    shutil.rmtree(folder / "made")
    files = [part for name in ("customers", "orders") for part in ("--from", str(folder / f"{name}.parquet"))]
    measure("init", [*KEZHI, "init", "-p", str(folder), *files])


def _set(path: Path, memory_limit: str, left_out: Sequence[str]) -> None:
    """Set engine.memory_limit, two threads and the steps to skip in the project's settings, whatever stood there."""
    kept, inside = [], False
    for text in path.read_text(encoding="utf-8").splitlines():
        inside = text.startswith(("engine:", "skip:")) or (inside and text.startswith((" ", "#")))
        if not inside:
            kept.append(text)
    made = ["engine:", f"  memory_limit: {memory_limit}", "  threads: 2", f"skip: [{', '.join(left_out)}]", ""]
    path.write_text("\n".join([*kept, *made]), encoding="utf-8")


def _orders(city: Path) -> int:
    snapshot = (city / ".kezhi" / "lake" / "CURRENT").read_text(encoding="utf-8").strip()
    manifest = json.loads((city / ".kezhi" / "lake" / snapshot / "manifest.json").read_text(encoding="utf-8"))
    return int(manifest["tables"]["orders"]["rows"])


def _mib(limit: str) -> float:
    units = {"KB": 1e3, "MB": 1e6, "GB": 1e9, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30}
    text = limit.upper().replace(" ", "")
    unit = next(u for u in sorted(units, key=len, reverse=True) if text.endswith(u))
    return float(text.removesuffix(unit)) * units[unit] / 2**20
