"""
The best of many price plans for many customers: `python bench/plans.py DIR [--customers 1000000] [--plans 50] [--months 12]`.

Kezhi bills every month of every customer in every plan to the cent, finds the best, lays it beside the present plan month by month and
says so in both languages, with the lists of whom a sale would harm and what it means for the company. The measure is hand-written SQL that
does only the middle of it: each plan's bill of a year, the cheapest and the present one. Both read the same Parquet with the same memory
limit and threads, each is a process of its own, and the runner stops if the cheapest plans differ by a cent.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from rotate import rotate

LIMIT, THREADS = "4GB", 2
AS_OF = date(2026, 1, 1)
KINDS = ("minutes", "messages", "megabytes")


def plan(number: int) -> dict[str, Any]:
    """One of the plans, dearer and larger by number: minutes by the started minute, megabytes by the started gigabyte."""
    minutes = {"included": 50 * number, "price": "0.20", "rounding": {"per": "month", "unit": 1}}
    megabytes = {"included": 1024 * number, "price": "5", "per": 1024, "rounding": {"per": "month", "unit": 1024}}
    charges = {"minutes": minutes, "megabytes": megabytes, "messages": {"included": 10 * number, "price": "0.10"}}
    return {"key": f"p{number}", "monthly_fee": str(10 + 3 * number), "charges": charges}


def made(folder: Path, customers: int, months: int) -> Path:
    """A Parquet file of use, a row per customer, month and kind, kept."""
    path = folder / f"usage-{customers}-{months}.parquet"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        draw = "(hash(c * 31 + k * 7 + {0}) % 1000003) / 1000003.0"
        use = " ".join(
            f"WHEN {k} THEN floor(-ln({draw.format('m')} + 1e-6) * {mean} * (0.3 + 1.4 * {draw.format('0')}) * {parts}) / {parts}"
            for k, (mean, parts) in enumerate(((300, 100), (40, 1), (9000, 100)))
        )
        duckdb.sql(f"""COPY (
            SELECT 'u' || c || '-' || m || '-' || k AS usage_id, 'c' || c AS customer_id, 'c' || c AS line_id, 'bench' AS source,
                   TIMESTAMP '2025-01-15' + to_months(m::INT) AS used_at, ['{"','".join(KINDS)}'][k + 1] AS kind,
                   (CASE k {use} END)::DOUBLE AS quantity, 'p' || hash(c) % 50 AS plan
            FROM range({customers}) a(c), range({months}) b(m), range({len(KINDS)}) d(k)
        ) TO '{path}' (FORMAT parquet, COMPRESSION zstd)""")
    return path


def kezhi_finds(path: Path, plans: int, scratch: Path) -> dict[str, Any]:
    """All four tables, written to Parquet."""
    from kezhi.flow.plans import plan_tables
    from kezhi.flow.warehouse import Warehouse
    from kezhi.settings import EngineSettings, Settings

    settings = Settings.model_validate({"plans": [plan(number) for number in range(plans)]})
    began = time.perf_counter()
    with Warehouse(EngineSettings(memory_limit=LIMIT, threads=THREADS), scratch / "work") as bench:
        found = plan_tables(bench.read(path), settings=settings, as_of=AS_OF, bench=bench)
        files = {name: bench.write(table, scratch / name)[0] for name, table in found.items()}
    seconds = time.perf_counter() - began
    best = duckdb.sql(f"SELECT count(*), sum(best_total)::DECIMAL(18,2)::VARCHAR FROM '{files['best_plan']}'").fetchone()
    return {"seconds": seconds, "customers": best[0], "best": best[1]}  # type: ignore[index]


def sql_finds(path: Path, plans: int, scratch: Path) -> dict[str, Any]:
    """What a year costs in the best plan and in the present one."""
    began = time.perf_counter()
    with duckdb.connect(config={"memory_limit": LIMIT, "threads": THREADS, "temp_directory": str(scratch)}) as connection:
        connection.execute(f"""CREATE TABLE months AS
            SELECT customer_id, date_trunc('month', used_at) AS month, arg_max(plan, used_at) AS plan,
                   sum(CASE kind WHEN 'minutes' THEN round(quantity * 1e6) END)::BIGINT AS mi,
                   sum(CASE kind WHEN 'messages' THEN round(quantity * 1e6) END)::BIGINT AS ms,
                   sum(CASE kind WHEN 'megabytes' THEN round(quantity * 1e6) END)::BIGINT AS mb
            FROM '{path}' GROUP BY ALL""")
        bills = ", ".join(
            f"sum({1000 + 300 * n} + 20 * greatest((mi + 999999) // 1000000 - {50 * n}, 0)"
            f" + greatest(ms - {10 * n}000000, 0) * 10 // 1000000 + 500 * greatest((mb + 1023999999) // 1024000000 - {n}, 0)) AS t{n}"
            for n in range(plans)
        )
        connection.execute(f"""CREATE TABLE totals AS
            SELECT customer_id, any_value(plan) AS plan, least({", ".join(f"t{n}" for n in range(plans))}) AS best
            FROM (SELECT customer_id, max(plan) AS plan, {bills} FROM months GROUP BY customer_id) GROUP BY ALL""")
        found = connection.execute("SELECT count(*), (sum(best) / 100)::DECIMAL(18,2)::VARCHAR FROM totals").fetchone()
    return {"seconds": time.perf_counter() - began, "customers": found[0], "best": found[1]}  # type: ignore[index]


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--customers", type=int, default=1_000_000)
    asked.add_argument("--plans", type=int, default=50)
    asked.add_argument("--months", type=int, default=12)
    asked.add_argument("--only", choices=("sql", "kezhi"))
    given = asked.parse_args()
    file = made(given.folder, given.customers, given.months)
    if given.only:
        with tempfile.TemporaryDirectory(dir=given.folder) as work:
            print(json.dumps({"sql": sql_finds, "kezhi": kezhi_finds}[given.only](file, given.plans, Path(work))))
    else:
        sizes = ["--customers", str(given.customers), "--plans", str(given.plans), "--months", str(given.months)]
        rotate(
            {name: [sys.executable, __file__, str(given.folder), *sizes, "--only", name] for name in ("sql", "kezhi")}, rounds=1, warm_up=0
        )
