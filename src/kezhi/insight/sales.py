"""How sales went: by calendar month and by product category."""

from __future__ import annotations

from datetime import date, timedelta

from kezhi.kit.days import day, days_before, midnight, month_number, month_start
from kezhi.kit.engine import _, ibis, ir
from kezhi.tables import CATEGORY_SALES, SALES_MONTHLY

NO_CATEGORY = "未分类"
CATEGORY_WINDOW_DAYS = 365
_UNITS = "decimal(18, 6)"  # quantities are summed as decimals: a sum of floats depends on the order of rows


def sales_monthly(spent: ir.Table, refunds: ir.Table, *, as_of: date) -> ir.Table:
    """
    Sales by calendar month, from the first with a purchase or refund to that of the last day seen.

    Args:
        spent: `spending` of the purchases before *as_of*, by month; a null customer_id is anonymous.
        refunds: `tables.ORDERS` and is_netted, the refunds before *as_of*, on their own day. Only netted ones
            lower net_amount; refund_amount is of all.
        as_of: The first day not seen.

    Returns:
        `tables.SALES_MONTHLY`, one row per month; a month without sales has zeros. No row without any sale.
    """
    per_customer = spent.select("customer_id", "orders", month="number", net="net_amount")
    firsts = per_customer.filter(_.customer_id.notnull()).group_by("customer_id").aggregate(month=_.month.min())
    back = refunds.select("customer_id", "net_amount", "is_netted", month=month_number(day(refunds.ordered_at)))
    parts = [
        per_customer.group_by("month").aggregate(
            orders=_.orders.sum(),
            customers=_.customer_id.count(),
            net=_.net.sum(),
            anonymous=_.net.sum(where=_.customer_id.isnull()),
        ),
        firsts.group_by("month").aggregate(new_customers=_.count()),
        back.group_by("month").aggregate(
            net_back=_.net_amount.sum(where=_.is_netted),
            anonymous_back=_.net_amount.sum(where=_.is_netted & _.customer_id.isnull()),
            refunded=-_.net_amount.sum(),
        ),
    ]
    months = per_customer.select("month").union(back.select("month")).aggregate(first=_.month.min())
    table = months.select(month=ibis.range(months.first, month_number(as_of - timedelta(days=1)) + 1).unnest())
    for part in parts:
        table = table.left_join(part, "month", rname="{name}_right").drop("month_right")
    values = {
        "month": month_start(table.month),
        "orders": table.orders,
        "customers": table.customers,
        "new_customers": table.new_customers,
        "net_amount": table.net.fill_null(0) + table.net_back.fill_null(0),
        "refund_amount": table.refunded,
        "anonymous_amount": table.anonymous.fill_null(0) + table.anonymous_back.fill_null(0),
    }
    return table.select(
        **{c.name: values[c.name] if c.type == "date" else values[c.name].fill_null(0).cast(c.type) for c in SALES_MONTHLY.columns}
    )


def category_sales(purchases: ir.Table, refunds: ir.Table, order_lines: ir.Table, products: ir.Table | None, *, as_of: date) -> ir.Table:
    """
    Sales by product category at as_of − 365 ≤ date < as_of.

    Args:
        purchases: `tables.ORDERS`, the rows that are purchases before *as_of*.
        refunds: `tables.ORDERS` and is_netted; the lines of netted refunds are taken off on the refund's day.
        order_lines: `tables.ORDER_LINES` of both, at most 0 in a refund.
        products: `tables.PRODUCTS`; none, or a product without a category: `未分类`.
        as_of: The first day not seen.

    Returns:
        `tables.CATEGORY_SALES`, one row per category sold or returned. Refunds without lines are in no category.
    """
    since = midnight(days_before(as_of, CATEGORY_WINDOW_DAYS))
    orders = (
        purchases.filter(_.ordered_at >= since)
        .select("order_id", "customer_id", purchases=ibis.literal(1, type="int64"))
        .union(
            refunds.filter(_.is_netted & (_.ordered_at >= since)).select("order_id", "customer_id", purchases=ibis.literal(0, type="int64"))
        )
    )
    if products is None:
        named = order_lines.mutate(category=ibis.null("string"))
    else:
        named = order_lines.left_join(products.select("product_id", "category"), "product_id")
    # an order once per category before it meets its customer, then a customer once: no count of distinct texts
    per_order = (
        named.select("order_id", "quantity", "net_amount", category=_.category.fill_null(NO_CATEGORY))
        .group_by("order_id", "category")
        .aggregate(quantity=_.quantity.cast(_UNITS).sum(), net_amount=_.net_amount.sum())
    )
    per_customer = (
        per_order.join(orders, "order_id")
        .group_by("category", "customer_id")
        .aggregate(orders=_.purchases.sum(), quantity=_.quantity.sum(), net_amount=_.net_amount.sum())
    )
    found = per_customer.group_by("category").aggregate(
        orders=_.orders.sum(),
        customers=_.count(where=_.customer_id.notnull() & (_.orders > 0)),
        quantity=_.quantity.sum().fill_null(0),
        net_amount=_.net_amount.sum(),
    )
    return found.select(**{c.name: found[c.name].cast(c.type) for c in CATEGORY_SALES.columns})
