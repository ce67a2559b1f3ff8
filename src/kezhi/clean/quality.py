"""How good the data are: what every column of every source lacks, cannot be read, writes in its own way, repeats or dates too late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import pyarrow as pa

from kezhi.clean.typing import TypedRows, extracted_on
from kezhi.kit.engine import Workbench, arrow_schema, ibis, ir, typed
from kezhi.settings import Settings
from kezhi.tables import QUALITY, QUALITY_HISTORY

ROW = "*"  # the column that stands for the row as a whole
_TIMES = ("date", "timestamp")
_OF_SOME_ROWS = {"refund_of", "discount_amount", "expires_on", "chosen_for"}  # empty by their nature in the others: no completeness
_MAY_LIE_AHEAD = {"expires_on"}
_SET_ASIDE = ("missing_value", "unreadable_value")  # reasons that a column's own completeness and validity tell

Key = tuple[str, str, str, str]


def quality(
    parts: Mapping[str, TypedRows],
    files: ir.Table,
    read_rejects: ir.Table,
    fates: ir.Table,
    reasons: ir.Table | None,
    *,
    settings: Settings,
    today: date,
    bench: Workbench,
) -> ir.Table:
    """
    `tables.QUALITY`: one aggregate per input over its typed rows, and four over what became of rows.

    Of a column: completeness (a value is there, of the rows read; not of a column that only some rows have), validity (it can be read, of the values there), consistency (it was
    written in the one form, of those that can be read), timeliness of dates (not after the day its source was extracted). Of the row (`*`):
    validity (it can be cut into columns and is possible), uniqueness (it repeats no other), consistency (what it names is there). A column
    that a source does not map is not asked for.

    Args:
        parts: Typed rows by name of the input.
        files: source, table_name, source_file, rows_in.
        read_rejects: `tables.REJECTS` of rows that could not be parsed.
        fates: table_name and the columns of `repeats.FATE`.
        reasons: table_name, source_file, source_line, reason of rows that other tables do not bear out; None where there are none.
        settings: Sources and their mapping.
        today: The last day that data may know of where a source has no `extracted_on`.
        bench: Where the aggregates are computed.
    """
    row_level = [
        files.select("source", "table_name", "source_file", n=files.rows_in),
        _counted(read_rejects),
        _counted(fates),
        _counted(reasons, whose=files) if reasons is not None else _counted(fates.filter(ibis.literal(False))),
    ]
    counted = [_column_counts(rows, settings=settings, today=today) for rows in parts.values()]
    measures = [_measures(rows) for rows in parts.values()]
    mapped: dict[tuple[str, str], set[str]] = {
        (source, table): set(one.columns) for source, told in settings.sources.items() for table, one in told.tables.items() if one.columns
    }
    work = partial(_rows, list(parts), measures, mapped)
    (made,) = bench.kernel(work, *row_level, *counted)
    return made


def quality_history(found: ir.Table, *, previous: ir.Table | None, as_of: date) -> ir.Table:
    """
    `tables.QUALITY_HISTORY`: that of earlier days, and today's.

    Args:
        found: `tables.QUALITY` of this run.
        previous: The history of the last snapshot, if there is one; its rows of *as_of* and later are made again.
        as_of: The first day not seen.
    """
    grouped = found.group_by("source", "table_name", "dimension").aggregate(n=found.n.sum(), failing=found.failing.sum())
    today = typed(grouped.mutate(as_of=ibis.literal(as_of)), QUALITY_HISTORY.types)
    if previous is None:
        return today
    return typed(previous.filter(previous.as_of < as_of), QUALITY_HISTORY.types).union(today)


@dataclass(frozen=True, slots=True)
class _Measure:
    """Names of the aggregates of one column and dimension: what was not looked at, what failed, the first line that did, the newest day."""

    column: str
    dimension: str
    left_out: tuple[str, ...]
    failing: str
    line: str
    newest: str | None = None


def _measures(rows: TypedRows) -> list[_Measure]:
    made = []
    for number, field in enumerate(rows.mapped):
        missing, unreadable = f"missing_{number}", f"unreadable_{number}"
        if field not in _OF_SOME_ROWS:
            made.append(_Measure(field, "completeness", (), missing, f"missing_at_{number}"))
        made += [
            _Measure(field, "validity", (missing,), unreadable, f"unreadable_at_{number}"),
            _Measure(field, "consistency", (missing, unreadable), f"mended_{number}", f"mended_at_{number}"),
        ]
        if _has_late(rows, field):
            made.append(_Measure(field, "timeliness", (missing, unreadable), f"late_{number}", f"late_at_{number}", f"newest_{number}"))
    return made


def _has_late(rows: TypedRows, field: str) -> bool:
    return rows.input.field(field).kind in _TIMES and field not in _MAY_LIE_AHEAD


def _column_counts(rows: TypedRows, *, settings: Settings, today: date) -> ir.Table:
    """The aggregates of all mapped columns of one input, one row per source and file."""
    table, line = rows.table, rows.table.source_line
    asked: dict[str, ir.Value] = {
        "rows": table.count(),
        "impossible": table.count(where=table.reason.notnull() & table.reason.notin(_SET_ASIDE)),
        "impossible_at": line.min(where=table.reason.notnull() & table.reason.notin(_SET_ASIDE)),
    }
    known: dict[str, ir.Value] = {"table_name": ibis.literal(rows.input.name)}
    for number, field in enumerate(rows.mapped):
        value, rule = table[field], table[f"{field}__rule"]
        missing, unreadable, mended = value.isnull() & rule.isnull(), value.isnull() & rule.notnull(), value.notnull() & rule.notnull()
        tests = {"missing": missing, "unreadable": unreadable, "mended": mended}
        if field in rows.as_written:
            tests = {"missing": value.isnull()}
            for name in ("unreadable", "mended"):
                known |= {f"{name}_{number}": ibis.literal(0), f"{name}_at_{number}": ibis.null("int64")}
        for name, test in tests.items():
            asked |= {f"{name}_{number}": table.count(where=test), f"{name}_at_{number}": line.min(where=test)}
        if _has_late(rows, field):
            day = value if rows.input.field(field).kind == "date" else value.date()
            late = day > extracted_on(table.source, settings, today)
            asked |= {
                f"late_{number}": table.count(where=late.fill_null(False)),
                f"late_at_{number}": line.min(where=late.fill_null(False)),
                f"newest_{number}": day.max(where=(~late).fill_null(False)),
            }
    return table.group_by("source", "source_file").aggregate(**asked).mutate(**known)


def _counted(found: ir.Table, *, whose: ir.Table | None = None) -> ir.Table:
    """Rows and the first line per table and file; *whose* tells the source of a file where *found* does not."""
    by = ["table_name", "source_file"] if whose is not None else ["source", "table_name", "source_file"]
    counted = found.group_by(by).aggregate(n=found.count(), line=found.source_line.min())
    if whose is None:
        return counted
    return counted.inner_join(whose.select(*by, "source"), by).select("source", *by, "n", "line")


class _Sums:
    """n, failing and the first failing row of each key, over files."""

    def __init__(self) -> None:
        self.n: dict[Key, int] = defaultdict(int)
        self.failing: dict[Key, int] = defaultdict(int)
        self.example: dict[Key, tuple[str, int]] = {}
        self.newest: dict[Key, date] = {}

    def add(self, key: Key, n: int, failing: int, file: str, line: int | None, newest: date | None = None) -> None:
        self.n[key] += n
        self.failing[key] += failing
        if failing and line is not None:
            self.example[key] = min(self.example.get(key, (file, line)), (file, line))
        if newest is not None:
            self.newest[key] = max(self.newest.get(key, newest), newest)


def _rows(
    names: list[str],
    measures: list[list[_Measure]],
    mapped: dict[tuple[str, str], set[str]],
    files: pa.Table,
    cut: pa.Table,
    fates: pa.Table,
    reasons: pa.Table,
    *counted: pa.Table,
) -> tuple[pa.Table]:
    """The rows of `tables.QUALITY`; its loops go over files and columns, a few hundred, and not over rows of data."""
    sums = _Sums()
    read = {(row["table_name"], row["source_file"]): row["n"] for row in files.to_pylist()}
    for row in files.to_pylist():
        sums.add((row["source"], row["table_name"], ROW, "validity"), row["n"], 0, row["source_file"], None)
    _failed(sums, cut.to_pylist(), "validity")
    for name, own, table in zip(names, measures, counted, strict=True):
        for row in table.to_pylist():
            source, file = row["source"], row["source_file"]
            sums.add((source, name, ROW, "validity"), 0, row["impossible"], file, row["impossible_at"])
            for dimension in ("uniqueness", "consistency"):
                sums.add((source, name, ROW, dimension), row["rows"] if (name, file) in read else 0, 0, file, None)
            for one in own:
                if one.column in mapped.get((source, name), {one.column}):
                    newest = row[one.newest] if one.newest else None
                    n = row["rows"] - sum(row[other] for other in one.left_out)
                    sums.add((source, name, one.column, one.dimension), n, row[one.failing], file, row[one.line], newest)
    _failed(sums, fates.to_pylist(), "uniqueness")
    _failed(sums, reasons.to_pylist(), "consistency")
    made = [
        {
            "source": key[0], "table_name": key[1], "column_name": key[2], "dimension": key[3], "n": n, "failing": sums.failing[key],
            "example_file": sums.example.get(key, (None, None))[0], "example_line": sums.example.get(key, (None, None))[1],
            "newest_on": sums.newest.get(key),
        }
        for key, n in sorted(sums.n.items())
    ]  # fmt: skip
    return (pa.Table.from_pylist(made, arrow_schema(QUALITY)),)


def _failed(sums: _Sums, found: Iterable[Mapping[str, Any]], dimension: str) -> None:
    for row in found:
        sums.add((row["source"], row["table_name"], ROW, dimension), 0, row["n"], row["source_file"], row["line"])
