"""How good the data are, as a page, a report and the command line show it: shares of `quality`, added up."""

from __future__ import annotations

from kezhi.kit.engine import _, ir, ratio

DIMENSIONS = ("completeness", "validity", "consistency", "uniqueness", "timeliness")  # in the order of a page


def scorecard(quality: ir.Table) -> ir.Table:
    """
    Per source, input table and dimension: n, failing and share (1 - failing / n, null where nothing was looked at), newest_on.

    Args:
        quality: `tables.QUALITY`; columns and the row as a whole are added up, so a column of many values weighs more.
    """
    return shares(
        quality.group_by("source", "table_name", "dimension").agg(n=_.n.sum(), failing=_.failing.sum(), newest_on=_.newest_on.max())
    )


def by_dimension(quality: ir.Table) -> ir.Table:
    """Per dimension over all sources: n, failing and share."""
    return shares(quality.group_by("dimension").agg(n=_.n.sum(), failing=_.failing.sum()))


def shares(table: ir.Table) -> ir.Table:
    """*table* (of `tables.QUALITY` or its history) with share: 1 - failing / n; null where nothing was looked at."""
    return table.mutate(share=1 - ratio(table.failing, table.n))
