"""The whole flow gives the same tables on DuckDB and on Spark."""

from __future__ import annotations

import json
import math
from datetime import date, datetime
from pathlib import Path

import pytest
from support import SPARK

from kezhi import city
from kezhi.flow.reader import Reader
from kezhi.flow.runner import run
from kezhi.settings import load
from kezhi.store.notes import write_note
from kezhi.store.place import open_store


def rows_of(reader: Reader, name: str) -> list[tuple]:
    """All rows of a table, in one order, floats to 9 digits."""
    found = [
        tuple(float(f"{v:.9g}") if isinstance(v, float) and math.isfinite(v) else v for v in row.values())
        for row in reader.table(name).to_pyarrow().to_pylist()
    ]
    return sorted(found, key=str)


def write_notes(folder: Path) -> None:
    """Two notes on the first user of the app, of which the first was withdrawn."""
    user = json.loads(next(iter((folder / "data/app/users.jsonl").open(encoding="utf-8"))))["user_id"]
    store, day = open_store(folder), date(2025, 6, 1)
    with store.session() as session:
        for n, tag in enumerate(("VIP", "VIP", "茶客")):
            note = write_note(session, f"app:{user}", "", author="anna", tag=tag, learnt_on=day.replace(day=n + 1), today=date(2025, 7, 1))
            note.note_id = f"note{n}"
            if n == 0:
                note.withdrawn_at, note.withdrawn_by = datetime(2025, 6, 20), "bo"
    store.close()


@pytest.mark.spark
@pytest.mark.timeout(1200)
def test_every_table_is_the_same_on_duckdb_and_spark(spark_bench, tmp_path: Path):
    """A city of 150 customers with all its defects: same tables, same columns, same rows."""
    made = {}
    # Spark first: on a fresh tree the other test process compiles meanwhile, for half a minute, what both runs call
    for engine in ("spark", "duckdb"):
        folder = tmp_path / engine
        city.build(folder, customers=150, seed=3)
        write_notes(folder)
        settings = load(folder)
        changed = {"history": settings.history.model_copy(update={"periods": 2})}  # more days are the same expressions again
        made[engine] = run(folder, settings.model_copy(update=changed | ({"engine": SPARK} if engine == "spark" else {})))
    duck, spark = made["duckdb"], made["spark"]
    assert sorted(duck.tables) == sorted(spark.tables)
    assert duck.as_of == spark.as_of
    with Reader(duck) as one, Reader(spark) as other:
        assert one.table("notes").count().to_pyarrow().as_py() == 3
        for name in duck.tables:
            assert one.table(name).columns == other.table(name).columns
            assert rows_of(one, name) == rows_of(other, name), name
