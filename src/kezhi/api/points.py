"""Points of a loyalty programme on frames of any kind: balance, what was redeemed, what lapsed and what will."""

from __future__ import annotations

from datetime import date
from typing import Any

from kezhi import profile
from kezhi.api.days import dated
from kezhi.api.frames import _like
from kezhi.api.kinds import as_ibis
from kezhi.api.texts import with_amounts_and_times
from kezhi.errors import ColumnMissing
from kezhi.kit.engine import _, ibis, ir, typed
from kezhi.profile.point_lots import lot_rows, lots_of
from kezhi.settings import PointSettings
from kezhi.tables import POINT_ENTRIES

NEEDED = ("customer_id", "booked_at", "points")


@dated
def points(entries: Any, *, as_of: date, settings: PointSettings | None = None) -> Any:
    """
    What is left of the points of each customer: `tables.POINTS_OF_CUSTOMERS`, in the kind of frame that came.

    Args:
        entries: One row per booking: `customer_id`, `booked_at`, `points` (below 0 for what is taken off), and where known
            `kind` (earn, redeem, expire, adjust; else told from the sign), `expires_on` (the last day on which they can be redeemed),
            `entry_id`. What takes points off takes those that lapse first.
        as_of: The first day not seen.
        settings: What a point is worth, and how far ahead lapsing is told.

    Raises:
        ColumnMissing: One of the three columns is not there.
        WrongInput: points holds something that is no number, or booked_at what is no time.
    """
    table = _entries(entries)
    lots = ibis.memtable(lots_of(lot_rows(table, as_of=as_of).to_pyarrow(), as_of=as_of)[0])
    made = profile.points(None, table, lots, as_of=as_of, settings=settings or PointSettings())
    return _like(entries, made.order_by("customer_id"))


def _entries(frame: Any) -> ir.Table:
    table = as_ibis(frame)
    missing = [column for column in NEEDED if column not in table.columns]
    if missing:
        raise ColumnMissing(table="point_entries", missing=missing, present=sorted(table.columns), hint="")
    table = with_amounts_and_times(frame, table, amount="points", time="booked_at")
    if "entry_id" not in table.columns:
        table = table.mutate(entry_id=ibis.row_number().over(order_by=[*NEEDED]).cast("string"))
    by_sign = ibis.ifelse(table.points > 0, "earn", "redeem")
    kind = table.kind.fill_null(by_sign) if "kind" in table.columns else by_sign
    table = table.mutate(kind=kind, source=ibis.literal("frame"), record_id=_.customer_id.cast("string"))
    return typed(table, POINT_ENTRIES.types)
