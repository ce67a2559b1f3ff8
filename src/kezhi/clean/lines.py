"""Order lines that stand in a file of their own."""

from __future__ import annotations

from kezhi.clean.orders import line_amount, positive_discount, unreadable_net
from kezhi.clean.repeats import repeats, without
from kezhi.clean.typing import TypedRows, id_prefix, type_rows
from kezhi.kit.amounts import as_money, times
from kezhi.kit.engine import Workbench, ibis, ir
from kezhi.settings import Settings


def type_lines(raw: ir.Table, *, settings: Settings, bench: Workbench) -> TypedRows:
    """Typed `order_lines`."""
    return type_rows(
        "order_lines", raw, settings=settings, needed=("order_id",), adjust=positive_discount, refuse=unreadable_net, bench=bench
    )


def line_fates(rows: ir.Table, mapped: tuple[str, ...], *, merge: bool, bench: Workbench) -> ir.Table:
    """
    Repeats among lines of an order: by line number where there is one, else rows that repeat exactly.

    *rows* needs source, order_id, line_no, product_id and the *mapped* fields.
    """
    content = [field for field in mapped if field != "order_id"]
    unnumbered = repeats(
        rows.filter(rows.line_no.isnull()), ("source", "order_id", "product_key"), content, merge=merge, supersede=False, bench=bench
    )
    if "line_no" not in mapped:
        return unnumbered
    numbered = repeats(rows, ("source", "order_id", "line_no"), content, merge=merge, supersede=True, bench=bench)
    return numbered.union(unnumbered)


def with_product_key(rows: ir.Table) -> ir.Table:
    """A key that is never null, so that lines without a product may repeat each other, too."""
    return rows.mutate(product_key=rows.product_id.fill_null(""))


def sums_of_orders_without_amount(lines: ir.Table, orders: ir.Table) -> ir.Table:
    """
    What the lines of an order come to, for orders that tell no amount; orders with a line of unknown amount are left out.

    Returns:
        source, order_id, line_sum.
    """
    asked = orders.filter(orders.amount.isnull()).select("source", "order_id").distinct()
    found = lines.semi_join(asked, ["source", "order_id"]).mutate(amount=line_amount)
    sums = found.group_by("source", "order_id").aggregate(
        line_sum=as_money(found.amount.sum()), n=found.count(), known=found.amount.count()
    )
    return sums.filter(sums.n == sums.known).drop("n", "known")


def placed_lines(lines: ir.Table, purchases: ir.Table, refunds: ir.Table, *, settings: Settings, bench: Workbench) -> ir.Table:
    """
    Lines with the order they belong to.

    A line goes to the purchase of its number; a line below 0 to the first refund of that number where there is
    one, as do all lines when there is only a refund. A line without an amount takes the order's when it is
    the order's only line.

    Returns:
        source, source_file, source_line, order_id (null: no such order), line_no (may be null), product_id,
        quantity, unit_price, discount_amount, net_amount (null: unknown), cost_unit (null).
    """
    prefix = id_prefix(lines.source, settings)
    rows = lines.mutate(wanted_id=prefix + lines.order_id, amount=line_amount).drop("order_id")
    back = refunds.group_by("wanted_id").aggregate(refund_id=refunds.order_id.min())  # `x:refund` is before `x:refund:2`
    sold = purchases.select(sold_id="order_id")
    joined = rows.left_join(back, "wanted_id").drop("wanted_id_right")
    joined = joined.left_join(sold, joined.wanted_id == sold.sold_id)
    negative = ((joined.amount < 0) | (joined.quantity < 0)).fill_null(False)
    to_refund = joined.refund_id.notnull() & (negative | joined.sold_id.isnull())
    order_id = ibis.cases((to_refund, joined.refund_id), else_=joined.sold_id)
    settled = bench.settle(
        joined.select(
            "source",
            "source_file",
            "source_line",
            "line_no",
            "product_id",
            "unit_price",
            "discount_amount",
            order_id=order_id,
            quantity=ibis.cases((to_refund, -joined.quantity.abs()), else_=joined.quantity),
            net_amount=as_money(ibis.cases((to_refund, -joined.amount.abs()), else_=joined.amount)),
        )
    )
    lacking = settled.filter(settled.net_amount.isnull()).select("order_id").distinct()
    lonely = settled.semi_join(lacking, "order_id").group_by("order_id").aggregate(n=lambda t: t.count()).filter(lambda t: t.n == 1)
    amounts = purchases.select("order_id", "net_amount").union(refunds.select("order_id", "net_amount")).semi_join(lonely, "order_id")
    amounts = amounts.select(lonely_id="order_id", whole="net_amount")
    filled = settled.left_join(amounts, settled.order_id == amounts.lonely_id)
    return filled.mutate(net_amount=filled.net_amount.fill_null(filled.whole)).drop("lonely_id", "whole")


def as_order_lines(lines: ir.Table, unit_costs: ir.Table | None, *, bench: Workbench) -> ir.Table:
    """
    `tables.ORDER_LINES` of placed lines.

    Args:
        lines: Rows with an order and an amount, `own_cost` (cost of one unit told on the line) or none.
        unit_costs: product_id and unit_cost, or none.
    """
    if unit_costs is not None:
        named = unit_costs.select(cost_product="product_id", cost_unit="unit_cost")
        lines = lines.left_join(named, lines.product_id == named.cost_product)
        unit = lines.own_cost.fill_null(lines.cost_unit)
    else:
        unit = lines.own_cost
    made = bench.settle(
        lines.select(
            "order_id",
            "product_id",
            "quantity",
            "unit_price",
            "discount_amount",
            "net_amount",
            "source_file",
            "source_line",
            cost_amount=times(lines.quantity, unit),
            line_no=lines.line_no.fill_null(ibis.literal("#") + lines.source_line.cast("string")),
            is_numbered=lines.line_no.notnull(),
        )
    )
    # a line without a number is called by its row; rows of two files may then have one number
    unnumbered = made.filter(~made.is_numbered)
    several = unnumbered.group_by("order_id", "line_no").aggregate(n=lambda t: t.count()).filter(lambda t: t.n > 1)
    several = bench.settle(several.select(twin_order="order_id", twin_no="line_no", is_twin=ibis.literal(True)))
    joined = made.left_join(several, [made.order_id == several.twin_order, made.line_no == several.twin_no])
    return joined.mutate(
        line_no=ibis.cases((joined.is_twin.fill_null(False), joined.line_no + "@" + joined.source_file), else_=joined.line_no)
    )


def costs_of_orders(lines: ir.Table) -> ir.Table:
    """order_id and cost_amount of the orders whose lines all tell their cost."""
    sums = lines.group_by("order_id").aggregate(
        cost_amount=lambda t: as_money(t.cost_amount.sum()), n=lambda t: t.count(), known=lambda t: t.cost_amount.count()
    )
    return sums.filter(sums.n == sums.known).select("order_id", "cost_amount")


def good_lines(lines: TypedRows, fates: ir.Table) -> ir.Table:
    """Lines that go on, as far as their own rows tell."""
    return without(lines.good, fates)
