"""Products seen from their buyers: who buys, who comes back, how it goes, and which stage of life that is."""

from __future__ import annotations

from datetime import date

from kezhi.insight.sales import NO_CATEGORY
from kezhi.kit.days import day, days_before, midnight
from kezhi.kit.engine import Workbench, _, ibis, ir, ratio
from kezhi.tables import MONEY, PRODUCT_VIEW

WINDOW_DAYS = 365
RECENT_DAYS = 90
CHANGE = 0.2  # a product grows or declines when its share of all purchases changed by more than this
CERTAIN = 1.96  # and by more than this many standard errors
AGE_BANDS = {"under_25": (0, 24), "25_34": (25, 34), "35_44": (35, 44), "45_54": (45, 54), "from_55": (55, 200)}
_UNITS = "decimal(18, 6)"  # quantities are summed as decimals: a sum of floats depends on the order of rows


def bought_lines(purchases: ir.Table, order_lines: ir.Table, products: ir.Table | None) -> ir.Table:
    """
    The lines of purchases, each with its buyer, moment, category and brand; lines without a product are left out.

    Args:
        purchases: `tables.ORDERS`, the rows that are purchases.
        order_lines: `tables.ORDER_LINES`.
        products: `tables.PRODUCTS`; none: no names, the category `未分类`.
    """
    orders = purchases.select("order_id", "customer_id", "ordered_at")
    kept = order_lines.filter(_.product_id.notnull()).select("order_id", "product_id", "quantity", "net_amount", "cost_amount")
    lines = kept.join(orders, "order_id")
    if products is None:
        return lines.mutate(category=ibis.literal(NO_CATEGORY), brand=ibis.null("string"))
    known = products.select("product_id", "category", "brand")
    return lines.left_join(known, "product_id").drop("product_id_right").mutate(category=_.category.fill_null(NO_CATEGORY))


def product_view(
    lines: ir.Table,
    refunds: ir.Table,
    order_lines: ir.Table,
    products: ir.Table | None,
    profile: ir.Table,
    clusters: ir.Table | None,
    *,
    as_of: date,
    bench: Workbench,
    members: ir.Table | None = None,
    ties: ir.Table | None = None,
) -> ir.Table:
    """
    One row per product that was ever bought before *as_of*.

    The stage is told by a declared rule: 导入 (first sold in the last 90 days); 衰退 (not sold in the last 90 days, or
    its share of all purchases with lines fell by more than a fifth, and by more than 1.96 standard errors, from the 90
    days before to the last 90); 成长 (rose so); 成熟 otherwise. Shares, so that a season of the whole company is no growth.

    Args:
        lines: `bought_lines` before *as_of*.
        refunds: The refunds before *as_of*, with is_netted.
        order_lines: `tables.ORDER_LINES`.
        products: `tables.PRODUCTS`, or None.
        profile: `tables.PROFILE`: gender and age of buyers.
        clusters: `tables.CLUSTERS`, or None.
        as_of: The first day not seen.
        bench: Where what several figures are made of is settled.
        members: `tables.CIRCLE_MEMBERS`, or None.
        ties: `tables.TIES`, or None.

    Returns:
        `tables.PRODUCT_VIEW`. Figures but the first and last day are of the 365 days before *as_of*; a product not
        bought in them has zeros. Anonymous sales count as orders and money, not as buyers.
    """
    since = midnight(days_before(as_of, WINDOW_DAYS))
    recent, before = midnight(days_before(as_of, RECENT_DAYS)), midnight(days_before(as_of, 2 * RECENT_DAYS))
    counted = lines.group_by("product_id", "order_id").aggregate(
        customer_id=_.customer_id.max(),
        ordered_at=_.ordered_at.max(),
        quantity=_.quantity.cast(_UNITS).sum(),
        net=_.net_amount.sum(),
        cost=_.cost_amount.sum(),
        without_cost=_.count(where=_.cost_amount.isnull()),
    )
    per_order = bench.settle(counted.drop("order_id"))
    sold = per_order.group_by("product_id").aggregate(
        first_sold_on=day(_.ordered_at.min()),
        last_sold_on=day(_.ordered_at.max()),
        orders=_.count(where=_.ordered_at >= since),
        quantity=_.quantity.sum(where=_.ordered_at >= since),
        sold=_.net.sum(where=_.ordered_at >= since),
        cost=_.cost.sum(where=_.ordered_at >= since),
        without_cost=_.without_cost.sum(where=_.ordered_at >= since),
        recent=_.count(where=_.ordered_at >= recent),
        before=_.count(where=(_.ordered_at >= before) & (_.ordered_at < recent)),
    )
    given = refunds.filter(_.is_netted & (_.ordered_at >= since)).select("order_id")
    back = (
        order_lines.filter(_.product_id.notnull())
        .join(given, "order_id")
        .group_by("product_id")
        .aggregate(refund_amount=(-_.net_amount.sum()).cast(MONEY))
    )
    of_people = per_order.filter((_.ordered_at >= since) & _.customer_id.notnull())
    each = bench.settle(of_people.group_by("product_id", "customer_id").aggregate(orders=_.count()))
    everything = sold.aggregate(all_recent=_.recent.sum(), all_before=_.before.sum())
    table = sold.cross_join(everything)
    parts = [back, _buyers(each, profile)]
    if clusters is not None:
        parts.append(_main_cluster(each, clusters))
    if members is not None and ties is not None:
        parts.append(_circles(each, members, ties))
    if products is not None:
        parts.append(products.select("product_id", "product_name", "category", "brand"))
    for part in parts:
        table = table.left_join(part, "product_id").drop("product_id_right")
    return _finished(table, as_of)


def _buyers(each: ir.Table, profile: ir.Table) -> ir.Table:
    people = profile.select("customer_id", "gender", "age_years")
    known = each.left_join(people, "customer_id").drop("customer_id_right")
    bands = {f"age_{name}": _.count(where=_.age_years.between(low, high)) for name, (low, high) in AGE_BANDS.items()}
    return known.group_by("product_id").aggregate(
        buyers=_.count(),
        repeat_buyers=_.count(where=_.orders > 1),
        female=_.count(where=_.gender == "female"),
        gendered=_.count(where=_.gender.notnull()),
        aged=_.count(where=_.age_years.notnull()),
        **bands,
    )


def _main_cluster(each: ir.Table, clusters: ir.Table) -> ir.Table:
    """The cluster that most of a product's buyers are in; the smaller number of two alike."""
    pairs = each.select("product_id", "customer_id").join(clusters.select("customer_id", "cluster"), "customer_id")
    counted = pairs.group_by("product_id", "cluster").aggregate(members=_.count())
    order = ibis.row_number().over(group_by="product_id", order_by=[ibis.desc("members"), "product_id", "cluster"])
    whole = counted.group_by("product_id").aggregate(clustered=_.members.sum())
    first = counted.mutate(place=order).filter(_.place == 0).select("product_id", "members", main_cluster="cluster")
    return first.join(whole, "product_id").select("product_id", "main_cluster", main_cluster_share=ratio(_.members, _.clustered))


def _circles(each: ir.Table, members: ir.Table, ties: ir.Table) -> ir.Table:
    """The circle with the most buyers of a product, and the share of buyers with a tie who are tied to another buyer."""
    buyers = each.select("product_id", "customer_id").join(members.select("customer_id", "community"), "customer_id")
    counted = buyers.group_by("product_id", "community").aggregate(main_circle_buyers=_.count())
    order = ibis.row_number().over(group_by="product_id", order_by=[ibis.desc("main_circle_buyers"), "product_id", "community"])
    first = counted.mutate(place=order).filter((_.place == 0) & (_.main_circle_buyers > 1))
    one = ties.select(customer_id="from_customer_id", other="to_customer_id")
    both = one.union(ties.select(customer_id="to_customer_id", other="from_customer_id"), distinct=False)
    met = buyers.select("product_id", "customer_id").join(both, "customer_id")
    # a semi join: as joins, an engine may pair all buyers of a product first, and only then look who is tied
    tied = met.semi_join(buyers.select("product_id", other="customer_id"), ["product_id", "other"]).select("product_id", "customer_id")
    shares = buyers.group_by("product_id").aggregate(netted=_.count())
    found = tied.distinct().group_by("product_id").aggregate(tied=_.count())
    table = shares.left_join(found, "product_id").drop("product_id_right")
    table = table.left_join(first, "product_id").drop("product_id_right")
    return table.select("product_id", "main_circle_buyers", main_circle=_.community, tied_buyer_share=ratio(_.tied.fill_null(0), _.netted))


def _finished(table: ir.Table, as_of: date) -> ir.Table:
    expected = ratio(table.all_recent, table.all_recent + table.all_before)
    both = (table.recent + table.before).cast("float64")
    error = (both * expected * (1 - expected)).sqrt()
    surprise = ratio(table.recent.cast("float64") - both * expected, error)
    share_change = ratio(ratio(table.recent, table.all_recent), ratio(table.before, table.all_before)) - 1
    stage = ibis.cases(
        (table.first_sold_on >= days_before(as_of, RECENT_DAYS), "导入"),
        (table.recent == 0, "衰退"),
        ((surprise < -CERTAIN) & (share_change < -CHANGE), "衰退"),
        ((surprise > CERTAIN) & ((table.before == 0) | (share_change > CHANGE)), "成长"),
        else_="成熟",
    )
    names = set(table.columns)
    refunded = table.refund_amount.fill_null(0)
    sold = table.sold.fill_null(0)
    net = (sold - refunded).cast(MONEY)
    margin = ibis.ifelse((table.orders > 0) & (table.without_cost == 0), (table.sold - table.cost).cast(MONEY), ibis.null(MONEY))
    values = {
        "product_id": table.product_id,
        "product_name": table.product_name if "product_name" in names else ibis.null("string"),
        "category": table.category.fill_null(NO_CATEGORY) if "category" in names else ibis.literal(NO_CATEGORY),
        "brand": table.brand if "brand" in names else ibis.null("string"),
        "stage": stage,
        "first_sold_on": table.first_sold_on,
        "last_sold_on": table.last_sold_on,
        "orders": table.orders,
        "buyers": table.buyers.fill_null(0),
        "repeat_buyers": table.repeat_buyers.fill_null(0),
        "repurchase_rate": ratio(table.repeat_buyers, table.buyers),
        "quantity": table.quantity.fill_null(0),
        "net_amount": net,
        "refund_amount": refunded,
        "refund_rate": ratio(refunded, sold),
        "margin_amount": margin,
        "margin_rate": ratio(margin, sold),
        "share_change": share_change,
        "female_share": ratio(table.female, table.gendered),
        **{f"age_{name}_share": ratio(table[f"age_{name}"], table.aged) for name in AGE_BANDS},
        "main_cluster": table.main_cluster if "main_cluster" in names else ibis.null("int64"),
        "main_cluster_share": table.main_cluster_share if "main_cluster_share" in names else ibis.null("float64"),
        **{name: table[name] if name in names else ibis.null("int64") for name in ("main_circle", "main_circle_buyers")},
        "tied_buyer_share": table.tied_buyer_share if "tied_buyer_share" in names else ibis.null("float64"),
    }
    return table.select(**{c.name: values[c.name].cast(c.type) for c in PRODUCT_VIEW.columns})
