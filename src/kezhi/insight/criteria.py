"""Who is right for a category: what must hold, what speaks for somebody, and what such customers are afraid of."""

from __future__ import annotations

from collections.abc import Sequence

from kezhi.kit.engine import _, ibis, ir, ratio, typed
from kezhi.kit.expression import parse
from kezhi.kit.intervals import wilson
from kezhi.settings import CriterionSettings
from kezhi.tables import PRODUCT_CRITERIA

SHOWN = {"should": 5, "concern": 3}
FEWEST = 30  # customers of a group, below which nothing is said of it
LEAST_LIFT = 1.2


def product_criteria(fit: ir.Table, concerns: ir.Table | None, profile: ir.Table, declared: Sequence[CriterionSettings]) -> ir.Table:
    """
    The criteria of each category, `tables.PRODUCT_CRITERIA`.

    `should` are the groups that buy it at least 1.2 times as often as all, of 30 customers or more, and surely more often:
    the lower end of the 95% interval of their buying rate is above that of all.

    Args:
        fit: `tables.PRODUCT_FIT`.
        concerns: `tables.PRODUCT_CONCERNS`; None: nobody said anything.
        profile: `tables.PROFILE`, over which what must hold is asked.
        declared: What must hold.

    Raises:
        ExpressionWrong: What must hold is no rule over the profile.
    """
    parts = [_must(one, number, profile) for number, one in enumerate(declared)]
    low, _high = wilson(fit.buyers, fit.customers)
    # who they are says more of a category than what they are worth: the best customers buy more of everything
    sure = fit.mutate(rate_low=low, of_value=(fit.group_kind == "rfm_group").cast("int64")).filter(
        (_.group_kind != "cluster") & (_.customers >= FEWEST) & (_.lift >= LEAST_LIFT) & (_.rate_low > _.base_rate)
    )
    turn = ibis.row_number().over(
        group_by="category", order_by=["of_value", ibis.desc("fit_score"), "category", "group_kind", "group_value"]
    )
    best = sure.mutate(turn=turn).filter(_.turn < SHOWN["should"])
    parts.append(
        best.select(
            "category", "customers", "lift", order=_.turn + 1000, criterion=ibis.literal("should"), attribute=_.group_kind,
            attribute_value=_.group_value, rate=_.buying_rate, answer=ibis.null("string"), answer_en=ibis.null("string"),
        )
    )  # fmt: skip
    if concerns is not None:
        first = concerns.filter(_["rank"] <= SHOWN["concern"])
        parts.append(
            first.select(
                "category", "lift", "rate", "answer", "answer_en", order=_["rank"] + 2000, criterion=ibis.literal("concern"),
                attribute=_.topic, attribute_value=ibis.null("string"), customers=_.concerned_customers,
            )
        )  # fmt: skip
    kinds = PRODUCT_CRITERIA.types | {"order": "int64"}
    rows = ibis.union(*(typed(part, kinds) for part in parts), distinct=False) if len(parts) > 1 else typed(parts[0], kinds)
    placed = rows.mutate(rank=ibis.row_number().over(group_by="category", order_by=["order", "category"]) + 1)
    return typed(placed, PRODUCT_CRITERIA.types)


def _must(one: CriterionSettings, number: int, profile: ir.Table) -> ir.Table:
    rule = parse(one.must, columns={name: str(kind) for name, kind in profile.schema().items()}, kind="boolean")
    counts = profile.select(holds=rule.predicate(profile)).aggregate(everybody=_.count(), customers=_.holds.sum().fill_null(0))
    return counts.select(
        "customers", category=ibis.literal(one.category), order=ibis.literal(number), criterion=ibis.literal("must"),
        attribute=ibis.literal(one.must), attribute_value=ibis.null("string"), rate=ratio(_.customers, _.everybody), lift=ibis.null("float64"),
        answer=ibis.literal(one.doc or one.must), answer_en=ibis.literal(one.doc_en or one.doc or one.must),
    )  # fmt: skip
