"""How people buy: who waits for discounts, whose goods earn much, and who moves between channels."""

from __future__ import annotations

from kezhi.kit.engine import _, ibis, ir, ratio
from kezhi.tables import BUYING_HABITS, CHANNEL_SWITCHES, MONEY

MIN_PURCHASES = 3  # fewer say nothing about a habit
HUNTER_SHARE = 0.8  # of purchases at a discount
MUCH_THIRDS, LITTLE_THIRDS = 2, 1  # of the money, for high or low margin to be a habit


def buying_habits(purchases: ir.Table, order_lines: ir.Table | None) -> ir.Table:
    """
    Promotion hunters, and buyers of what earns much or little.

    Args:
        purchases: Rows of `tables.LEDGER` that are purchases; a null customer_id is left out.
        order_lines: `tables.ORDER_LINES`; none, and nothing is known of margins.

    Returns:
        `tables.BUYING_HABITS`, one row per customer with a purchase. A product earns much when its margin rate (sums over
        all purchases with a cost) is at least that of all products together. is_promotion_hunter and margin_kind are null
        below `MIN_PURCHASES` purchases that say something.
    """
    bought = purchases.filter(_.customer_id.notnull())
    # many systems leave the discount empty where there was none: the gross amount tells
    bought = bought.mutate(discount=ibis.coalesce(bought.discount_amount, bought.gross_amount - bought.net_amount))
    table = bought.group_by("customer_id").aggregate(
        orders=_.count(),
        discount_known_orders=_.count(where=_.discount.notnull()),
        discounted_orders=_.count(where=_.discount > 0),
    )
    if order_lines is None:
        table = table.mutate(costed_amount=ibis.null(MONEY), high_margin_amount=ibis.null(MONEY), costed_orders=ibis.null("int64"))
    else:
        margins = _margins(bought, purchases, order_lines)
        table = table.left_join(margins, "customer_id").select(*table.columns, "costed_amount", "high_margin_amount", "costed_orders")
    discounted, high = ratio(table.discounted_orders, table.discount_known_orders), ratio(table.high_margin_amount, table.costed_amount)
    kinds = ibis.cases((high * 3 >= MUCH_THIRDS, "high"), (high * 3 <= LITTLE_THIRDS, "low"), else_="mixed")
    values = {
        "customer_id": table.customer_id,
        "orders": table.orders,
        "discount_known_orders": table.discount_known_orders,
        "discounted_orders": table.discounted_orders,
        "discounted_share": discounted,
        "is_promotion_hunter": ibis.ifelse(table.discount_known_orders >= MIN_PURCHASES, discounted >= HUNTER_SHARE, ibis.null("boolean")),
        "costed_amount": table.costed_amount,
        "high_margin_amount": table.high_margin_amount,
        "high_margin_share": high,
        "margin_kind": ibis.ifelse((table.costed_orders >= MIN_PURCHASES) & high.notnull(), kinds, ibis.null("string")),
    }
    return table.select(**{c.name: values[c.name].cast(c.type) for c in BUYING_HABITS.columns})


def _margins(bought: ir.Table, purchases: ir.Table, order_lines: ir.Table) -> ir.Table:
    """Per customer: money of lines with a cost, and the part of it on products that earn much."""
    costed = order_lines.filter(_.cost_amount.notnull() & _.product_id.notnull()).semi_join(purchases, "order_id")
    products = costed.group_by("product_id").aggregate(net=_.net_amount.sum(), cost=_.cost_amount.sum())
    rated = products.mutate(all_net=_.net.sum().over(ibis.window()), all_cost=_.cost.sum().over(ibis.window()))
    much = rated.select(
        "product_id", earns=ratio(rated.net - rated.cost, rated.net) >= ratio(rated.all_net - rated.all_cost, rated.all_net)
    )
    lines = costed.join(much, "product_id").select("order_id", "net_amount", "earns")
    mine = lines.join(bought.select("order_id", "customer_id"), "order_id")
    return mine.group_by("customer_id").aggregate(
        costed_amount=_.net_amount.sum(),
        high_margin_amount=_.net_amount.sum(where=_.earns).fill_null(0),
        costed_orders=_.order_id.nunique(),
    )


def channel_switches(purchases: ir.Table) -> ir.Table:
    """
    From which channel to which customers go between one purchase and the next.

    Args:
        purchases: order_id, customer_id, ordered_at, channel; rows without customer or channel are left out.

    Returns:
        `tables.CHANNEL_SWITCHES`, a row per pair that occurs; share is of the moves from the same channel.
    """
    known = purchases.filter(_.customer_id.notnull() & _.channel.notnull())
    before = known.channel.lag(1).over(group_by="customer_id", order_by=["ordered_at", "order_id"])
    moves = known.select("customer_id", from_channel=before, to_channel=_.channel).filter(_.from_channel.notnull())
    counted = moves.group_by("from_channel", "to_channel").aggregate(moves=_.count(), customers=_.customer_id.nunique())
    shared = counted.mutate(share=ratio(_.moves, _.moves.sum().over(group_by="from_channel")), is_switch=_.from_channel != _.to_channel)
    return shared.select(**{c.name: shared[c.name].cast(c.type) for c in CHANNEL_SWITCHES.columns})
