"""Patterns of one customer: online or in the store, at which hour, and whether a visit ends in a purchase."""

from __future__ import annotations

from functools import reduce
from operator import or_

from kezhi.kit.days import day
from kezhi.kit.engine import _, ibis, ir, ratio, typed
from kezhi.settings import PatternSettings
from kezhi.tables import BEHAVIOUR_PATTERNS

DAY_HOURS = 24
WINDOW_HOURS = 3  # the usual hour with the one before and the one after


def behaviour_patterns(purchases: ir.Table, visits: ir.Table | None, settings: PatternSettings) -> ir.Table:
    """
    Where and when each customer buys and visits, and who should be written to at another hour.

    A visit is without a purchase when the customer bought nothing, anywhere, on the day it began. The usual hour is the one
    around which (with the hour before and after) most visits begin; of equals the one with more visits of its own, then
    the earlier one. It is fixed when enough visits are known, enough of them begin around it, and more than those of others.

    Args:
        purchases: Rows of `tables.LEDGER` that are purchases; a null customer_id is left out.
        visits: Events with their visits, of `insight.sessions`; None: nothing is known of visits.
        settings: Words of channels, and when a habit is one.

    Returns:
        `tables.BEHAVIOUR_PATTERNS`, one row per customer with a purchase or a visit.
    """
    bought = purchases.filter(_.customer_id.notnull())
    online, store = (_is_one_of(bought.channel, words) for words in (settings.online_channels, settings.store_channels))
    counts = bought.group_by("customer_id").aggregate(
        purchases=_.count(), online_purchases=online.fill_null(False).sum(), store_purchases=(store & ~online).fill_null(False).sum()
    )
    if visits is None:
        names = ("visits", "visits_without_purchase", "usual_hour", "usual_hour_visits", "usual_hour_visits_without_purchase")
        table = counts.mutate(
            **{name: ibis.null("int64") for name in names}, usual_hour_share=ibis.null("float64"), hour_base=ibis.null("float64")
        )
    else:
        table = _with_visits(counts, _visits(bought, visits))
    placed = table.online_purchases + table.store_purchases
    share = ratio(table.online_purchases, placed)
    preference = ibis.cases((share >= settings.preference_share, "online"), (share <= 1 - settings.preference_share, "store"), else_="both")
    lift = ratio(table.usual_hour_share, table.hour_base)
    fixed = (
        (table.visits >= settings.least_visits) & (table.usual_hour_share >= settings.fixed_hour_share) & (lift >= settings.fixed_hour_lift)
    ).fill_null(False)
    idle = ratio(table.usual_hour_visits_without_purchase, table.usual_hour_visits) >= settings.idle_share
    hint = (fixed & idle & (table.usual_hour_visits_without_purchase >= settings.least_visits)).fill_null(False)
    values = table.mutate(
        online_share=share,
        place_preference=ibis.ifelse(placed >= settings.least_purchases, preference, ibis.null("string")),
        usual_hour_lift=lift,
        is_fixed_hour=ibis.ifelse(table.visits >= settings.least_visits, fixed, ibis.null("boolean")),
        is_to_retime=hint,
        campaign_hour=ibis.ifelse(hint, table.usual_hour, ibis.null("int64")),
    )
    return typed(values, BEHAVIOUR_PATTERNS.types)


def _is_one_of(channel: ir.StringValue, words: list[str]) -> ir.BooleanValue:
    """Whether a channel's name holds one of *words*, in any case."""
    lower = channel.lower()
    return reduce(or_, [lower.contains(word.lower()) for word in words], ibis.literal(False))


def _visits(bought: ir.Table, visits: ir.Table) -> ir.Table:
    """customer_id, hour, is_idle (no purchase on its day): one row per visit of a known customer."""
    begun = visits.filter(_.customer_id.notnull()).group_by("visit_id", "customer_id").aggregate(at=_.occurred_at.min())
    dated = begun.select("customer_id", on=day(begun.at), hour=begun.at.hour().cast("int64"))
    days = bought.select(buyer=bought.customer_id, bought_on=day(bought.ordered_at)).distinct()
    joined = dated.left_join(days, [dated.customer_id == days.buyer, dated.on == days.bought_on])
    return joined.select("customer_id", "hour", is_idle=joined.buyer.isnull())


def _with_visits(counts: ir.Table, visits: ir.Table) -> ir.Table:
    """*counts* with what is known of the visits of each customer; null where there are none."""
    hours = visits.group_by("customer_id", "hour").aggregate(own=_.count(), idle=_.is_idle.sum())
    near = [ibis.literal(step) for step in (DAY_HOURS - 1, 0, 1)]
    spread = hours.mutate(step=ibis.array(near).unnest())
    around = spread.mutate(center=(_.hour + _.step) % DAY_HOURS, at_center=ibis.ifelse(_.step == 0, _.own, 0))
    windows = around.group_by("customer_id", "center").aggregate(
        usual_hour_visits=_.own.sum(), usual_hour_visits_without_purchase=_.idle.sum(), at_center=_.at_center.sum()
    )
    place = ibis.row_number().over(
        group_by="customer_id", order_by=[ibis.desc("usual_hour_visits"), ibis.desc("at_center"), "center", "customer_id"]
    )
    best = windows.mutate(place=place).filter(_.place == 0).drop("place", "at_center")
    whole = visits.group_by("customer_id").aggregate(visits=_.count(), visits_without_purchase=_.is_idle.sum())
    base = windows.group_by("center").aggregate(base_visits=_.usual_hour_visits.sum())
    base = base.cross_join(visits.aggregate(all_visits=_.count())).select(base_hour="center", hour_base=ratio(_.base_visits, _.all_visits))
    told = whole.join(best, "customer_id").join(base, [_.center == base.base_hour])
    told = told.mutate(usual_hour=told.center, usual_hour_share=ratio(told.usual_hour_visits, told.visits)).drop("center", "base_hour")
    both = counts.outer_join(told, "customer_id")
    made = both.mutate(customer_id=ibis.coalesce(both.customer_id, both.customer_id_right)).drop("customer_id_right")
    return made.mutate(**{name: made[name].fill_null(0) for name in ("purchases", "online_purchases", "store_purchases")})
