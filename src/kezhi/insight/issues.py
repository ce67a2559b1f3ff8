"""What hurts where: products given back, left in the cart or looked at and not taken more often than others."""

from __future__ import annotations

from kezhi.kit.days import day
from kezhi.kit.engine import _, ibis, ir, ratio, typed
from kezhi.kit.intervals import Z_999, wilson
from kezhi.tables import PRODUCT_ISSUES

MIN_CUSTOMERS = 10  # fewer who met a product say nothing of it
MIN_HURT = 3  # one or two of ten may be chance, where hardly anybody is hurt at all


def product_issues(
    purchases: ir.Table,
    refunds: ir.Table,
    order_lines: ir.Table,
    events: ir.Table | None,
    products: ir.Table | None,
    said: ir.Table | None = None,
) -> ir.Table:
    """
    The issues of each product for those who make it, the one that touches most customers beyond the usual first.

    Four kinds: `given_back` (bought it, and gave some of it back), `complained` (bought it, and spoke ill of it),
    `left_in_cart` (put it in the cart, and never bought it on that day or later), `not_taken` (looked at it, and neither put
    it in the cart nor bought it on that day or later). A customer counts once for each product. An issue hurts three
    customers at least, and the lower end of the 99.9% interval of its rate is above the rate of all products (of a thousand
    products without any issue about one would be here by chance); it is ranked by the customers it touches beyond that rate.

    Args:
        purchases: Rows of `tables.LEDGER` that are purchases.
        refunds: Rows of `tables.LEDGER` that are refunds.
        order_lines: `tables.ORDER_LINES`.
        events: `tables.EVENTS` before as_of; None: only what was given back is known.
        products: `tables.PRODUCTS`; None: no names.
        said: `tables.FEEDBACK`; None: nobody said anything.

    Returns:
        `tables.PRODUCT_ISSUES`.
    """
    lines = order_lines.filter(_.product_id.notnull()).select("order_id", "product_id")
    bought = _of(purchases, lines).group_by("customer_id", "product_id").aggregate(last_on=day(_.ordered_at).max())
    back = _of(refunds, lines).select("customer_id", "product_id").distinct()
    kinds = {"given_back": _marked(bought, back)}
    if said is not None:
        ill = said.filter((_.sentiment == "negative") & _.customer_id.notnull() & _.product_id.notnull())
        kinds["complained"] = _marked(bought, ill.select("customer_id", "product_id").distinct())
    if events is not None:
        acts = events.filter(_.customer_id.notnull() & _.product_id.notnull()).mutate(on=day(events.occurred_at))
        carts, looks = (_first(acts, name) for name in ("add_to_cart", "view"))
        kinds["left_in_cart"] = _not_then(carts, bought)
        taken = carts.select("customer_id", "product_id", last_on=_.first_on).union(bought.select("customer_id", "product_id", "last_on"))
        kinds["not_taken"] = _not_then(looks, taken.group_by("customer_id", "product_id").aggregate(last_on=_.last_on.max()))
    parts = [_issue(rows, kind) for kind, rows in kinds.items()]
    found = ibis.union(*parts, distinct=False) if len(parts) > 1 else parts[0]
    if products is not None:
        named = products.select(known_id="product_id", product_name="product_name", category="category")
        found = found.left_join(named, [found.product_id == named.known_id]).drop("known_id")
    order = [ibis.desc("excess_customers"), "product_id", "issue"]
    ranked = found.mutate(rank=ibis.row_number().over(order_by=order) + 1)
    return typed(ranked, PRODUCT_ISSUES.types)


def _of(rows: ir.Table, lines: ir.Table) -> ir.Table:
    return rows.filter(_.customer_id.notnull()).select("order_id", "customer_id", "ordered_at").join(lines, "order_id")


def _first(acts: ir.Table, name: str) -> ir.Table:
    return acts.filter(_.event_name == name).group_by("customer_id", "product_id").aggregate(first_on=_.on.min())


def _marked(met: ir.Table, hurt: ir.Table) -> ir.Table:
    """product_id and is_hurt: one row per customer and product of *met*."""
    joined = met.left_join(hurt.mutate(is_hurt=ibis.literal(True)), ["customer_id", "product_id"])
    return joined.select("product_id", is_hurt=joined.is_hurt.fill_null(False))


def _not_then(first: ir.Table, last: ir.Table) -> ir.Table:
    """The same of *first* (first_on), hurt where *last* (last_on) knows no such day or later."""
    joined = first.left_join(last, ["customer_id", "product_id"])
    return joined.select("product_id", is_hurt=(joined.last_on.isnull() | (joined.last_on < joined.first_on)))


def _issue(rows: ir.Table, kind: str) -> ir.Table:
    counts = rows.group_by("product_id").aggregate(customers=_.count(), hurt_customers=_.is_hurt.sum())
    whole = rows.aggregate(all_met=_.count(), all_hurt=_.is_hurt.sum())
    table = counts.cross_join(whole)
    low, _high = wilson(table.hurt_customers, table.customers, z=Z_999)
    base = ratio(table.all_hurt, table.all_met)
    judged = table.mutate(
        issue=ibis.literal(kind), rate=ratio(table.hurt_customers, table.customers), rate_low=low, base_rate=base,
        excess_customers=table.hurt_customers.cast("float64") - table.customers.cast("float64") * base,
    )  # fmt: skip
    return judged.filter((_.customers >= MIN_CUSTOMERS) & (_.hurt_customers >= MIN_HURT) & (_.rate_low > _.base_rate)).drop(
        "all_met", "all_hurt"
    )
