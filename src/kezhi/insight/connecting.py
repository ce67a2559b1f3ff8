"""Whether calls are answered: by quality of the number, hour, weekday and agent."""

from __future__ import annotations

from collections.abc import Sequence

from kezhi.kit.engine import _, ibis, ir, ratio
from kezhi.kit.intervals import wilson


def connect_rate(calls: ir.Table, by: Sequence[str]) -> ir.Table:
    """
    Share of calls that were answered, for each value of each of *by*, and for all.

    Args:
        calls: connected (boolean; a call without it is not counted) and the columns *by*.
        by: Columns to look at, one at a time; a null is a value of its own.

    Returns:
        dimension (`all` or a column), value (text; null), calls, connected, connect_rate, low, high (95% by Wilson), differs
        (`higher` or `lower` where the interval leaves out the rate of all, else `no`); in the order of *by*, most calls first.
    """
    known = calls.filter(_.connected.notnull()).mutate(hit=_.connected.cast("int64"))
    whole = known.aggregate(calls=_.count(), connected=_.hit.sum().fill_null(0))
    parts = [whole.mutate(place=ibis.literal(0), dimension=ibis.literal("all"), value=ibis.null("string"))]
    for place, name in enumerate(by, start=1):
        counts = known.group_by(value=known[name].cast("string")).aggregate(calls=_.count(), connected=_.hit.sum())
        parts.append(counts.mutate(place=ibis.literal(place), dimension=ibis.literal(name)))
    names = ("place", "dimension", "value", "calls", "connected")
    table = ibis.union(*(part.select(*names) for part in parts), distinct=False)
    low, high = wilson(table.connected, table.calls)
    table = table.mutate(connect_rate=ratio(table.connected, table.calls), low=low, high=high)
    table = table.cross_join(whole.select(overall=ratio(whole.connected, whole.calls)))
    differs = ibis.cases((table.low > table.overall, "higher"), (table.high < table.overall, "lower"), else_="no")
    table = table.mutate(differs=differs).order_by("place", ibis.desc("calls"), "value")
    return table.select("dimension", "value", "calls", "connected", "connect_rate", "low", "high", "differs")
