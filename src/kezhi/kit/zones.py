"""
Universal time to the wall clock of a time zone, on any engine.

Engines disagree in how they name zones and in what they ship of the zone database, so the changes of a
zone's offset are looked up here and become a comparison tree in the query.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from kezhi.kit.engine import ibis, ir

_FIRST, _LAST = 1970, 2070  # years whose changes of offset are known to the query; outside, the nearest


@cache
def offsets(zone: str) -> tuple[tuple[int, int], ...]:
    """Pairs (second since 1970 from which it holds, offset in seconds); the first holds before, too."""
    known = ZoneInfo(zone)

    def at(second: int) -> int:
        offset = datetime.fromtimestamp(second, UTC).astimezone(known).utcoffset()
        return int((offset or timedelta()).total_seconds())

    day = 86_400
    start = int(datetime(_FIRST, 1, 1, tzinfo=UTC).timestamp())
    end = int(datetime(_LAST, 1, 1, tzinfo=UTC).timestamp())
    changes = [(start, at(start))]
    for second in range(start, end, day):
        if at(second + day) != changes[-1][1]:
            low, high = second, second + day  # the change is after low and at or before high
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if at(middle) == changes[-1][1] else (low, middle)
            changes.append((high, at(high)))
    return tuple(changes)


def offset_seconds(utc_seconds: ir.IntegerValue, zone: str) -> ir.IntegerValue:
    """
    Seconds to add to universal time for the wall clock of *zone* (an IANA name) at that moment.

    Null for null. Changes of the years 1970 to 2069 are known; outside, the nearest offset holds.
    """

    def tree(changes: tuple[tuple[int, int], ...]) -> ir.IntegerValue:
        if len(changes) == 1:
            return ibis.literal(changes[0][1], "int64")
        half = len(changes) // 2
        return ibis.cases((utc_seconds < changes[half][0], tree(changes[:half])), else_=tree(changes[half:]))

    return ibis.cases((utc_seconds.isnull(), ibis.null("int64")), else_=tree(offsets(zone)))
