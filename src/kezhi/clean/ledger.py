"""What was rejected and what was changed, and that the counts come out."""

from __future__ import annotations

from collections.abc import Sequence

from kezhi.clean.typing import TypedRows
from kezhi.kit.engine import ibis, ir, typed
from kezhi.kit.reading import text_of
from kezhi.tables import CORRECTIONS, RECONCILIATION, REJECTS

_REJECTS = REJECTS.types
_CORRECTIONS = CORRECTIONS.types
_RECONCILIATION = RECONCILIATION.types


def rejected_rows(rows: TypedRows, further: Sequence[ir.Table]) -> ir.Table:
    """
    `tables.REJECTS` of one input: rows without a needed value, and the *further* ones.

    Args:
        rows: The typed rows; their raw text is written as `field=text; field=text`.
        further: Tables with source_file, source_line, reason and detail.
    """
    own = rows.table.filter(rows.table.reason.notnull()).select("source_file", "source_line", "reason", "detail")
    parts = [own, *(t.select("source_file", "source_line", "reason", "detail") for t in further)]
    reasons = ibis.union(*parts) if len(parts) > 1 else own
    found = rows.raw.inner_join(reasons, ["source_file", "source_line"])
    text = ibis.literal("")
    for field in rows.mapped:
        text += (ibis.literal(f"; {field}=") + text_of(found[field])).fill_null("")
    return typed(
        found.mutate(table_name=ibis.literal(rows.input.name), stage=ibis.literal("clean"), raw_text=text.re_replace("^; ", "")), _REJECTS
    )


def corrected_values(rows: TypedRows) -> list[ir.Table]:
    """`tables.CORRECTIONS` of the values that reading changed, in rows that could be used."""
    good = rows.good
    parts = []
    for field in rows.mapped:
        if field in rows.as_written:
            continue
        changed = good.filter(good[f"{field}__rule"].notnull())
        after = rows.readers[field].as_text(changed[field])
        parts.append(correction(rows, changed, field, changed[f"{field}__rule"], changed[f"{field}__before"], after))
    return parts


def correction(
    rows: TypedRows, changed: ir.Table, column: str | ir.StringValue, rule: ir.StringValue, before: ir.StringValue, after: ir.StringValue
) -> ir.Table:
    """`tables.CORRECTIONS`, one row per row of *changed*, which has the input's origin and key columns."""
    key = changed[rows.input.key[0]] if rows.input.key[0] in changed.columns else ibis.null("string")
    return typed(
        changed.select(
            "source",
            "source_file",
            "source_line",
            table_name=ibis.literal(rows.input.name),
            row_key=key,
            column_name=ibis.literal(column) if isinstance(column, str) else column,
            rule=rule,
            before=before,
            after=after,
        ),
        _CORRECTIONS,
    )


def merged_rows(rows: TypedRows, fates: ir.Table) -> ir.Table:
    """`tables.CORRECTIONS` of rows that repeat another exactly; `after` is the place of the row that stays."""
    merged = fates.filter(fates.fate == "merged").select("source_file", "source_line", "kept")
    found = rows.table.inner_join(merged, ["source_file", "source_line"])
    place = found.source_file + "#" + found.source_line.cast("string")
    return correction(rows, found, "*", ibis.literal("duplicate_row"), place, found.kept)


def reconciliation(files: ir.Table, read_rejects: ir.Table, rejects: ir.Table, merged: ir.Table, used: ir.Table) -> ir.Table:
    """
    `tables.RECONCILIATION`: what came, what went on, what was rejected and merged, each counted by itself.

    Args:
        files: source, table_name, source_file, rows_in.
        read_rejects: Rows that could not be parsed, `tables.REJECTS`.
        rejects: Rows that cleaning rejected, `tables.REJECTS`.
        merged: table_name, source_file of merged rows.
        used: table_name, source_file, rows_out: how many rows went on.
    """

    def counted(table: ir.Table, name: str) -> ir.Table:
        grouped = table.group_by("table_name", "source_file").aggregate(**{name: lambda t: t.count()})
        return grouped.select(**{f"{name}_table": "table_name", f"{name}_file": "source_file", name: name})

    joined = files.select("source", "table_name", "source_file", "rows_in")
    both = read_rejects.select("table_name", "source_file").union(rejects.select("table_name", "source_file"))
    went_on = used.rename(rows_out_table="table_name", rows_out_file="source_file")
    for counts, name in (
        (went_on, "rows_out"),
        (counted(both, "rows_rejected"), "rows_rejected"),
        (counted(merged, "rows_merged"), "rows_merged"),
    ):
        joined = joined.left_join(counts, [joined.table_name == counts[f"{name}_table"], joined.source_file == counts[f"{name}_file"]])
    zero = {name: joined[name].fill_null(0) for name in ("rows_out", "rows_rejected", "rows_merged")}
    return typed(joined.mutate(**zero), _RECONCILIATION)
