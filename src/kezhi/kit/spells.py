"""From when until when something held: a dated history that grows by one run at a time."""

from __future__ import annotations

from datetime import date

from kezhi.kit.engine import _, ibis, ir


def spells(
    held: ir.Table, *, keys: tuple[str, ...], as_of: date, previous: ir.Table | None = None, previous_as_of: date | None = None
) -> ir.Table:
    """
    The history in *previous* carried on to *as_of*.

    Held on day D is what has valid_from <= D and (valid_to is null or valid_to > D): both days are the first
    ones not seen of the runs that noticed. A run of the same day again takes back what the first one said.

    Args:
        held: *keys*, unique together: what holds on *as_of*.
        keys: Names of the columns of text that make a row the same.
        as_of: The day of this run.
        previous: *keys*, valid_from and valid_to as this function made them; None: there is no history yet.
        previous_as_of: Its day. A history of a later day than *as_of* has seen the future and is begun anew.

    Returns:
        *keys*, valid_from (date), valid_to (date; null while it holds).
    """
    today, open_end = ibis.literal(as_of, "date"), ibis.null("date")
    if previous is None or previous_as_of is None or previous_as_of > as_of:
        return held.select(*keys, valid_from=today, valid_to=open_end)
    known = previous.filter(_.valid_from < as_of).mutate(valid_to=ibis.ifelse(_.valid_to < as_of, _.valid_to, open_end))
    closed = known.filter(_.valid_to.notnull()).select(*keys, "valid_from", "valid_to")
    running = known.filter(_.valid_to.isnull()).select(*keys, "valid_from")
    goes_on = running.semi_join(held, keys).select(*keys, "valid_from", valid_to=open_end)
    ends = running.anti_join(held, keys).select(*keys, "valid_from", valid_to=today)
    begins = held.anti_join(running, keys).select(*keys, valid_from=today, valid_to=open_end)
    return closed.union(goes_on).union(ends).union(begins)
