"""What became of earned points: which were used, which lapsed, which are left. The loop that SQL cannot say."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kezhi.kit.compiled import compiled
from kezhi.kit.days import day, midnight
from kezhi.kit.engine import Workbench, _, ibis, ir
from kezhi.tables import POINT_LOTS

_EPOCH = date(1970, 1, 1)
NEVER = np.iinfo(np.int32).max


def point_lots(entries: ir.Table, *, as_of: date, bench: Workbench) -> ir.Table:
    """
    `tables.POINT_LOTS`: what became of each booking of *entries* that gave points.

    What takes points off takes those first that lapse first, of equal ones the earlier booked; what exceeds all points
    there are is taken off those that come later. Points lapse after their `expires_on`, except those of a source that books
    what expires itself: there the booking takes them off.

    Args:
        entries: `tables.POINT_ENTRIES`.
        as_of: The first day not seen.
        bench: Runs the loop.
    """
    (lots,) = bench.kernel(partial(lots_of, as_of=as_of), lot_rows(entries, as_of=as_of))
    return lots


def lot_rows(entries: ir.Table, *, as_of: date) -> ir.Table:
    """The bookings of *entries* before *as_of* as the loop reads them: numbered by customer and time, what gives before what takes."""
    seen = entries.filter(_.booked_at < midnight(as_of))
    books = seen.filter(_.kind == "expire").select(booking_source="source").distinct()
    told = seen.left_join(books, seen.source == books.booking_source)
    return told.select(
        "customer_id",
        "entry_id",
        "expires_on",
        booked_on=day(told.booked_at),
        hundredths=(told.points * 100).cast("int64"),
        lapses=told.booking_source.isnull(),
        place=ibis.row_number().over(order_by=[told.customer_id, told.booked_at, ibis.desc(told.points), told.entry_id]),
    )


def lots_of(rows: pa.Table, *, as_of: date) -> tuple[pa.Table]:
    """`tables.POINT_LOTS` of *rows*, what `lot_rows` gives; alone in a tuple, as kernels answer."""
    rows = rows.sort_by("place").combine_chunks()
    first = np.flatnonzero(_changes(rows["customer_id"]))
    expires = pc.fill_null(rows["expires_on"].cast(pa.int32()), int(NEVER)).to_numpy()
    points = rows["hundredths"].to_numpy()
    lapses = pc.fill_null(rows["lapses"], True).to_numpy(zero_copy_only=False)
    booked = rows["booked_on"].cast(pa.int32()).to_numpy()
    used, lapsed = follow(np.append(first, len(points)), booked, points, expires, lapses, (as_of - timedelta(days=1) - _EPOCH).days)
    kept = np.flatnonzero(points > 0)
    given = rows.take(kept)
    made = {"points": points, "used_points": used, "lapsed_points": lapsed, "left_points": points - used - lapsed}
    columns = {name: given[name] for name in ("entry_id", "customer_id", "booked_on", "expires_on")}
    columns |= {name: _points(values[kept]) for name, values in made.items()}
    return (pa.table({name: columns[name] for name in POINT_LOTS.column_names}),)


def _changes(ids: pa.ChunkedArray) -> np.ndarray:
    codes = pc.dictionary_encode(ids.combine_chunks()).indices.to_numpy()
    changed: np.ndarray = np.concatenate([np.ones(min(len(codes), 1), bool), codes[1:] != codes[:-1]])
    return changed


def _points(hundredths: np.ndarray) -> pa.Array:
    whole = pa.array(hundredths, pa.int64()).cast(pa.decimal128(20, 0))
    return pc.multiply(whole, pa.scalar("0.01").cast(pa.decimal128(3, 2))).cast(pa.decimal128(18, 2))


def _follow(first, booked, points, expires, lapses, last_day):  # type: ignore[no-untyped-def]
    """Points used and lapsed per booking; bookings of one customer stand together, in order of time."""
    used = np.zeros(len(points), np.int64)
    lapsed = np.zeros(len(points), np.int64)
    for c in range(len(first) - 1):
        owed = 0
        open_from = first[c]  # all lots before are used up
        for i in range(first[c], first[c + 1]):
            if points[i] > 0:
                used[i] = min(owed, points[i])
                owed -= used[i]
                continue
            owed -= points[i]
            while owed > 0:
                best = -1
                for j in range(open_from, i):
                    if points[j] <= used[j]:  # what takes points off is below 0, and no lot
                        if j == open_from:
                            open_from += 1
                    elif (not lapses[j] or expires[j] >= booked[i]) and (best < 0 or expires[j] < expires[best]):
                        best = j
                if best < 0:
                    break
                taken = min(owed, points[best] - used[best])
                used[best] += taken
                owed -= taken
        for j in range(first[c], first[c + 1]):
            if points[j] > 0 and lapses[j] and expires[j] <= last_day:
                lapsed[j] = points[j] - used[j]
    return used, lapsed


follow = compiled(_follow)
