"""What came in, what was wrong and mended, and which records are one person."""

from __future__ import annotations

from collections import Counter
from typing import Any

from kezhi.kit.engine import _, ibis, ir
from kezhi.measure.figures.rows import Row, Rows, only, rows

EXAMPLES_PER_RULE = 3
SUMS = ("rows_in", "rows_out", "rows_rejected", "rows_merged")


def incoming(reconciliation: ir.Table) -> Rows:
    """Per source and input table: files, rows_in, rows_out, rows_rejected, rows_merged, and holds (the sum is right)."""
    found = rows(
        reconciliation.group_by("source", "table_name")
        .agg(files=_.source_file.nunique(), **{name: _[name].sum() for name in SUMS})
        .order_by("source", "table_name")
    )
    return [row | {"holds": row["rows_in"] == row["rows_out"] + row["rows_rejected"] + row["rows_merged"]} for row in found]


def corrections(table: ir.Table) -> Rows:
    """Per rule, most frequent first: rule, values (how many were changed) and examples of (column_name, before, after)."""
    counted = rows(table.group_by("rule").agg(values=_.count()).order_by(ibis.desc("values"), "rule"))
    order = ("source_file", "table_name", "source_line", "column_name")
    numbered = table.mutate(place=ibis.row_number().over(group_by="rule", order_by=[table[name] for name in order]))
    kept = numbered.filter(_.place < EXAMPLES_PER_RULE).order_by("rule", "place").select("rule", "column_name", "before", "after")
    examples: dict[str, Rows] = {}
    for row in rows(kept):
        examples.setdefault(row["rule"], []).append(row)
    return [row | {"examples": examples[row["rule"]]} for row in counted]


def rejects(table: ir.Table) -> Rows:
    """Per stage, reason and input table, most frequent first: rows."""
    return rows(
        table.group_by("stage", "reason", "table_name").agg(rows=_.count()).order_by(ibis.desc("rows"), "stage", "reason", "table_name")
    )


def identity(links: ir.Table) -> tuple[Row, Rows]:
    """
    How records became customers.

    Returns:
        Totals (records, linked_customers, linked_records, multi_record_customers) and per kind of key the records
        that share one with another record of their customer; a record tied by two kinds counts under both.
    """
    totals = only(
        links.agg(
            records=_.count(),
            linked_customers=_.customer_id.nunique(),
            linked_records=(_.records > 1).sum(),
            multi_record_customers=_.customer_id.nunique(where=_.records > 1),
        )
    )
    by_kind: Counter[str] = Counter()
    for row in rows(links.filter(_.linked_by.notnull()).group_by("linked_by").agg(records=_.count())):
        for kind in row["linked_by"].split(","):
            by_kind[kind.strip()] += row["records"]
    kinds: Rows = [{"key_kind": kind, "records": count} for kind, count in sorted(by_kind.items(), key=lambda item: (-item[1], item[0]))]
    return {name: value or 0 for name, value in totals.items()}, kinds


def conflicts(table: ir.Table) -> Rows:
    """Per reason and kind of key: conflicts and the records concerned."""
    return rows(
        table.group_by("reason", "key_kind")
        .agg(conflicts=_.count(), records=_.records.sum())
        .order_by(ibis.desc("conflicts"), "reason", "key_kind")
    )


def totals(found: Rows) -> dict[str, Any]:
    """The sums of `incoming` over all sources."""
    return {name: sum(row[name] for row in found) for name in SUMS}
