"""Files that hold times and numbers as such are cleaned as the same values written as text are."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support import rows

from kezhi.clean import clean
from kezhi.flow.gaps import rows_without
from kezhi.flow.read import arrow_files, empty_table, raw_table
from kezhi.flow.warehouse import Warehouse
from kezhi.settings import Settings
from kezhi.sources import load
from kezhi.sources.parquet import as_text

TYPES = {
    "order_id": pa.string(),
    "record_id": pa.int64(),
    "ordered_at": pa.timestamp("us"),
    "gross_amount": pa.int64(),
    "discount_amount": pa.decimal128(9, 1),
    "net_amount": pa.decimal128(20, 2),
    "status": pa.string(),
}
HALF_PAST = datetime(2024, 5, 1, 8, 30, 0, 500_000)
PLAIN = [
    ("1", 7, HALF_PAST, 20, Decimal("1.5"), Decimal("18.50"), "paid"),
    ("1", 7, HALF_PAST, 20, Decimal("1.5"), Decimal("18.50"), "paid"),  # says the same again
    ("2", 7, HALF_PAST, 20, Decimal("-2.0"), None, "refunded"),  # a discount below 0; given back by the next
    ("2", 7, HALF_PAST, None, None, Decimal("-22.00"), "refunded"),
    ("3", None, datetime(2024, 5, 2), None, None, Decimal("-1.00"), None),  # gives back nothing that is there
    (None, 8, HALF_PAST, 5, None, Decimal("5.00"), "paid"),  # no number: rejected
    ("4", 9, HALF_PAST, None, None, None, "paid"),  # no amount: rejected
    ("5", 9, HALF_PAST, None, None, Decimal("3.00"), "paid"),  # disagrees with the next
    ("5", 9, HALF_PAST, None, None, Decimal("4.00"), "paid"),
]
ODD = [
    ("6", 9, datetime(1, 1, 1), None, None, Decimal("1.00"), "paid"),  # a word for no day
    ("7", 9, datetime(2300, 1, 1, 0, 0, 0, 1), None, None, Decimal("1.00"), "paid"),  # too far
    ("8", 9, HALF_PAST, 10**12, None, Decimal("12345678901234.00"), "paid"),  # too much
]


def _table(given: list[tuple[Any, ...]]) -> pa.Table:
    columns = zip(*given, strict=True)
    return pa.table({name: pa.array(values, kind) for (name, kind), values in zip(TYPES.items(), columns, strict=True)})


def _cleaned(folder: Path, files: dict[str, pa.Table], bench: Warehouse) -> dict[str, list[dict[str, Any]]]:
    """The clean tables of a project of these files."""
    folder.mkdir()
    for name, data in files.items():
        pq.write_table(data, folder / name)
    tables = {"orders": {"files": "*.parquet", "columns": {name: name for name in TYPES}}}
    settings = Settings.model_validate({"sources": {"shop": {"tables": tables}}})
    loaded = load(folder, settings)
    made = clean(
        {"orders": raw_table([one.raw_path for one in loaded], bench)},
        empty_table("rejects", bench),
        arrow_files(loaded, bench),
        settings=settings,
        today=date(2024, 6, 1),
        bench=bench,
    )
    return {name: rows(table, bench) for name, table in made.items()}


def _as_text(data: pa.Table) -> pa.Table:
    return pa.table({name: as_text(data[name].combine_chunks()) for name in data.column_names})


@pytest.mark.parametrize("given", [PLAIN, PLAIN + ODD], ids=["canonical", "with odd values"])
def test_times_and_numbers_are_cleaned_as_their_texts_are(tmp_path, bench, given):
    """Of nine rows one is merged, and three are rejected; odd values are rejected or empty as their texts are."""
    data = _table(given)
    typed, text = (_cleaned(tmp_path / name, {"o.parquet": one}, bench) for name, one in (("typed", data), ("text", _as_text(data))))
    assert typed == text
    assert (len(given), 1) == tuple(typed["reconciliation"][0][name] for name in ("rows_in", "rows_merged"))
    assert "order_id=4; record_id=9; ordered_at=2024-05-01 08:30:00.500000; status=paid" in [row["raw_text"] for row in typed["rejects"]]
    assert {("-2.0", "2.00"), ("-22.00", "refund 22.00")} <= {(row["before"], row["after"]) for row in typed["corrections"]}


def test_files_that_hold_a_column_in_different_types_are_read_as_text_together(tmp_path, bench):
    """May as times and numbers, June as text: the same rows as of two files of text."""
    may, june = _table(PLAIN[:4]), _as_text(_table(PLAIN[4:]))
    mixed = _cleaned(tmp_path / "mixed", {"5.parquet": may, "6.parquet": june}, bench)
    assert mixed == _cleaned(tmp_path / "text", {"5.parquet": _as_text(may), "6.parquet": june}, bench)


def test_spark_reads_them_as_duckdb_does(tmp_path, bench, spark_bench):
    data = {"o.parquet": _table(PLAIN)}
    assert _cleaned(tmp_path / "duckdb", data, bench) == _cleaned(tmp_path / "spark", data, spark_bench)


def test_rows_without_an_amount_are_found_where_amounts_are_numbers(tmp_path, bench):
    _cleaned(tmp_path / "shop", {"o.parquet": _table(PLAIN)}, bench)
    assert rows_without(tmp_path / "shop", "shop", "orders", "net_amount", most=9) == [("o.parquet", 3), ("o.parquet", 7)]
