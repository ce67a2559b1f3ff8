"""What models of purchase counts are fitted on: how often, since when, and until when each customer bought, seen from a day."""

from __future__ import annotations

from datetime import date, timedelta

from kezhi.kit.days import day, days_between
from kezhi.kit.engine import _, ibis, ir, ratio
from kezhi.tables import MONEY


def purchase_days(ledger: ir.Table) -> ir.Table:
    """
    One row per known customer and day on which money moved: bought (purchases), net_amount (`MONEY`, netted refunds taken off),
    margin_amount (net amount minus cost, of the rows whose cost is known) and uncosted (how many rows lack their cost).

    Tiers, values and the loyalty of earlier days count by it: asked for with `Workbench.once`, a run computes it for all.

    Args:
        ledger: `tables.LEDGER`.
    """
    return _of_days(ledger)


def lost_days(days: ir.Table, undone: ir.Table) -> ir.Table:
    """
    What *days* lack of earlier ones: the columns of *days* of rows that counted and no longer do, and undone_on, the last day before which they did.

    As many rows as there are days with one that was undone, few beside *days*. A day has bought above 0 in one row of all that count on
    a day, in *days* or here, so that days with a purchase are counted by rows.

    Args:
        days: `purchase_days`.
        undone: `purchases.undone` of the same day.
    """
    lost = _of_days(undone, "undone_on").filter(_.acted_on < _.undone_on)  # seen on some day
    by_day = ibis.window(group_by=["customer_id", "acted_on"])
    last = lost.mutate(last_on=lost.undone_on.max(where=lost.bought > 0).over(by_day))
    standing = days.filter(days.bought > 0).select(who="customer_id", on="acted_on")
    both = last.left_join(standing, [last.customer_id == standing.who, last.acted_on == standing.on])
    is_told = both.who.isnull() & (both.undone_on == both.last_on)
    return both.mutate(bought=ibis.ifelse(is_told, both.bought, 0)).select(*days.columns, "undone_on")


def days_as_seen(days: ir.Table, lost: ir.Table, *, on: date) -> ir.Table:
    """
    *days*, those before *on* as they were seen then: a purchase that was given back in full since is one there, as nobody could know.

    A day may have several rows; bought is above 0 in one of them at most.

    Args:
        days: `purchase_days` of today, or those of some customers, or before some day from *on* on.
        lost: `lost_days` of today.
        on: The first day not seen then.
    """
    return days.union(lost.filter((_.acted_on < on) & (_.undone_on >= on)).select(*days.columns))


def _of_days(ledger: ir.Table, *keys: str) -> ir.Table:
    """The rows of *ledger* that counted, summed up by customer, day and *keys*."""
    counted = ledger.filter((_.is_purchase | _.is_netted) & _.customer_id.notnull())
    days = counted.select(
        "customer_id",
        "net_amount",
        "is_purchase",
        *keys,
        acted_on=day(counted.ordered_at),
        margin_amount=(counted.net_amount - counted.cost_amount).fill_null(0),
        lacks=counted.cost_amount.isnull(),
    )
    return days.group_by("customer_id", "acted_on", *keys).aggregate(
        bought=_.count(where=_.is_purchase),
        net_amount=_.net_amount.sum().cast(MONEY),
        margin_amount=_.margin_amount.sum().cast(MONEY),
        uncosted=_.count(where=_.lacks),
    )


def purchase_counts(days: ir.Table, *, as_of: date, horizon_days: int) -> ir.Table:
    """
    Counts of every customer who bought before *as_of*, in days; a day with several purchases is one.

    Args:
        days: `purchase_days`; for a day before today's, `days_as_seen`.
        as_of: The first day not seen.
        horizon_days: How far recent looks back, and later looks ahead.

    Returns:
        customer_id, purchases (all), frequency (repeat purchases), recency (from the first purchase to the last), seen (from the first
        purchase to as_of), first_on, monetary_value (mean of all purchases, at least 0), net_amount (all), recent, recent_amount, later,
        later_amount (purchases and money of the horizon before as_of and from it on); margin_value (mean margin of all purchases, below 0
        for one who brought a loss), recent_margin, later_margin: the same of the margin, null where one of their rows lacks its cost.
    """
    before, since, until = days.acted_on < as_of, as_of - timedelta(days=horizon_days), as_of + timedelta(days=horizon_days)
    recent, later = before & (days.acted_on >= since), ~before & (days.acted_on < until)
    is_bought = days.bought > 0
    found = days.group_by("customer_id").aggregate(
        first_on=days.acted_on.min(where=before & is_bought),
        last_on=days.acted_on.max(where=before & is_bought),
        purchases=is_bought.sum(where=before).fill_null(0),
        net_amount=days.net_amount.sum(where=before).cast("float64"),
        recent=is_bought.sum(where=recent).fill_null(0).cast("int64"),
        recent_amount=days.net_amount.sum(where=recent).cast("float64").fill_null(0.0),
        later=is_bought.sum(where=later).fill_null(0).cast("int64"),
        later_amount=days.net_amount.sum(where=later).cast("float64").fill_null(0.0),
        **{name: _margin(days, where) for name, where in (("margin", before), ("recent_margin", recent), ("later_margin", later))},
    )
    bought = found.filter(found.first_on.notnull())
    return bought.select(
        "customer_id",
        "first_on",
        "net_amount",
        "recent",
        "recent_amount",
        "later",
        "later_amount",
        "recent_margin",
        "later_margin",
        purchases=bought.purchases.cast("int64"),
        frequency=(bought.purchases - 1).cast("int64"),
        recency=days_between(bought.first_on, bought.last_on),
        seen=days_between(bought.first_on, as_of),
        monetary_value=ibis.greatest(ratio(bought.net_amount, bought.purchases), 0.0),
        margin_value=ratio(bought.margin, bought.purchases),
    )


def _margin(days: ir.Table, where: ir.BooleanValue) -> ir.FloatingColumn:
    """Margin of the days *where*, 0 without any; null where a row lacks its cost."""
    known = days.uncosted.sum(where=where).fill_null(0) == 0
    return ibis.ifelse(known, days.margin_amount.sum(where=where).cast("float64").fill_null(0.0), None)
