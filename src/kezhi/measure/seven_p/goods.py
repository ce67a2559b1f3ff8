"""Product: which products live, which go together, which come back, and what is known of their supply."""

from __future__ import annotations

from kezhi.kit.engine import _, ibis
from kezhi.measure.figures import baskets
from kezhi.measure.figures.rows import rows
from kezhi.measure.seven_p.asked import Part, figures, year_before
from kezhi.measure.source import ReportSource

SHOWN = 8
LEAST_ORDERS = 20  # below, a refund rate is chance


def product(source: ReportSource) -> Part:
    """Stages of life, best sellers, products that come back (design), and what sells together."""
    found = Part("product")
    found.say(figures(source, "products_sold", "units_per_purchase", since=year_before(source.as_of)), or_lacks="order_lines")
    view, rules = source.table("product_view"), source.table("association_rules")
    if view is not None:
        stages = view.group_by("stage").agg(products=_.count(), net_amount=_.net_amount.sum())
        found.show("product_stages", rows(stages.order_by(ibis.desc("net_amount"), "stage")))
        named = view.mutate(product=ibis.coalesce(_.product_name, _.product_id))
        best = named.filter(_.orders > 0).order_by(ibis.desc("net_amount"), "product_id").limit(SHOWN)
        found.show("best_products", rows(best.select("product", "category", "net_amount", "margin_rate", "buyers", "repurchase_rate")))
        back = (
            named.filter((_.orders >= LEAST_ORDERS) & (_.refund_amount > 0)).order_by(ibis.desc("refund_rate"), "product_id").limit(SHOWN)
        )
        found.show("returned_products", rows(back.select("product", "category", "orders", "refund_amount", "refund_rate")))
    if rules is None:
        found.lacking.append("order_lines")
    else:
        sentences = baskets.rules(rules, source.table("products"))[:SHOWN]
        names = ("bought", "also_bought", "confidence", "lift", "count")
        found.show("associations", [{name: row[name] for name in names} for row in sentences], or_lacks="more_baskets")
    found.lacking.extend(["stock", "product_design"])
    return found
