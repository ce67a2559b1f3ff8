"""What other prices would make of the membership tiers: how many customers each would hold."""

from __future__ import annotations

from datetime import date

from kezhi.kit.engine import Workbench, _, ibis, ir, typed
from kezhi.profile.purchase_counts import purchase_days
from kezhi.profile.tiers import DEFAULT, EPOCH, at_prices, level_of
from kezhi.settings import TierSettings
from kezhi.tables import TIER_PRICES


def tier_prices(
    now: ir.Table, ledger: ir.Table, *, as_of: date, settings: TierSettings = DEFAULT, bench: Workbench | None = None
) -> ir.Table:
    """
    Customers by tier as it is and as it would be at the other prices of the settings.

    Args:
        now: `tables.TIERS` of the day *as_of*.
        ledger: `tables.LEDGER`; rows without a customer are left out.
        as_of: The first day not seen.
        settings: Tiers, window, grace and `price_changes`, of which there is one or more.
        bench: Where customers are counted, once for all prices; without it that stands in the expression for each. The days
            that `profile.tiers` of the same *ledger* summed up are not summed up again.

    Returns:
        `tables.TIER_PRICES`; every tier of the settings for each price.
    """
    names = [level.name for level in reversed(settings.levels)]
    changes = list(dict.fromkeys(settings.price_changes))
    then = levels_at(ledger, changes, as_of=as_of, settings=settings, bench=bench)
    would = [f"level_{n}" for n in range(len(changes))]
    both = now.select("customer_id", was="level").left_join(then, "customer_id")
    # customers of the same levels at all prices are one row of this
    alike = both.mutate(**{name: both[name].fill_null(1) for name in would}).group_by("was", *would).aggregate(people=_.count())
    alike = bench.settle(alike) if bench else alike
    spine = alike.aggregate(all_people=_.people.sum()).select(
        level=ibis.array([ibis.literal(n + 1, "int64") for n in range(len(names))]).unnest()
    )
    word = ibis.cases(*((spine.level == n + 1, ibis.literal(name)) for n, name in enumerate(names)), else_=ibis.null("string"))
    spine = spine.mutate(tier=word)
    parts = []
    for change, name in zip(changes, would, strict=True):
        held = alike.group_by(level="was").aggregate(
            customers=_.people.sum(), falling_customers=_.people.sum(where=alike[name] < alike.was).fill_null(0)
        )
        after = alike.group_by(level=name).aggregate(then_customers=_.people.sum())
        made = spine.left_join(held, "level").drop("level_right").left_join(after, "level").drop("level_right")
        counts = {each: made[each].fill_null(0) for each in ("customers", "falling_customers", "then_customers")}
        parts.append(typed(made.mutate(price_change=ibis.literal(change, "float64"), **counts), TIER_PRICES.types))
    return ibis.union(*parts, distinct=False) if len(parts) > 1 else parts[0]


def levels_at(
    ledger: ir.Table, price_changes: list[float], *, as_of: date, settings: TierSettings = DEFAULT, bench: Workbench | None = None
) -> ir.Table:
    """
    The level that `profile.tiers` gives each customer at each of several other prices, in one pass.

    A level of today is the best of the last `grace_days`; what came into the window and left it before them is not read, and
    what came before them has come by their first day.

    Args:
        ledger: `tables.LEDGER`; rows without a customer are left out.
        price_changes: Prices so much higher (0.05) or lower (-0.05), and as much bought.
        as_of: The first day not seen.
        settings: Tiers, window and grace.
        bench: As for `tier_prices`.

    Returns:
        customer_id, level_0, level_1, ... (int64) in the order of *price_changes*; who has no row is in the lowest tier.
    """
    levels = list(reversed(settings.levels))
    today = (as_of - EPOCH).days
    first = today - settings.grace_days
    every = purchase_days(ledger)
    daily = at_prices(bench.once(every) if bench else every, price_changes).filter(_.on >= first - settings.window_days)
    nets = [f"net_{n}" for n in range(len(price_changes))]
    went = daily.mutate(on=_.on + settings.window_days, **{name: -daily[name] for name in ("bought", *nets)})
    changes = daily.union(typed(went, daily.schema())).mutate(begins=ibis.greatest(_.on + 1, first)).filter(_.begins <= today)
    steps = changes.group_by("customer_id", "begins").aggregate(**{name: changes[name].sum() for name in ("bought", *nets)})
    so_far = ibis.window(group_by="customer_id", order_by="begins", preceding=None, following=0)
    held = {f"level_{n}": level_of(steps[name].sum().over(so_far), steps.bought.sum().over(so_far), levels) for n, name in enumerate(nets)}
    told = steps.select("customer_id", **held)
    return told.group_by("customer_id").aggregate(**{name: told[name].max() for name in held})
