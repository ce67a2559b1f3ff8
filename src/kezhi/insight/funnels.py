"""How many customers come through a row of steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import reduce
from operator import and_
from typing import Any

from kezhi.kit.days import midnight
from kezhi.kit.engine import _, ibis, ir, ratio
from kezhi.kit.intervals import wilson

DAY_SECONDS = 86_400
FUNNEL_COLUMNS = ("step_no", "step", "customers", "conversion_rate", "step_rate", "rate_low", "rate_high")


def actions(ledger: ir.Table, events: ir.Table | None, *, as_of: date) -> ir.Table:
    """
    What a funnel of a company runs over: the events before *as_of* and the purchases, these under the event name `purchase`.

    Columns: customer_id, channel, event_id, event_name, occurred_at.
    """
    bought = ledger.filter(_.is_purchase)
    made = bought.select("customer_id", "channel", event_id=_.order_id, event_name=ibis.literal("purchase"), occurred_at=_.ordered_at)
    if events is None:
        return made
    return events.filter(_.occurred_at < midnight(as_of)).select(*made.columns).union(made, distinct=False)


def funnel(
    events: ir.Table, steps: Sequence[str], *, ordered: bool = True, within_days: float | None = None, by: str | None = None
) -> ir.Table:
    """
    Of the customers who did the first step, how many did the others.

    Ordered: each step at a later moment than the one before (two actions of one second are in no order), with
    anything in between. Any start counts: a customer who begins again and comes through within the days is through.
    Any order: the first n steps were all done, however they follow each other; `within_days` then holds for the span
    from the earliest to the latest of them.

    Args:
        events: customer_id (null ones are left out), occurred_at, event_name, and *by*.
        steps: Names of events, at least one; a name may come again.
        ordered: Whether the order counts.
        within_days: At most so long from the first step to the last; None is any time.
        by: A column to split by: its value at the customer's first first step.

    Returns:
        [by,] step_no (from 1), step, customers, conversion_rate (of the first step), step_rate (of the step before), and
        rate_low and rate_high, the 95% interval of conversion_rate.
    """
    mine = events.filter(_.customer_id.notnull() & _.event_name.isin(list(dict.fromkeys(steps))))
    done = {f"done_{n}": _.count(where=_.event_name == step) > 0 for n, step in enumerate(steps)}
    moments = mine.group_by("customer_id", "occurred_at").aggregate(**done).mutate(at=_.occurred_at.epoch_seconds())
    longest = None if within_days is None else int(within_days * DAY_SECONDS)
    reached = _in_order(moments, len(steps), longest) if ordered else _in_any_order(moments, len(steps), longest)
    people = reached.group_by("customer_id").aggregate(**{f"reached_{n}": _[f"reached_{n}"].max() for n in range(len(steps))})
    if by is not None:
        begun = mine.filter(_.event_name == steps[0])
        begun = begun.group_by("customer_id", "occurred_at").aggregate(value=begun[by].min())
        place = ibis.row_number().over(group_by="customer_id", order_by=["occurred_at", "customer_id"])
        first = begun.mutate(place=place).filter(_.place == 0).select("customer_id", **{by: _.value})
        people = people.join(first, "customer_id")
    groups = [by] if by is not None else []
    counts: dict[str, Any] = {_count(n): _[f"reached_{n}"].sum() for n in range(len(steps))}
    counted = people.group_by(*groups).aggregate(**counts) if groups else people.aggregate(**counts)
    return ibis.union(*(_step(counted, groups, n, step) for n, step in enumerate(steps)), distinct=False).order_by(*groups, "step_no")


def _in_order(moments: ir.Table, steps: int, longest: int | None) -> ir.Table:
    """reached_n: 1 where step n is done at the end of a chain; each chain carries the latest start it may have had."""
    table = moments.mutate(start_0=ibis.ifelse(_.done_0, _.at, ibis.null("int64")))
    for n in range(1, steps):
        # the latest start is the best one: if it is too long ago at this moment, every other is
        table = table.mutate(before=_[f"start_{n - 1}"].max().over(_up_to_now()))
        table = table.mutate(before=_.before.lag(1).over(group_by="customer_id", order_by=["occurred_at", "customer_id"]))
        fits = table[f"done_{n}"] & table.before.notnull()
        if longest is not None:
            fits = fits & (table["at"] - table.before <= longest)
        table = table.mutate(**{f"start_{n}": ibis.ifelse(fits, table.before, ibis.null("int64"))})
    return table.select("customer_id", **{f"reached_{n}": table[f"start_{n}"].notnull().cast("int64") for n in range(steps)})


def _in_any_order(moments: ir.Table, steps: int, longest: int | None) -> ir.Table:
    """reached_n: 1 where the steps up to n were all done by now, the latest time of each close enough."""
    done = {f"last_{n}": ibis.ifelse(moments[f"done_{n}"], moments["at"], ibis.null("int64")) for n in range(steps)}
    table = moments.mutate(**done)
    table = table.mutate(**{f"last_{n}": table[f"last_{n}"].max().over(_up_to_now()) for n in range(steps)})
    reached = {}
    for n in range(steps):
        lasts = [table[f"last_{i}"] for i in range(n + 1)]
        fits = reduce(and_, [last.notnull() for last in lasts])
        if longest is not None:
            fits = fits & reduce(and_, [table["at"] - last <= longest for last in lasts])
        reached[f"reached_{n}"] = fits.fill_null(False).cast("int64")
    return table.select("customer_id", **reached)


def _up_to_now() -> Any:
    return ibis.window(group_by="customer_id", order_by="occurred_at", preceding=None, following=0)


def _count(n: int) -> str:
    return f"funnel_{n}_"  # no column of a user is called so


def _step(counted: ir.Table, groups: list[str], n: int, step: str) -> ir.Table:
    here, first = counted[_count(n)].fill_null(0).cast("int64"), counted[_count(0)].fill_null(0).cast("int64")
    before = counted[_count(max(n - 1, 0))].fill_null(0)
    low, high = wilson(here, first)
    return counted.select(
        *groups,
        step_no=ibis.literal(n + 1, "int64"),
        step=ibis.literal(step),
        customers=here,
        conversion_rate=ratio(here, first),
        step_rate=ratio(here, before),
        rate_low=low,
        rate_high=high,
    )
