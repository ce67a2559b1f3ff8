"""What was sold at which price: each product in each period."""

from __future__ import annotations

from datetime import date

from kezhi.kit.days import days_before, midnight
from kezhi.kit.engine import _, ibis, ir, ratio

YEAR_DAYS = 365


def price_points(lines: ir.Table, *, as_of: date, history_days: int, period_days: int, most_products: int, by: ir.Value | None) -> ir.Table:
    """
    One row per product, period and value of *by* in which some were sold at a price.

    Args:
        lines: product_id, ordered_at, quantity, net_amount (of a line, refunds left out), and what *by* reads.
        as_of: The first day not seen.
        history_days: How far back; rounded down to whole periods.
        period_days: Length of a period; they are counted back from *as_of*.
        most_products: Only those with the most money.
        by: What parts the sales, text; null values are left out. None: `total`.

    Returns:
        member, product_id, period (0 is the newest), quantity, price (net_amount / quantity); lines without a quantity above 0 or paid
        nothing for are left out, as they tell no price.
    """
    since = midnight(days_before(as_of, history_days // period_days * period_days))
    member = ibis.literal("total") if by is None else by
    sold = lines.mutate(member=member).filter(
        (_.ordered_at >= since) & (_.ordered_at < midnight(as_of)) & (_.quantity > 0) & (_.net_amount > 0) & _.member.notnull()
    )
    dearest = (
        sold.group_by("product_id").aggregate(money=_.net_amount.sum()).order_by(ibis.desc("money"), "product_id").limit(most_products)
    )
    ago = (
        ibis.literal(as_of.toordinal()) - ibis.literal(date(1970, 1, 1).toordinal()) - 1 - sold.ordered_at.date().epoch_days()
    ) // period_days
    kept = sold.mutate(period=ago).semi_join(dearest, "product_id")
    sums = kept.group_by("member", "product_id", "period").aggregate(
        quantity=_.quantity.cast("float64").sum(), money=_.net_amount.sum().cast("float64")
    )
    return sums.mutate(price=ratio(sums.money, sums.quantity)).drop("money")


def money_of_year(lines: ir.Table, *, as_of: date, by: ir.Value | None) -> ir.Table:
    """Member (as of `price_points`) and net_amount of its lines in the last 365 days."""
    member = ibis.literal("total") if by is None else by
    kept = lines.mutate(member=member).filter(
        (_.ordered_at >= midnight(days_before(as_of, YEAR_DAYS))) & (_.ordered_at < midnight(as_of)) & _.member.notnull()
    )
    return kept.group_by("member").aggregate(net_amount=_.net_amount.sum())
