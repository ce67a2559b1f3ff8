"""
Counts of segments: Kezhi and hand-written DuckDB SQL over the same tables of the lake, in turns: `python bench/segments.py FOLDER`.

The profile has the columns that the questions ask and two hundred more, as a real one has.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from datetime import date
from pathlib import Path

import duckdb

AS_OF = date(2026, 1, 1)
ROUNDS = 3
QUESTIONS = {
    "orders_90d >= 3 AND net_amount_365d >= 1000": "select count(*) from profile where orders_90d >= 3 and net_amount_365d >= 1000",
    "did('order', times >= 3, days <= 90)": """select count(*) from profile semi join (select customer_id from ledger
        where is_purchase and customer_id is not null and ordered_at >= timestamp '2025-10-03' group by 1 having count(*) >= 3) using (customer_id)""",
    "recency_days <= 180 AND NOT did('order', days <= 30)": """select count(*) from profile anti join (select customer_id from ledger
        where is_purchase and customer_id is not null and ordered_at >= timestamp '2025-12-02') using (customer_id) where recency_days <= 180""",
    "did('view', times >= 2, days <= 60)": """select count(*) from profile semi join (select customer_id from events
        where event_name = 'view' and occurred_at >= timestamp '2025-11-02' and occurred_at < timestamp '2026-01-01' and customer_id is not null
        group by 1 having count(*) >= 2) using (customer_id)""",
}


def make_profile(folder: Path) -> None:
    """A profile in Kezhi's schema from the orders: what the questions ask is real, the rest is null."""
    from kezhi.tables import PROFILE

    made = {
        "customer_id": "customer_id",
        "orders_90d": "count(*) filter (ordered_at >= timestamp '2025-10-03')",
        "net_amount_365d": "coalesce(sum(net_amount) filter (ordered_at >= timestamp '2025-01-01'), 0)::decimal(18, 2)",
        "recency_days": "date_diff('day', max(ordered_at)::date, date '2026-01-01')",
    }
    kinds = {"string": "varchar", "int64": "bigint", "float64": "double", "timestamp(6)": "timestamp"}
    columns = ", ".join(f"{made.get(c.name, 'null')}::{kinds.get(c.type, c.type)} as {c.name}" for c in PROFILE.columns)
    where = "order_kind = 'purchase' and status = 'paid' and customer_id is not null and ordered_at < timestamp '2026-01-01'"
    orders, out = folder / "orders.parquet", folder / "profile.parquet"
    duckdb.execute(
        f"copy (select {columns} from '{orders}' where {where} group by customer_id) to '{out}' (format parquet, compression zstd)"
    )


def make_ledger(folder: Path) -> None:
    """What counts as a purchase or refund, as a run keeps it in the lake."""
    from kezhi.kit.engine import ibis, typed
    from kezhi.profile import counted
    from kezhi.tables import ORDERS

    backend = ibis.duckdb.connect(threads=2)
    orders = typed(backend.read_parquet(folder / "orders.parquet"), ORDERS.types)
    text = backend.compile(counted(orders, as_of=AS_OF))
    backend.con.execute(f"copy ({text}) to '{folder / 'ledger.parquet'}' (format parquet, compression zstd)")


def main() -> None:
    from kezhi.flow.population import population
    from kezhi.kit.engine import ibis, typed
    from kezhi.profile import segments
    from kezhi.tables import TABLES

    folder = Path(sys.argv[1])
    if not (folder / "profile.parquet").is_file():
        make_profile(folder)
    if not (folder / "ledger.parquet").is_file():
        make_ledger(folder)
    backend = ibis.duckdb.connect(threads=2)
    names = ("profile", "ledger", "orders", "order_lines", "products", "events")
    tables = {}
    for name in names:
        if (folder / f"{name}.parquet").is_file():
            made = backend.read_parquet(folder / f"{name}.parquet", table_name=name)
            tables[name] = typed(made, TABLES[name].types)
    whole = population(tables, AS_OF, {})
    for question, sql in QUESTIONS.items():
        seconds: dict[str, list[float]] = {name: [] for name in ("kezhi", "compile", "duckdb", "kezhi_cpu", "duckdb_cpu")}
        for _ in range(ROUNDS):
            began, spent = time.perf_counter(), time.process_time()
            text = backend.compile(segments.counted(whole, segments.definition(question)))
            seconds["compile"].append(time.perf_counter() - began)
            one = backend.con.execute(text).fetchone()[0]
            seconds["kezhi"].append(time.perf_counter() - began)
            seconds["kezhi_cpu"].append(time.process_time() - spent)
            began, spent = time.perf_counter(), time.process_time()
            other = backend.con.execute(sql).fetchone()[0]
            seconds["duckdb"].append(time.perf_counter() - began)
            seconds["duckdb_cpu"].append(time.process_time() - spent)
            assert one == other, (question, one, other)
        best = {name: statistics.median(times) for name, times in seconds.items()}
        best |= {"ratio": best["kezhi"] / best["duckdb"], "ratio_cpu": best["kezhi_cpu"] / best["duckdb_cpu"]}
        print(json.dumps({"question": question, "customers": one} | {name: round(value, 4) for name, value in best.items()}))


if __name__ == "__main__":
    main()
