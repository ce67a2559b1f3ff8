"""Membership tiers: which each customer holds, since when, how far the next is, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import reduce

from kezhi.kit.engine import Workbench, _, ibis, ir, ratio, typed
from kezhi.kit.money import amount_of
from kezhi.profile.purchase_counts import purchase_days
from kezhi.settings import TierRule, TierSettings
from kezhi.tables import MONEY, TIER_FORECAST_DAYS, TIERS

DEFAULT = TierSettings()
_NEVER = 10_000_000  # a day number past every calendar
EPOCH = date(1970, 1, 1)


def tiers(
    ledger: ir.Table,
    *,
    as_of: date,
    settings: TierSettings = DEFAULT,
    price_change: float = 0.0,
    bench: Workbench | None = None,
) -> ir.Table:
    """
    The tier of every customer with a purchase or netted refund.

    What a customer has in the window changes on known days only: an order counts from the day after it, and no
    longer `window_days` later. Those days make a step function, which also tells the future in which nothing
    more is bought; a tier lasts `grace_days` longer than its rule. The other forecast adds what the customer buys
    in as many days at the rate of the last `rate_days` (at least 0).

    Args:
        ledger: `tables.LEDGER`; rows without a customer are left out.
        as_of: The first day not seen.
        settings: Tiers and window; today's rules are used for the past too.
        price_change: What if all prices had been so much higher (0.05) or lower (-0.05), and as much bought.
        bench: Where the sums and the step function, which several aggregates read, are computed once. Without one the
            answer is the same and one expression.

    Returns:
        `tables.TIERS`. expires_on supposes that no refund leaves the window before a purchase.
    """
    levels = list(reversed(settings.levels))  # level 1 is the lowest
    today = (as_of - EPOCH).days
    settled, once = (bench.settle, bench.once) if bench else (_as_it_is, _as_it_is)
    daily = at_prices(once(purchase_days(ledger)), [price_change]).rename(net="net_0")
    sums = settled(
        daily.group_by("customer_id").aggregate(
            first_on=_.on.min(),
            most_net=_.net.sum(where=_.net > 0).fill_null(0),
            most_orders=_.bought.sum(),
            net_amount=_within("net", today - settings.window_days),
            orders=_within("bought", today - settings.window_days),
            rate_net=_within("net", today - settings.rate_days),
            rate_orders=_within("bought", today - settings.rate_days),
            **{f"net_{n}": _within("net", today + n - settings.window_days) for n in TIER_FORECAST_DAYS},
            **{f"orders_{n}": _within("bought", today + n - settings.window_days) for n in TIER_FORECAST_DAYS},
        )
    )
    # whom all purchases of the life together do not lift above the lowest level was never above it
    lifted = sums.filter(level_of(sums.most_net, sums.most_orders, levels) > 1)
    # a number is sorted by in two thirds of the time that the text of an id takes
    risen = settled(lifted.select("customer_id", number=ibis.row_number().over(order_by="customer_id")))
    steps = settled(_steps(daily.join(risen, "customer_id"), settings.window_days, levels))
    held = settled(
        steps.group_by("number").aggregate(
            level=_held_on(today, settings.grace_days),
            **{f"idle_{n}": _held_on(today + n, settings.grace_days) for n in TIER_FORECAST_DAYS},
        )
    )
    known = risen.join(held, "number").join(_dates(steps, held, today, settings.grace_days), "number")
    table = sums.left_join(known, "customer_id").drop("customer_id_right")
    stood = {name: table[name].fill_null(1) for name in ("level", *(f"idle_{n}" for n in TIER_FORECAST_DAYS))}
    table = table.mutate(**stood, since=table.since.fill_null(table.first_on + 1))
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


def at_prices(days: ir.Table, price_changes: Sequence[float]) -> ir.Table:
    """
    What each customer bought, less refunds, by day, at prices so much higher (0.05) or lower (-0.05).

    Args:
        days: `purchase_days`.
        price_changes: Any number of them.

    Returns:
        customer_id, on (days since 1970), bought (purchases), and net_0, net_1, ... (`MONEY`) in the order of *price_changes*.
    """
    net = days.net_amount
    nets = {f"net_{n}": amount_of(net.cast("float64") * (1.0 + change)) if change else net for n, change in enumerate(price_changes)}
    return days.select("customer_id", "bought", on=days.acted_on.epoch_days().cast("int64"), **nets)


def _steps(daily: ir.Table, window_days: int, levels: Sequence[TierRule]) -> ir.Table:
    """
    Per customer (number) the days `begins` from which on the sums of the window make a `level`, until `ends`.

    A row begins where the level is another than before or nothing was before; two that touch may be of one level.
    """
    # whole cents and counts in float64 are added exactly, in a third of the time that decimals take
    days = daily.select("number", "on", cents=(_.net.cast("float64") * 100.0).round().cast("float64"), bought=_.bought.cast("float64"))
    until = ibis.range_window(group_by="number", order_by="on", preceding=window_days - 1, following=0)
    since = ibis.range_window(group_by="number", order_by="on", preceding=0, following=window_days - 1)
    sums = days.mutate(
        came_cents=_.cents.sum().over(until), came_bought=_.bought.sum().over(until),
        left_cents=_.cents.sum().over(since), left_bought=_.bought.sum().over(since),
    )  # fmt: skip
    told = sums.select(
        "number",
        "on",
        is_first=(sums.came_cents == sums.cents) & (sums.came_bought == sums.bought),
        before_it=_level_at(sums.came_cents - sums.cents, sums.came_bought - sums.bought, levels),
        with_it=_level_at(sums.came_cents, sums.came_bought, levels),
        still_with_it=_level_at(sums.left_cents, sums.left_bought, levels),
        without_it=_level_at(sums.left_cents - sums.cents, sums.left_bought - sums.bought, levels),
    )
    rises, falls = told.is_first | (told.before_it != told.with_it), told.still_with_it != told.without_it
    # a day's purchases come after those that leave the window on the same day have left
    came = told.filter(rises).select("number", begins=_.on + 1, turn=ibis.literal(1, "int8"), level="with_it")
    left = told.filter(falls).select("number", begins=_.on + 1 + window_days, turn=ibis.literal(0, "int8"), level="without_it")
    turns = came.union(left)
    ends = turns.begins.lead().over(group_by="number", order_by=["begins", "turn", "number"]).fill_null(_NEVER)
    return turns.mutate(ends=ends).filter(_.ends > _.begins).select("number", "begins", "ends", "level")


def _level_at(cents: ir.NumericValue, bought: ir.NumericValue, levels: Sequence[TierRule]) -> ir.IntegerValue:
    return level_of(ratio(cents, ibis.literal(100.0)), bought, levels)


def level_of(net: ir.NumericValue, orders: ir.NumericValue, levels: Sequence[TierRule]) -> ir.IntegerValue:
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
    table = steps.join(held.select("number", own="level"), "number")
    kept = table.filter(table.level >= table.own)
    last = kept.ends.lag().over(group_by="number", order_by=["begins", "number"])
    kept = kept.mutate(starts=last.isnull() | (last + grace < kept.begins))
    found = kept.group_by("number", "own").aggregate(
        begun=_.begins.max(where=_.starts & (_.begins <= today)),
        better=(_.ends + grace).max(where=(_.level > _.own) & (_.begins <= today)),
        until=(_.ends + grace).max(),
    )
    since = ibis.greatest(found.begun, ibis.coalesce(found.better, found.begun))
    return found.select("number", since=since, expires=ibis.ifelse((found.own > 1) & (found.until < _NEVER), found.until, None))


def _as_it_is(table: ir.Table) -> ir.Table:
    return table


def _going_on(table: ir.Table, days: int, settings: TierSettings, levels: Sequence[TierRule]) -> ir.Value:
    """The level in *days* at the customer's own rate, never below the one held without buying."""
    share = ratio(ibis.literal(min(days, settings.window_days)), ibis.literal(settings.rate_days))
    net = table[f"net_{days}"].cast("float64") + ibis.greatest(table.rate_net.cast("float64"), 0.0) * share
    orders = table[f"orders_{days}"].cast("float64") + table.rate_orders.cast("float64") * share
    return ibis.greatest(level_of(net, orders, levels), table[f"idle_{days}"])


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
    base = ibis.literal(EPOCH, "date")
    return base + number.cast("int32").as_interval("D")
