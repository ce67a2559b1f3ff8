"""Who was who, and since when: one row whenever a record came to another customer."""

from __future__ import annotations

from datetime import date

from kezhi.kit.engine import _, ibis, ir, typed
from kezhi.tables import IDENTITY_HISTORY

_COLUMNS = IDENTITY_HISTORY.types


def history(links: ir.Table, before: ir.Table | None, decisions: ir.Table | None, *, as_of: date, recorded_on: date) -> ir.Table:
    """
    `tables.IDENTITY_HISTORY` with what this run changed.

    Args:
        links: `tables.IDENTITY_LINKS` of this run.
        before: The history up to the last run.
        decisions: `tables.IDENTITY_DECISIONS`.
        as_of: The first day that the run has not seen.
        recorded_on: The day of the run.
    """
    now = links.select("record_id", now_id="customer_id")
    made = {"as_of": ibis.literal(as_of, "date"), "recorded_on": ibis.literal(recorded_on, "date")}
    if before is None:
        first = now.mutate(number=ibis.literal(1, "int64"), event=ibis.literal("new"), customer_id=_.now_id, **made)
        return typed(first, _COLUMNS)
    last = latest(before).select("record_id", was_id="customer_id", number="number")
    lived = last.filter(_.was_id.notnull()).select(was_id="was_id").distinct()
    lives = now.select("now_id").distinct()
    met = now.outer_join(last, "record_id")
    met = met.mutate(record_id=ibis.coalesce(met.record_id, met.record_id_right)).drop("record_id_right")
    changed = met.filter(_.now_id.fill_null("") != _.was_id.fill_null(""))
    known = changed.left_join(lived.select(now_id="was_id", was_known=ibis.literal(True)), "now_id").drop("now_id_right")
    known = known.left_join(lives.select(was_id="now_id", still_lives=ibis.literal(True)), "was_id").drop("was_id_right")
    event = ibis.cases(
        (known.now_id.isnull(), "gone"),
        (known.was_id.isnull() & known.was_known.fill_null(False), "joined"),
        (known.was_id.isnull(), "new"),
        (~known.still_lives.fill_null(False), "merged"),
        (known.was_known.fill_null(False), "moved"),
        else_="split",
    )
    events = known.mutate(event=event, customer_id=_.now_id, former_id=_.was_id, number=_.number.fill_null(0) + 1, **made)
    if decisions is not None:
        events = events.left_join(_newest(decisions), "record_id").drop("record_id_right")
        by_hand = events.event.isin(["merged", "moved", "split"])
        events = events.mutate(decision_id=ibis.cases((by_hand, events.decision_id), else_=ibis.null("string")))
    return typed(before, _COLUMNS).union(typed(events, _COLUMNS))


def latest(past: ir.Table) -> ir.Table:
    """The last row of every record of *past*."""
    place = ibis.row_number().over(group_by="record_id", order_by=_.number.desc())
    return past.mutate(place=place).filter(_.place == 0).drop("place")


def _newest(decisions: ir.Table) -> ir.Table:
    """The newest decision that names the record, one that was undone too: record_id, decision_id."""
    made = decisions.filter(_.kind != "later")
    sides = [made.select("number", "decision_id", record_id=made[side].unnest()) for side in ("one_records", "other_records")]
    return sides[0].union(sides[1]).group_by("record_id").agg(decision_id=_.decision_id.argmax(_.number))
