"""Monthly series of sales: of the whole company, and by category, channel, store, province or city."""

from __future__ import annotations

from datetime import date

from kezhi.insight.sales import NO_CATEGORY
from kezhi.kit.days import day, midnight, month_number
from kezhi.kit.engine import _, ibis, ir

TOTAL = "total"
OF_PEOPLE = ("province", "city")
METRICS = ("net_amount", "orders", "customers")


def sales_series(
    ledger: ir.Table,
    people: ir.Table | None,
    order_lines: ir.Table | None,
    products: ir.Table | None,
    *,
    by: list[str],
    as_of: date,
) -> ir.Table:
    """
    Net amount, orders and buying customers by month, for `total` and each member of each dimension of *by*.

    Args:
        ledger: `tables.LEDGER`.
        people: customer_id, province, city; none: no series by them.
        order_lines: `tables.ORDER_LINES`; none: no series by category.
        products: `tables.PRODUCTS`; none: no series by category.
        by: Of `category`, `channel`, `store`, `province`, `city`; what the tables cannot tell is left out.
        as_of: The first day not seen.

    Returns:
        dimension, member, month (`month_number`), net_amount (money, netted refunds taken off on their own day), orders,
        customers (different ones who bought). Only months in which something happened; what has no member is left out,
        but for products without a category (`未分类`).
    """
    counted = ledger.filter((_.is_purchase | _.is_netted) & (_.ordered_at < midnight(as_of)))
    rows = counted.select(
        "order_id",
        "customer_id",
        "channel",
        "store",
        "net_amount",
        month=month_number(day(_.ordered_at)),
        orders=_.is_purchase.cast("int64"),
    )
    parts = [_monthly(rows.mutate(member=ibis.literal(TOTAL)), TOTAL)]
    for dimension in by:
        if dimension == "category" and order_lines is not None and products is not None:
            parts.append(_monthly(_of_categories(rows, order_lines, products), dimension))
        elif dimension in OF_PEOPLE and people is not None:
            lived = people.select("customer_id", member=dimension)
            parts.append(_monthly(rows.inner_join(lived, "customer_id"), dimension))
        elif dimension in ("channel", "store"):
            parts.append(_monthly(rows.mutate(member=_[dimension]), dimension))
    return ibis.union(*parts, distinct=False) if len(parts) > 1 else parts[0]


def _of_categories(rows: ir.Table, order_lines: ir.Table, products: ir.Table) -> ir.Table:
    """An order once per category, with the money of its lines there; a refund without lines is in no category."""
    named = order_lines.left_join(products.select("product_id", "category"), "product_id")
    per_order = (
        named.select("order_id", "net_amount", member=_.category.fill_null(NO_CATEGORY))
        .group_by("order_id", "member")
        .aggregate(net_amount=_.net_amount.sum())
    )
    return per_order.inner_join(rows.drop("net_amount"), "order_id")


def _monthly(rows: ir.Table, dimension: str) -> ir.Table:
    """One row per member and month of *rows*: a customer once per month before months are counted."""
    known = rows.filter(_.member.notnull())
    per_customer = known.group_by("member", "month", "customer_id").aggregate(orders=_.orders.sum(), net_amount=_.net_amount.sum())
    found = per_customer.group_by("member", "month").aggregate(
        net_amount=_.net_amount.sum(),
        orders=_.orders.sum(),
        customers=_.count(where=_.customer_id.notnull() & (_.orders > 0)),
    )
    return found.select(
        dimension=ibis.literal(dimension),
        member=found.member,
        month=found.month.cast("int64"),
        net_amount=found.net_amount.cast("decimal(18, 2)"),
        orders=found.orders.cast("int64"),
        customers=found.customers.cast("int64"),
    )
