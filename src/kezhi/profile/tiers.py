"""Membership tiers: which each customer holds, since when, how far the next is, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import reduce

from kezhi.kit.days import day
from kezhi.kit.engine import _, ibis, ir, ratio, typed
from kezhi.kit.money import amount_of
from kezhi.settings import TierRule, TierSettings
from kezhi.tables import MONEY, TIER_FORECAST_DAYS, TIER_PRICES, TIERS

DEFAULT = TierSettings()
_NEVER = 10_000_000  # a day number past every calendar
_EPOCH = date(1970, 1, 1)


def tiers(ledger: ir.Table, *, as_of: date, settings: TierSettings = DEFAULT, price_change: float = 0.0) -> ir.Table:
    """
    The tier of every customer with a purchase or netted refund.

    What a customer has in the window changes on known days only: an order counts from the day after it, and no
    longer `window_days` later. Those days make a step function, which also tells the future in which nothing
    more is bought; a tier lasts `grace_days` longer than its rule. The other forecast adds what the customer buys
    in as many days at the rate of the last `rate_days` (at least 0).

    Args:
        ledger: `profile.ledger` of rows with a customer.
        as_of: The first day not seen.
        settings: Tiers and window; today's rules are used for the past too.
        price_change: What if all prices had been so much higher (0.05) or lower (-0.05), and as much bought.

    Returns:
        `tables.TIERS`. expires_on supposes that no refund leaves the window before a purchase.
    """
    levels = list(reversed(settings.levels))  # level 1 is the lowest
    today = (as_of - _EPOCH).days
    counted = ledger.filter(_.is_purchase | _.is_netted)
    daily = (
        counted.select("customer_id", "net_amount", "is_purchase", on=day(counted.ordered_at).epoch_days().cast("int64"))
        .group_by("customer_id", "on")
        .aggregate(net=_.net_amount.sum().cast(MONEY), bought=_.is_purchase.sum().cast("int64"))
    )
    if price_change:
        daily = daily.mutate(net=amount_of(_.net.cast("float64") * (1.0 + price_change)))
    steps = _steps(daily, settings.window_days, levels)
    held = steps.group_by("customer_id").aggregate(
        level=_held_on(today, settings.grace_days),
        **{f"idle_{n}": _held_on(today + n, settings.grace_days) for n in TIER_FORECAST_DAYS},
    )
    sums = daily.group_by("customer_id").aggregate(
        net_amount=_within("net", today - settings.window_days),
        orders=_within("bought", today - settings.window_days),
        rate_net=_within("net", today - settings.rate_days),
        rate_orders=_within("bought", today - settings.rate_days),
        **{f"net_{n}": _within("net", today + n - settings.window_days) for n in TIER_FORECAST_DAYS},
        **{f"orders_{n}": _within("bought", today + n - settings.window_days) for n in TIER_FORECAST_DAYS},
    )
    dates = _dates(steps, held, today, settings.grace_days)
    table = held.join(sums, "customer_id").join(dates, "customer_id")
    going = {n: _going_on(table, n, settings, levels) for n in TIER_FORECAST_DAYS}
    table = table.mutate(**{f"going_{n}": level for n, level in going.items()})
    asked = {name: [getattr(level, name) for level in levels] for name in ("net_amount", "orders")}
    values = {
        "customer_id": table.customer_id,
        "tier": _name(table.level, levels),
        "level": table.level,
        "since": _day(table.since),
        "net_amount": table.net_amount,
        "orders": table.orders,
        "next_tier": _of_next(table.level, [level.name for level in levels], "string"),
        "net_amount_to_next": _lacking(table.level, asked["net_amount"], table.net_amount, MONEY),
        "orders_to_next": _lacking(table.level, asked["orders"], table.orders, "int64"),
        "expires_on": _day(table.expires),
        **{f"tier_in_{n}d": _name(table[f"going_{n}"], levels) for n in TIER_FORECAST_DAYS},
        **{f"tier_in_{n}d_idle": _name(table[f"idle_{n}"], levels) for n in TIER_FORECAST_DAYS},
        "is_at_risk": table[f"going_{TIER_FORECAST_DAYS[-1]}"] < table.level,
    }
    return typed(table.select(**values), TIERS.types)


def tier_prices(now: ir.Table, then: ir.Table, settings: TierSettings) -> ir.Table:
    """
    Customers by tier as it is and as it would be at other prices, `tables.TIER_PRICES`; every tier of the settings for each price.

    Args:
        now: `tables.TIERS`.
        then: customer_id, level and price_change: the tiers at other prices.
        settings: Names of the tiers.
    """
    names = [level.name for level in reversed(settings.levels)]
    spine = then.select("price_change").distinct().mutate(level=ibis.array([ibis.literal(n + 1) for n in range(len(names))]).unnest())
    both = now.select("customer_id", was="level").join(then, "customer_id")
    held = both.group_by("price_change", level=_.was).aggregate(
        customers=_.count(), falling_customers=(_.level < _.was).cast("int64").sum()
    )
    would = both.group_by("price_change", "level").aggregate(then_customers=_.count())
    kinds = {"price_change": "float64", "level": "int64"}
    made = spine.mutate(**{name: spine[name].cast(kind) for name, kind in kinds.items()})
    for part in (held, would):
        made = made.left_join(part.mutate(level=part.level.cast("int64")), ["price_change", "level"]).drop(
            "price_change_right", "level_right"
        )
    word = ibis.cases(*((made.level == n + 1, ibis.literal(name)) for n, name in enumerate(names)), else_=ibis.null("string"))
    counted = {name: made[name].fill_null(0) for name in ("customers", "falling_customers", "then_customers")}
    return typed(made.mutate(tier=word, **counted), TIER_PRICES.types)


def _steps(daily: ir.Table, window_days: int, levels: Sequence[TierRule]) -> ir.Table:
    """Per customer the days `begins` on which the sums of the window change, until `ends`, and the level in between."""
    came = daily.select("customer_id", "net", "bought", begins=_.on + 1)
    went = daily.select("customer_id", net=(-_.net).cast(MONEY), bought=-_.bought, begins=_.on + 1 + window_days)
    changes = came.union(went).group_by("customer_id", "begins").aggregate(net=_.net.sum(), bought=_.bought.sum())
    so_far = ibis.window(group_by="customer_id", order_by="begins", preceding=None, following=0)
    in_order = ibis.window(group_by="customer_id", order_by="begins")
    running = changes.mutate(
        net=_.net.sum().over(so_far),
        bought=_.bought.sum().over(so_far),
        ends=changes.begins.lead().over(in_order).fill_null(_NEVER),
    )
    return running.select("customer_id", "begins", "ends", level=_level(running.net, running.bought, levels))


def _level(net: ir.NumericValue, orders: ir.NumericValue, levels: Sequence[TierRule]) -> ir.IntegerValue:
    """The number of the highest of *levels* whose rule holds; money and counts as float64, which is exact for cents below 10^13."""
    branches = []
    for number, level in reversed(list(enumerate(levels, start=1))):
        met = [net.cast("float64") >= level.net_amount] if level.net_amount is not None else []
        met += [orders.cast("float64") >= level.orders] if level.orders is not None else []
        if met:
            branches.append((reduce(lambda a, b: a | b if level.need == "any" else a & b, met), number))
    return (ibis.cases(*branches, else_=1) if branches else ibis.literal(1)).cast("int64")


def _held_on(number: int, grace: int) -> ir.Value:
    """The best level whose days, with the grace after them, hold the day *number*."""
    return _.level.max(where=(_.begins <= number) & (_.ends + grace > number)).fill_null(1)


def _within(name: str, first: int) -> ir.Value:
    return _[name].sum(where=_.on >= first).fill_null(0)


def _dates(steps: ir.Table, held: ir.Table, today: int, grace: int) -> ir.Table:
    """Day numbers of the first day in the tier, and of the first below it if nothing more is bought."""
    own = held.select(own_id="customer_id", own="level")
    table = steps.join(own, [steps.customer_id == own.own_id]).drop("own_id")
    kept = table.filter(table.level >= table.own)
    last = kept.ends.lag().over(group_by="customer_id", order_by=["begins", "customer_id"])
    kept = kept.mutate(starts=last.isnull() | (last + grace < kept.begins))
    found = kept.group_by("customer_id", "own").aggregate(
        begun=_.begins.max(where=_.starts & (_.begins <= today)),
        better=(_.ends + grace).max(where=(_.level > _.own) & (_.begins <= today)),
        ends=(_.ends + grace).max(where=_.begins <= today),
        later=(_.ends + grace).max(where=_.begins > today),
    )
    since = ibis.greatest(found.begun, ibis.coalesce(found.better, found.begun))
    until = ibis.greatest(found.ends, ibis.coalesce(found.later, found.ends))
    return found.select("customer_id", since=since, expires=ibis.ifelse(found.own > 1, until, None))


def _going_on(table: ir.Table, days: int, settings: TierSettings, levels: Sequence[TierRule]) -> ir.Value:
    """The level in *days* at the customer's own rate, never below the one held without buying."""
    share = ratio(ibis.literal(min(days, settings.window_days)), ibis.literal(settings.rate_days))
    net = table[f"net_{days}"].cast("float64") + ibis.greatest(table.rate_net.cast("float64"), 0.0) * share
    orders = table[f"orders_{days}"].cast("float64") + table.rate_orders.cast("float64") * share
    return ibis.greatest(_level(net, orders, levels), table[f"idle_{days}"])


def _name(level: ir.Value, levels: Sequence[TierRule]) -> ir.Value:
    return ibis.cases(*((level == number, rule.name) for number, rule in enumerate(levels, start=1)), else_=levels[0].name)


def _of_next(level: ir.Value, values: Sequence[object], kind: str) -> ir.Value:
    """The value of the level above; null in the highest."""
    branches = [(level == n, ibis.literal(value, kind)) for n, value in enumerate(values[1:], start=1) if value is not None]
    return ibis.cases(*branches, else_=ibis.null(kind)) if branches else ibis.null(kind)


def _lacking(level: ir.Value, asked: Sequence[float | int | None], has: ir.Value, kind: str) -> ir.Value:
    """What the level above asks for minus what is there, at least 0."""
    whole = [None if bound is None else (Decimal(str(bound)).quantize(Decimal("0.01")) if kind == MONEY else int(bound)) for bound in asked]
    wanted = _of_next(level, whole, kind)
    return ibis.ifelse(wanted.isnull(), ibis.null(kind), ibis.greatest(wanted - has, 0).cast(kind))


def _day(number: ir.Value) -> ir.Value:
    """The date of a day number."""
    base = ibis.literal(_EPOCH, "date")
    return base + number.cast("int32").as_interval("D")
