"""Visits, and the ways people take in them."""

from __future__ import annotations

from kezhi.kit.engine import _, ibis, ir, ratio
from kezhi.tables import EVENT_PATHS, EVENT_TRANSITIONS

GAP_MINUTES = 30  # without anything to do, a visit is over
PATH_STEPS = 5
TOP_PATHS = 100
START, END = "(start)", "(end)"


def sessions(events: ir.Table, *, gap_minutes: int = GAP_MINUTES) -> ir.Table:
    """
    Each event with the visit it belongs to.

    Args:
        events: event_id, customer_id, occurred_at, event_name, session_id. Events with a session_id are a visit together;
            the others belong to one as long as no more than *gap_minutes* lie between two of the same customer. Events
            with neither session_id nor customer are left out.
        gap_minutes: The longest pause within a visit.

    Returns:
        The columns of *events*, visit_id (text) and visit_step (from 1, by time, then event_id).
    """
    known = events.filter(_.session_id.notnull() | _.customer_id.notnull())
    told = known.filter(_.session_id.notnull()).mutate(visit_id=_.session_id)
    untold = known.filter(_.session_id.isnull())
    order = ["occurred_at", "event_id"]
    pause = untold.occurred_at.epoch_seconds() - untold.occurred_at.epoch_seconds().lag(1).over(group_by="customer_id", order_by=order)
    begins = untold.mutate(begins=(pause.isnull() | (pause > gap_minutes * 60)).cast("int64"))
    numbered = begins.mutate(number=_.begins.sum().over(group_by="customer_id", order_by=order, rows=(None, 0)))
    guessed = numbered.mutate(visit_id=_.customer_id + "#" + _.number.cast("string")).drop("begins", "number")
    both = told.union(guessed.select(*told.columns), distinct=False)
    return both.mutate(visit_step=(ibis.row_number().over(group_by="visit_id", order_by=order) + 1).cast("int64"))


def paths(visits: ir.Table, *, steps: int = PATH_STEPS, top: int = TOP_PATHS) -> ir.Table:
    """`tables.EVENT_PATHS`: the *top* commonest beginnings of visits, of at most *steps* events each; *visits* from `sessions`."""
    seen = visits.filter(_.visit_step <= steps)
    named = {f"step_{n}": _.event_name.max(where=_.visit_step == n) for n in range(1, steps + 1)}
    each = seen.group_by("visit_id").aggregate(customer_id=_.customer_id.max(), **named)
    path = each.step_1
    for n in range(2, steps + 1):
        path = path + ibis.cases((each[f"step_{n}"].notnull(), ibis.literal(" > ") + each[f"step_{n}"]), else_="")
    counted = each.select("customer_id", path=path).group_by("path").aggregate(visits=_.count(), customers=_.customer_id.nunique())
    ranked = counted.mutate(
        share=ratio(_.visits, _.visits.sum().over(ibis.window())),
        path_no=(ibis.row_number().over(order_by=[ibis.desc("visits"), "path"]) + 1).cast("int64"),
    )
    return ranked.filter(_.path_no <= top).select(**{c.name: ranked[c.name].cast(c.type) for c in EVENT_PATHS.columns})


def transitions(visits: ir.Table) -> ir.Table:
    """`tables.EVENT_TRANSITIONS`: what follows what within visits, with where they begin and end; *visits* from `sessions`."""
    following = visits.event_name.lead(1).over(group_by="visit_id", order_by=["occurred_at", "event_id"])
    moves = visits.select("visit_step", "event_name", to_event=following.fill_null(END))
    within = moves.select(from_event=_.event_name, to_event=_.to_event)
    begun = moves.filter(_.visit_step == 1).select(from_event=ibis.literal(START), to_event=_.event_name)
    counted = within.union(begun, distinct=False).group_by("from_event", "to_event").aggregate(transitions=_.count())
    shared = counted.mutate(share=ratio(_.transitions, _.transitions.sum().over(group_by="from_event")))
    return shared.select(**{c.name: shared[c.name].cast(c.type) for c in EVENT_TRANSITIONS.columns})
