"""
Counts of segments: Kezhi and hand-written DuckDB SQL of the same definition, in turns: `python bench/segments.py FOLDER`.

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
ROUNDS = 5
LEDGER = """
  given_back as (select refund_of, -sum(net_amount) given_back from orders
    where order_kind = 'refund' and status not in ('unpaid', 'cancelled') and ordered_at < timestamp '2026-01-01' and refund_of is not null group by 1),
  void as (select order_id from orders join given_back on order_id = given_back.refund_of
    where order_kind = 'purchase' and ordered_at < timestamp '2026-01-01' and (status <> 'paid' or given_back >= net_amount)),
  bought as (select customer_id, ordered_at, net_amount from orders anti join void using (order_id)
    where order_kind = 'purchase' and status = 'paid' and customer_id is not null and ordered_at < timestamp '2026-01-01')
"""
QUESTIONS = {
    "orders_90d >= 3 AND net_amount_365d >= 1000": "select count(*) from profile where orders_90d >= 3 and net_amount_365d >= 1000",
    "did('order', times >= 3, days <= 90)": f"""with {LEDGER} select count(*) from profile semi join (
        select customer_id from bought where ordered_at >= timestamp '2025-10-03' group by 1 having count(*) >= 3) using (customer_id)""",
    "recency_days <= 180 AND NOT did('order', days <= 30)": f"""with {LEDGER} select count(*) from profile anti join (
        select customer_id from bought where ordered_at >= timestamp '2025-12-02') using (customer_id) where recency_days <= 180""",
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


def main() -> None:
    from kezhi.flow.population import population
    from kezhi.kit.engine import ibis, typed
    from kezhi.profile import segments
    from kezhi.tables import TABLES

    folder = Path(sys.argv[1])
    if not (folder / "profile.parquet").is_file():
        make_profile(folder)
    backend = ibis.duckdb.connect(threads=2)
    names = ("profile", "orders", "order_lines", "products", "events")
    tables = {}
    for name in names:
        if (folder / f"{name}.parquet").is_file():
            made = backend.read_parquet(folder / f"{name}.parquet", table_name=name)
            tables[name] = typed(made, {column.name: column.type for column in TABLES[name].columns})
    whole = population(tables, AS_OF, {})
    for question, sql in QUESTIONS.items():
        seconds: dict[str, list[float]] = {"kezhi": [], "compile": [], "duckdb": []}
        for _ in range(ROUNDS):
            began = time.perf_counter()
            text = backend.compile(segments.counted(whole, segments.definition(question)))
            seconds["compile"].append(time.perf_counter() - began)
            one = backend.con.execute(text).fetchone()[0]
            seconds["kezhi"].append(time.perf_counter() - began)
            began = time.perf_counter()
            other = backend.con.execute(sql).fetchone()[0]
            seconds["duckdb"].append(time.perf_counter() - began)
            assert one == other, (question, one, other)
        best = {name: statistics.median(times) for name, times in seconds.items()}
        best["ratio"] = best["kezhi"] / best["duckdb"]
        print(json.dumps({"question": question, "customers": one} | {name: round(value, 4) for name, value in best.items()}))


if __name__ == "__main__":
    main()
