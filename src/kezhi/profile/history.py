"""
Since when something holds: by a rule, else as earlier runs saw it, else from this run on.

A day's state is what held at its beginning, seen from everything before it. So `since` is the first
`as_of` at which a rule holds: `recency_days > 180` begins on `last_purchase_on + 181`, and who is first
seen in this run is so since `as_of`, for 0 days.
"""

from __future__ import annotations

from datetime import date

from kezhi.kit.engine import ibis, ir


def with_since(
    held: ir.Table, *, keys: tuple[str, ...], as_of: date, previous: ir.Table | None = None, previous_as_of: date | None = None
) -> ir.Table:
    """
    *held* with the day since when each row holds, and what that day rests on.

    Args:
        held: *keys*, which are unique together, and `rule_since` (date; null where no rule tells).
        keys: What makes a row the same as one of *previous*.
        as_of: The day of this run.
        previous: *keys*, `since` and `since_basis` of the last snapshot.
        previous_as_of: Its day. A snapshot of a later day than *as_of* has seen the future and is not used.

    Returns:
        *held* without `rule_since`, and with since (date, never after *as_of*) and since_basis:
        `rule`; `history`, kept from *previous*; or `first_seen`, by a run of this very day.
    """
    today = ibis.literal(as_of, "date")
    if previous is None or previous_as_of is None or previous_as_of > as_of:
        known = held.mutate(before_since=ibis.null("date"), before_basis=ibis.null("string"))
    else:
        before = previous.select(*keys, before_since=previous.since, before_basis=previous.since_basis)
        known = held.left_join(before, keys).select(*held.columns, "before_since", "before_basis")
    # a run of the same day again must say what the first one said
    kept = "first_seen" if previous_as_of == as_of else "history"
    basis = ibis.cases(
        (known.rule_since.notnull(), "rule"),
        (known.before_since.notnull() & (known.before_basis == "first_seen"), kept),
        (known.before_since.notnull(), "history"),
        else_="first_seen",
    )
    since = ibis.least(ibis.coalesce(known.rule_since, known.before_since, today), today)
    return known.mutate(since=since, since_basis=basis).drop("rule_since", "before_since", "before_basis")
