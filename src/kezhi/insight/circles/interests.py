"""What a circle buys more than others do, and whom of it to talk to."""

from __future__ import annotations

from kezhi.kit.engine import _, ibis, ir, ratio


def interests(members: ir.Table, bought: ir.Table, *, min_customers: int) -> ir.Table:
    """
    Items that a larger part of a circle has bought than of all members.

    Args:
        members: customer_id, community.
        bought: customer_id and item (a product or a category), one row or more for each.
        min_customers: Buyers of the circle that an interest must rest on.

    Returns:
        community, item, customers (of the circle, who bought it), members (of the circle), share, base_share (of all
        members of circles), lift (share / base_share, above 1).
    """
    held = bought.filter(_.item.notnull()).select("customer_id", "item").distinct()
    owned = held.join(members.select("customer_id", "community"), "customer_id")
    sizes = members.group_by("community").aggregate(members=_.count())
    everyone = members.aggregate(everyone=_.count())
    base = owned.group_by("item").aggregate(buyers=_.count())
    found = owned.group_by("community", "item").aggregate(customers=_.count()).filter(_.customers >= min_customers)
    table = found.join(sizes, "community").join(base, "item").cross_join(everyone)
    share, base_share = ratio(table.customers, table.members), ratio(table.buyers, table.everyone)
    return table.select(
        "community", "item", "customers", "members", share=share, base_share=base_share, lift=ratio(share, base_share)
    ).filter(_.lift > 1)  # fmt: skip


def prospects(members: ir.Table, ties: ir.Table, buyers: ir.Table) -> ir.Table:
    """
    Members of circles with buyers who have not bought themselves: whom to talk to.

    Args:
        members: customer_id, community.
        ties: from_customer_id, to_customer_id, weight; each tie once.
        buyers: customer_id of those who bought.

    Returns:
        customer_id, community, buyers_known (tied to the customer), known_weight (of those ties), circle_buyers,
        circle_members; to be taken in the order of buyers_known, known_weight, circle_buyers / circle_members.
    """
    one = ties.select(customer_id="from_customer_id", other="to_customer_id", weight="weight")
    both = one.union(ties.select(customer_id="to_customer_id", other="from_customer_id", weight="weight"), distinct=False)
    bought = buyers.select(other="customer_id").filter(_.other.notnull()).distinct()
    known = both.semi_join(bought, "other").group_by("customer_id").aggregate(buyers_known=_.count(), known_weight=_.weight.sum())
    inside = members.semi_join(bought, [members.customer_id == bought.other])
    circles = members.group_by("community").aggregate(circle_members=_.count())
    counted = inside.group_by("community").aggregate(circle_buyers=_.count()).join(circles, "community")
    rest = members.anti_join(bought, [members.customer_id == bought.other]).select("customer_id", "community")
    table = rest.join(counted, "community").left_join(known, "customer_id")
    return table.select(
        "customer_id",
        "community",
        buyers_known=table.buyers_known.fill_null(0),
        known_weight=table.known_weight.cast("float64").fill_null(ibis.literal(0.0)),
        circle_buyers="circle_buyers",
        circle_members="circle_members",
    )
