"""The newest value of each field, without ordering the rows."""

from __future__ import annotations

from collections.abc import Mapping

from kezhi.kit.engine import ir

_KEY = 13  # digits of the rank


def latest(rows: ir.Table, by: str, rank: ir.IntegerValue, fields: Mapping[str, str]) -> ir.Table:
    """
    Per *by*, the newest value of each field that is not null.

    The newest is the greatest text of rank and value together: one grouping, no sort, the same on every
    engine; equal ranks are decided by the greater value.

    Args:
        rows: Rows; *rank* is an expression over them, 0 to 10^13, higher is newer.
        by: The grouping column.
        fields: Column to Ibis type, of types that survive being written as text.
    """
    ranked = rows.mutate(rank__=rank.cast("string").lpad(_KEY, "0"))
    grouped = ranked.group_by(by).aggregate(**{name: (ranked.rank__ + ranked[name].cast("string")).max() for name in fields})
    return grouped.mutate(**{name: grouped[name].substr(_KEY).cast(kind) for name, kind in fields.items()})
