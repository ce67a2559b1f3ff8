"""What is bought together in a project: the rules of its snapshot, or others mined from it, with the products' names."""

from __future__ import annotations

from typing import Any

from kezhi.api.baskets import association_rules
from kezhi.api.project import Project
from kezhi.errors import NoSnapshot, WrongInput
from kezhi.insight import basket_lines
from kezhi.kit.engine import _, ibis
from kezhi.locales import Phrase
from kezhi.profile import purchases


def project_rules(
    project: Project,
    *,
    min_support: str | None = None,
    min_confidence: str | None = None,
    product: str | None = None,
    min_margin: float | None = None,
) -> list[dict[str, Any]]:
    """
    Rules of *project*, the highest lift first, as dictionaries of `tables.ASSOCIATION_RULES` and the names of the products.

    Args:
        project: With a snapshot.
        min_support: Mines anew; None with `min_confidence` None reads the snapshot's rules.
        min_confidence: As `min_support`; one of the two alone leaves the other as kezhi.yaml says.
        product: Only rules with this product among the antecedents: its id, or its name.
        min_margin: The consequents earn at least this share of their list price.

    Raises:
        WrongInput: A number makes no sense, or no product has the id or name.
        NoSnapshot: The snapshot was made without order lines.
    """
    if "order_lines" not in project.tables:
        raise NoSnapshot(folder=str(project.folder), what="order_lines")
    goods = project.table("products").to_pyarrow().to_pylist() if "products" in project.tables else []
    names = {row["product_id"]: row["product_name"] or row["product_id"] for row in goods}
    settings = project.settings.baskets
    if min_support is None and min_confidence is None and min_margin is None:
        rules = project.table("association_rules").order_by("rule_no").to_pyarrow()
    else:
        day = project.snapshot.as_of
        bought = purchases(project.table("orders"), as_of=day)
        lines = basket_lines(bought, project.table("order_lines"), as_of=day, window_days=settings.window_days)
        rules = association_rules(
            lines.to_pyarrow(),
            min_support=settings.min_support if min_support is None else min_support,
            min_confidence=settings.min_confidence if min_confidence is None else min_confidence,
            max_size=settings.max_size,
            products=ibis.memtable(project.table("products").select("product_id", "list_price", "unit_cost").to_pyarrow())
            if goods
            else None,
            min_margin=min_margin,
        )
    found: list[dict[str, Any]] = rules.to_pylist()
    if product is not None:
        ids = {one for one, name in names.items() if product in (one, name)} or (
            {product} if project.table("order_lines").filter(_.product_id == product).limit(1).to_pyarrow().num_rows else set()
        )
        if not ids:
            raise WrongInput(problem=Phrase("baskets.no_product", product=product))
        found = [rule for rule in found if ids & set(rule["antecedent"])]
    for rule in found:
        rule.pop("rule_no", None)
        for side in ("antecedent", "consequent"):
            rule[f"{side}_names"] = [names.get(one, one) for one in rule[side]]
    return found
