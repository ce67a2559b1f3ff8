"""Clean a few rows that are written down in a test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
from support import rows, table

from kezhi.clean import clean
from kezhi.kit.engine import ibis
from kezhi.locales import catalogue
from kezhi.settings import FilesSettings, Settings, SourceSettings
from kezhi.tables import INPUTS, TABLES

TODAY = date(2024, 6, 1)
Rows = Sequence[Mapping[str, str | None]]


def cleaned(
    bench,
    *,
    habits: dict[str, Any] | None = None,
    source: dict[str, Any] | None = None,
    clean_settings=None,
    today=TODAY,
    read_rejects=(),
    **raw: Rows,
):
    """
    The clean tables of one source `shop` as lists of dictionaries without their nulls.

    Args:
        habits: Settings of the files of every table: date_order, cancel_prefix.
        source: Settings of the source: id_prefix, timezone, extracted_on, trust.
        raw: Rows by input; each input is one file `<input>.csv`, its first row being line 2. A row may name its own `source_file`.
    """
    lines = {
        name: [{"source": "shop", "source_file": f"{name}.csv", "source_line": 2 + i, **row} for i, row in enumerate(given)]
        for name, given in raw.items()
    }
    tables = {
        name: FilesSettings(
            files="*", columns={field: field for field in INPUTS[name].field_names if any(field in row for row in given)}, **(habits or {})
        )
        for name, given in raw.items()
    }
    settings = Settings(
        sources={"shop": SourceSettings(tables=tables, **(source or {}))}, **({"clean": clean_settings} if clean_settings else {})
    )
    counts: dict[tuple[str, str], int] = {}
    for name, row in [(name, row) for name, given in lines.items() for row in given] + [(r["table_name"], r) for r in read_rejects]:
        counts[name, row["source_file"]] = counts.get((name, row["source_file"]), 0) + 1
    files = ibis.memtable(
        pa.table(
            {
                "source": ["shop"] * len(counts),
                "table_name": [name for name, _ in counts],
                "source_file": [file for _, file in counts],
                "rows_in": pa.array(counts.values(), pa.int64()),
                "rows_rejected": pa.array([0] * len(counts), pa.int64()),
            }
        )
    )
    made = clean(
        {name: table(f"raw_{name}", given, bench) for name, given in lines.items()},
        table("rejects", read_rejects, bench),
        files,
        settings=settings,
        today=today,
        bench=bench,
    )
    for name, expression in made.items():
        assert ibis.schema(TABLES[name].types) == expression.schema(), name
    found = {
        name: [{k: v for k, v in row.items() if v is not None} for row in rows(expression, bench)] for name, expression in made.items()
    }
    for language in ("zh", "en"):  # every code that is met has words
        assert {row["rule"] for row in found["corrections"]} <= set(catalogue(language)["rules"])
        assert {row["reason"] for row in found["rejects"] if row["stage"] == "clean"} <= set(catalogue(language)["rejects"])
    return found


def pick(found: Sequence[Mapping[str, Any]], *columns: str) -> list[tuple[Any, ...]]:
    """The given columns of every row, sorted; one column gives plain values."""
    picked = sorted((tuple(row.get(column) for column in columns) for row in found), key=str)
    return [values[0] for values in picked] if len(columns) == 1 else picked


def reconciles(made: Mapping[str, Sequence[Mapping[str, Any]]]) -> bool:
    """Rows in are rows out, rejected and merged, in every file."""
    return all(row["rows_in"] == row["rows_out"] + row["rows_rejected"] + row["rows_merged"] for row in made["reconciliation"])
