"""Which group of customers to go for, and how to stand before it: attractiveness and positioning, one row per segment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kezhi.kit.engine import _, ibis, ir, ratio

WEIGHTS = {"size": 0.25, "growth": 0.25, "value": 0.3, "margin": 0.2}
NEEDED = ("net_amount_90d", "net_amount_365d", "orders_365d", "average_order_value_life")
# all that is read of `tables.PROFILE`, beside what names the segments
READ = (*NEEDED, "margin_amount_365d", "favourite_category", "favourite_channel")


def market_segments(profile: ir.Table, *, by: str, weights: Mapping[str, float]) -> ir.Table:
    """
    How attractive each value of a column of the profile is as a market.

    size is the number of customers; growth the net amount of the last 90 days, as a year, against that of the 365 days,
    held against the same of all (a season of the whole company is no growth), minus 1; value the net amount of 365
    days per customer; margin the margin of 365 days per net amount, where every cost is known. Each is put on 0 to 1
    between the least and the best segment, and weighted; the weights of what is not known go to the others.

    Args:
        profile: `tables.PROFILE`, or a table with its columns that are read.
        by: The column that names the segments; customers where it is null are left out.
        weights: Of size, growth, value and margin, at least 0, one above.

    Returns:
        segment, customers, customer_share, growth, value, margin_rate, `<criterion>_points` (contributions, which add
        up to score), score (0 to 100), and the position: price_level and frequency_level (average order value and
        purchases per customer against those of all), category and category_lift, channel and channel_lift (favourites
        most lifted over all, among those of at least 5% of the segment; null where not kept).
    """
    people = profile.filter(profile[by].notnull()).mutate(segment=profile[by].cast("string"))
    if "margin_amount_365d" not in people.columns:
        people = people.mutate(margin_amount_365d=ibis.null("decimal(18, 2)"))
    margin = _.margin_amount_365d
    sums: dict[str, Any] = {
        "customers": _.count(),
        "recent": _.net_amount_90d.sum().cast("float64"),
        "year": _.net_amount_365d.sum().cast("float64"),
        "orders": _.orders_365d.sum(),
        # exact sums: a mean of floats depends on the order in which threads come to it
        "aov": _.average_order_value_life.sum().cast("float64"),
        "aov_of": _.average_order_value_life.count(),
        "margin": margin.sum().cast("float64"),
        "margin_of": _.net_amount_365d.sum(where=margin.notnull()).cast("float64"),
    }
    whole = people.aggregate(**{f"all_{name}": value for name, value in sums.items()})
    table = people.group_by("segment").aggregate(**sums).cross_join(whole)
    table = table.mutate(
        customer_share=ratio(table.customers, table.all_customers),
        growth=ratio(ratio(table.recent, table.year), ratio(table.all_recent, table.all_year)) - 1,
        value=ratio(table.year, table.customers),
        margin_rate=ratio(table.margin, table.margin_of),
        price_level=ratio(ratio(table.aov, table.aov_of), ratio(table.all_aov, table.all_aov_of)),
        frequency_level=ratio(ratio(table.orders, table.customers), ratio(table.all_orders, table.all_customers)),
    )
    measures = {"size": table.customers, "growth": table.growth, "value": table.value, "margin": table.margin_rate}
    table = table.mutate(**{f"{name}_is": measure.cast("float64") for name, measure in measures.items()})
    ends = table.aggregate(
        **{f"{name}_least": table[f"{name}_is"].min() for name in measures},
        **{f"{name}_best": table[f"{name}_is"].max() for name in measures},
    )
    table = table.cross_join(ends)
    total: Any = sum(ibis.ifelse(table[f"{name}_is"].notnull(), float(weights.get(name, 0.0)), 0.0) for name in measures)
    points = {}
    for name in measures:
        reach = table[f"{name}_best"] - table[f"{name}_least"]
        place = ibis.ifelse(reach > 0, ratio(table[f"{name}_is"] - table[f"{name}_least"], reach), 0.5)
        points[f"{name}_points"] = ratio(
            100.0 * float(weights.get(name, 0.0)) * ibis.ifelse(table[f"{name}_is"].notnull(), place, 0.0), total
        )
    table = table.mutate(**points)
    score = sum((table[name] for name in points), ibis.literal(0.0))
    made = table.select(
        "segment", "customers", "customer_share", "growth", "value", "margin_rate", *points, "price_level", "frequency_level", score=score
    )
    for kind in ("category", "channel"):
        if f"favourite_{kind}" in people.columns:
            made = made.left_join(_lifted(people, kind), "segment").drop("segment_right")
        else:
            made = made.mutate(**{kind: ibis.null("string"), f"{kind}_lift": ibis.null("float64")})
    return made


def _lifted(people: ir.Table, kind: str) -> ir.Table:
    """Per segment the favourite that is most lifted over all."""
    known = people.filter(people[f"favourite_{kind}"].notnull()).mutate(value=people[f"favourite_{kind}"])
    pairs = known.group_by("segment", "value").aggregate(n=_.count())
    sizes = known.group_by("segment").aggregate(of=_.count())
    base = known.group_by("value").aggregate(base=_.count()).cross_join(known.aggregate(all_=_.count()))
    table = pairs.join(sizes, "segment").join(base, "value")
    table = table.mutate(share=ratio(table.n, table.of), lift=ratio(ratio(table.n, table.of), ratio(table.base, table.all_)))
    order = ibis.row_number().over(group_by="segment", order_by=[ibis.desc("lift"), ibis.desc("n"), "segment", "value"])
    first = table.filter(_.share >= 0.05).mutate(place=order).filter(_.place == 0)
    return first.select("segment", **{kind: first.value, f"{kind}_lift": first.lift})
