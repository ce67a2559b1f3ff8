"""What is bought together: the rules with the highest lift, in the products' names."""

from __future__ import annotations

from kezhi.kit.engine import _, ir
from kezhi.measure.figures.rows import Rows, rows

SHOWN_RULES = 15
MOST_CHANCE = 0.05  # q-value; above it a rule may well be chance
_READ = 500  # rules looked at: one set of products gives several


def rules(association_rules: ir.Table, products: ir.Table | None) -> Rows:
    """
    The first rules by lift whose q-value is at most `MOST_CHANCE`, one of each set of products.

    Each row is of `tables.ASSOCIATION_RULES` with bought and also_bought, lists of names; a product without one is its id.
    """
    found: Rows = []
    seen: set[frozenset[str]] = set()
    for row in rows(association_rules.filter(_.q_value <= MOST_CHANCE).order_by("rule_no").limit(_READ)):
        together = frozenset([*row["antecedent"], *row["consequent"]])
        if together not in seen and len(found) < SHOWN_RULES:
            seen.add(together)
            found.append(row)
    ids = {one for row in found for side in ("antecedent", "consequent") for one in row[side]}
    names = {}
    if products is not None and ids:
        named = products.filter(_.product_id.isin(sorted(ids))).select("product_id", "product_name")
        names = {row["product_id"]: row["product_name"] for row in rows(named)}
    return [
        row
        | {
            "bought": [names.get(one) or one for one in row["antecedent"]],
            "also_bought": [names.get(one) or one for one in row["consequent"]],
        }
        for row in found
    ]
