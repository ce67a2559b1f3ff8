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
    names = _names({one for row in found for side in ("antecedent", "consequent") for one in row[side]}, products)
    return [
        row
        | {
            "bought": [names.get(one) or one for one in row["antecedent"]],
            "also_bought": [names.get(one) or one for one in row["consequent"]],
        }
        for row in found
    ]


def sequences(product_sequences: ir.Table, products: ir.Table | None) -> Rows:
    """The first `SHOWN_RULES` sequences whose second product is another one; see `with_names`."""
    other = product_sequences.filter(_.first_product_id != _.then_product_id)
    return with_names(other.order_by("sequence_no").limit(SHOWN_RULES), products)


def with_names(product_sequences: ir.Table, products: ir.Table | None) -> Rows:
    """Each row with first_product and then_product: the names; a product without one is its id."""
    found = rows(product_sequences)
    sides = ("first_product", "then_product")
    names = _names({row[f"{side}_id"] for row in found for side in sides}, products)
    return [row | {side: names.get(row[f"{side}_id"]) or row[f"{side}_id"] for side in sides} for row in found]


def _names(ids: set[str], products: ir.Table | None) -> dict[str, str | None]:
    if products is None or not ids:
        return {}
    named = products.filter(_.product_id.isin(sorted(ids))).select("product_id", "product_name")
    return {row["product_id"]: row["product_name"] for row in rows(named)}
