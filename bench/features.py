"""All features of all customers, Parquet to Parquet: `python bench/features.py FOLDER MEMORY_LIMIT`."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import duckdb

from kezhi.flow.warehouse import Warehouse
from kezhi.profile.features import features
from kezhi.settings import EngineSettings

AS_OF = date(2026, 1, 1)

if __name__ == "__main__":
    folder, limit = Path(sys.argv[1]), sys.argv[2]
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        began = time.perf_counter()
        with Warehouse(EngineSettings(threads=2, memory_limit=limit), Path(scratch)) as warehouse:
            tables = [warehouse.read(folder / f"{name}.parquet") for name in ("customers", "orders", "order_lines", "products", "events")]
            made = warehouse.write(features(*tables, as_of=AS_OF, bench=warehouse), Path(scratch) / "features")
        seconds = time.perf_counter() - began
        rows = duckdb.sql(f"select count(*), sum(orders_life)::bigint, sum(net_amount_life)::varchar from '{made[0]}'").fetchone()
    print(json.dumps({"seconds": seconds, **dict(zip(("customers", "orders", "net_amount"), rows, strict=True))}))
