"""What is known of a payment at its own moment: the amount, the hour, how it was paid, and what the customer did before."""

from __future__ import annotations

from datetime import date

from kezhi.kit.days import midnight, weekday
from kezhi.kit.engine import ibis, ir, ratio

SIGNALS = (
    "amount", "hour", "weekday", "payment_method", "channel", "discount_share", "earlier_orders", "days_since_last", "amount_to_usual",
)  # fmt: skip
DAY_SECONDS = 86_400


def payment_signals(orders: ir.Table, *, before: date) -> ir.Table:
    """
    One row per paid purchase of a known customer before *before*; each row looks at rows before its own only.

    Refunds and what became of an order later play no part. One sort per customer.

    Args:
        orders: `tables.ORDERS`.
        before: The first day not seen.

    Returns:
        order_id, customer_id, ordered_at, source and `SIGNALS`: amount (float64), hour, weekday (1 is Monday), discount_share (null
        without a price), earlier_orders, days_since_last and amount_to_usual (amount / mean of the earlier ones; both null at first).
    """
    bought = orders.filter(
        (orders.order_kind == "purchase") & (orders.status != "cancelled") & (orders.status != "unpaid") & orders.customer_id.notnull()
        & (orders.ordered_at < midnight(before)) & (orders.net_amount > 0)
    )  # fmt: skip
    given = bought.discount_amount.fill_null(0)
    paid = bought.select(
        "order_id", "customer_id", "ordered_at", "source", "payment_method", "channel",
        amount=bought.net_amount.cast("float64"),
        discount_share=ratio(given, bought.net_amount + given),
        second=bought.ordered_at.epoch_seconds().cast("int64"),
        hour=bought.ordered_at.hour().cast("int64"),
        weekday=weekday(bought.ordered_at).cast("int64"),
    )  # fmt: skip
    order = [paid.ordered_at, paid.order_id]
    place = ibis.row_number().over(group_by="customer_id", order_by=order)
    earlier = ibis.window(group_by="customer_id", order_by=order, preceding=(None, 1))
    seen = paid.mutate(
        earlier_orders=place.cast("int64"),
        usual=paid.amount.sum().over(earlier),
        last=paid.second.max().over(earlier),
    )
    return seen.mutate(
        amount_to_usual=ratio(seen.amount * seen.earlier_orders, seen.usual.nullif(0.0)),
        days_since_last=ratio(seen.second - seen["last"], ibis.literal(DAY_SECONDS)),
    ).select("order_id", "customer_id", "ordered_at", "source", *SIGNALS)
