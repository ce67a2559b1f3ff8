"""Which products suit whom: buying rates of groups held against the base, and what that says of one customer."""

from __future__ import annotations

from datetime import date

from kezhi.kit.days import days_before, midnight
from kezhi.kit.engine import _, ibis, ir, ratio
from kezhi.tables import CUSTOMER_FIT, PRODUCT_FIT

WINDOW_DAYS = 365
PRIOR_CUSTOMERS = 50.0  # a group's rate counts as if so many more customers had bought at the base rate
PRIOR_ORDERS = 5.0  # a customer's habit counts as if so many more purchases had followed the base
TOP = 5  # categories kept per customer
LIFT_BOUNDS = (0.2, 5.0)
_BANDS = ((0, 24, "0-24"), (25, 34, "25-34"), (35, 44, "35-44"), (45, 54, "45-54"), (55, 200, "55+"))


def groups(profile: ir.Table, clusters: ir.Table | None) -> ir.Table:
    """customer_id, group_kind (`gender`, `age_band`, `rfm_group`, `cluster`) and group_value of every customer, one row per known kind."""
    kinds = {"gender": profile.gender, "age_band": _band(profile), "rfm_group": profile.rfm_group}
    parts = [
        profile.select("customer_id", group_kind=ibis.literal(kind), group_value=value.cast("string")) for kind, value in kinds.items()
    ]
    if clusters is not None:
        parts.append(clusters.select("customer_id", group_kind=ibis.literal("cluster"), group_value=clusters.cluster.cast("string")))
    return ibis.union(*parts).filter(_.group_value.notnull())


def _band(profile: ir.Table) -> ir.StringValue:
    return ibis.cases(*((profile.age_years.between(low, high), name) for low, high, name in _BANDS))


def product_fit(lines: ir.Table, profile: ir.Table, clusters: ir.Table | None, *, as_of: date) -> ir.Table:
    """
    How much more than all customers each group buys each category.

    lift = (buyers + 50 x base_rate) / (customers + 50) / base_rate: a small group is drawn to 1. fit_score is
    100 x lift / (1 + lift): 50 is the base.

    Args:
        lines: `products.bought_lines` before *as_of*.
        profile: `tables.PROFILE`; the base is all customers with a purchase in the 365 days before *as_of*.
        clusters: `tables.CLUSTERS`, or None.
        as_of: The first day not seen.

    Returns:
        `tables.PRODUCT_FIT`, one row per category and group with a member in the base.
    """
    bought = _bought(lines, as_of)
    base = bought.select("customer_id").distinct()
    total = base.aggregate(base_customers=_.count())
    rates = bought.group_by("category").aggregate(base_buyers=_.count()).cross_join(total)
    members = groups(profile, clusters).join(base, "customer_id")
    sizes = members.group_by("group_kind", "group_value").aggregate(customers=_.count())
    pairs = members.join(bought.select("customer_id", "category"), "customer_id")
    counted = pairs.group_by("group_kind", "group_value", "category").aggregate(buyers=_.count())
    table = sizes.cross_join(rates).left_join(counted, ["group_kind", "group_value", "category"]).mutate(buyers=_.buyers.fill_null(0))
    base_rate = ratio(table.base_buyers, table.base_customers)
    lift = ratio((table.buyers + PRIOR_CUSTOMERS * base_rate), (table.customers + PRIOR_CUSTOMERS) * base_rate)
    values = {
        "category": table.category,
        "group_kind": table.group_kind,
        "group_value": table.group_value,
        "customers": table.customers,
        "buyers": table.buyers,
        "buying_rate": ratio(table.buyers, table.customers),
        "base_rate": base_rate,
        "lift": lift,
        "fit_score": 100.0 * ratio(lift, 1.0 + lift),
    }
    return table.select(**{c.name: values[c.name].cast(c.type) for c in PRODUCT_FIT.columns})


def customer_fit(lines: ir.Table, fit: ir.Table, profile: ir.Table, *, as_of: date) -> ir.Table:
    """
    The five categories that suit each buyer best, with what speaks for each.

    score = base_rate x own_lift x the lifts of the customer's gender and age band, each held between 0.2 and 5:
    own_lift = (own purchases with the category + 5 x base share) / (own purchases + 5) / base share.
    Cost: one row per customer, category sold; five are kept.

    Args:
        lines: `products.bought_lines` before *as_of*.
        fit: `product_fit`.
        profile: `tables.PROFILE`.
        as_of: The first day not seen.

    Returns:
        `tables.CUSTOMER_FIT`.
    """
    low, high = LIFT_BOUNDS
    bought = _bought(lines, as_of)
    own = bought.group_by("customer_id").aggregate(own_all=_.orders.sum())
    whole = bought.aggregate(all_orders=_.orders.sum()).cross_join(own.aggregate(base_customers=_.count()))
    sold = bought.group_by("category").aggregate(category_orders=_.orders.sum(), base_buyers=_.count())
    traits = profile.select("customer_id", gender=profile.gender.cast("string"), age_band=_band(profile))
    people = own.left_join(traits, "customer_id").drop("customer_id_right")
    table = people.cross_join(sold.cross_join(whole)).mutate(base_rate=ratio(_.base_buyers, _.base_customers))
    table = table.left_join(bought, ["customer_id", "category"]).drop("customer_id_right", "category_right")
    for kind in ("gender", "age_band"):
        of_kind = fit.filter(fit.group_kind == kind)
        lifts = of_kind.select("category", **{kind: of_kind.group_value, f"{kind}_lift": of_kind.lift})
        table = table.left_join(lifts, ["category", kind]).drop("category_right", f"{kind}_right")
    share = ratio(table.category_orders, table.all_orders)
    own_lift = ratio(table.orders.fill_null(0) + PRIOR_ORDERS * share, (table.own_all + PRIOR_ORDERS) * share)
    table = table.mutate(own_lift=own_lift)

    def held(name: str) -> ir.FloatingValue:
        return table[name].fill_null(1.0).clip(lower=low, upper=high)

    scored = table.mutate(
        score=(table.base_rate * held("own_lift") * held("gender_lift") * held("age_band_lift")).round(9),
        bought_orders=table.orders.fill_null(0),
    )
    rank = ibis.row_number().over(group_by="customer_id", order_by=[ibis.desc("score"), "customer_id", "category"]) + 1
    kept = scored.mutate(rank=rank).filter(_.rank <= TOP)
    kept = kept.left_join(brand_affinity(lines, as_of=as_of), ["customer_id", "category"]).drop("customer_id_right", "category_right")
    return kept.select(**{c.name: kept[c.name].cast(c.type) for c in CUSTOMER_FIT.columns})


def brand_affinity(lines: ir.Table, *, as_of: date) -> ir.Table:
    """
    The brand that each customer leans to within each category bought in the 365 days before *as_of*.

    brand_lift = (own purchases of the brand + 5 x base share) / (own purchases with a known brand + 5) / base share,
    where the base share is the brand's share of all purchases of the category by known customers. Among the brands a
    customer bought the one with the highest lift is taken, then the most bought, then the first by name.

    Args:
        lines: `products.bought_lines` before *as_of*.
        as_of: The first day not seen.

    Returns:
        customer_id, category, brand, brand_orders, brand_lift.
    """
    since = midnight(days_before(as_of, WINDOW_DAYS))
    seen = lines.filter(_.customer_id.notnull() & _.brand.notnull() & (_.ordered_at >= since))
    own = seen.select("customer_id", "category", "brand", "order_id").distinct().group_by("customer_id", "category", "brand")
    each = own.aggregate(brand_orders=_.count())
    mine = each.group_by("customer_id", "category").aggregate(own_all=_.brand_orders.sum())
    of_brand = each.group_by("category", "brand").aggregate(all_brand=_.brand_orders.sum())
    of_category = each.group_by("category").aggregate(all_category=_.brand_orders.sum())
    table = each.join(mine, ["customer_id", "category"]).join(of_brand, ["category", "brand"]).join(of_category, "category")
    share = ratio(table.all_brand, table.all_category)
    lifted = table.mutate(brand_lift=ratio(table.brand_orders + PRIOR_ORDERS * share, (table.own_all + PRIOR_ORDERS) * share).round(9))
    order = [ibis.desc("brand_lift"), ibis.desc("brand_orders"), "customer_id", "category", "brand"]
    place = ibis.row_number().over(group_by=["customer_id", "category"], order_by=order)
    return lifted.mutate(place=place).filter(_.place == 0).select("customer_id", "category", "brand", "brand_orders", "brand_lift")


def _bought(lines: ir.Table, as_of: date) -> ir.Table:
    """Per customer and category of the window: orders with it."""
    since = midnight(days_before(as_of, WINDOW_DAYS))
    seen = lines.filter(_.customer_id.notnull() & (_.ordered_at >= since)).select("customer_id", "category", "order_id").distinct()
    return seen.group_by("customer_id", "category").aggregate(orders=_.count())
