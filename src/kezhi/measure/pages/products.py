"""The pages of products and baskets."""

from __future__ import annotations

from kezhi.kit.engine import _, ibis, ir, ratio

MOST_CHANCE = 0.05  # q-value; above it a rule may well be chance


def categories(category_sales: ir.Table) -> ir.Table:
    """`tables.CATEGORY_SALES` by net_amount, largest first, with share of all."""
    return category_sales.mutate(share=ratio(_.net_amount, category_sales.net_amount.sum())).order_by(ibis.desc("net_amount"), "category")


def rules(
    association_rules: ir.Table,
    *,
    product: str | None = None,
    min_support: float = 0.0,
    min_confidence: float = 0.0,
    min_lift: float = 0.0,
) -> ir.Table:
    """The rules of `tables.ASSOCIATION_RULES` that are hardly chance and reach the bounds; with *product* only those that name it."""
    found = association_rules.filter(
        (_.q_value <= MOST_CHANCE) & (_.support >= min_support) & (_.confidence >= min_confidence) & (_.lift >= min_lift)
    )
    if product is not None:
        found = found.filter(_.antecedent.contains(product) | _.consequent.contains(product))
    return found


def fit(product_fit: ir.Table, category: str) -> ir.Table:
    """Whom a category suits: rows of `tables.PRODUCT_FIT`, the highest lift first; groups of whom none can be judged are left out."""
    mine = product_fit.filter((_.category == category) & _.lift.notnull())
    return mine.order_by(ibis.desc("lift"), "group_kind", "group_value")
