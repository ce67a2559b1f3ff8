"""What each department needs of the customers, on one row each: product team, sales, service, marketing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from kezhi.kit.days import day, days_before, midnight
from kezhi.kit.engine import _, ibis, ir, ratio, typed
from kezhi.tables import FOR_MARKETING, FOR_PRODUCT_TEAM, FOR_SALES, FOR_SERVICE, Table

YEAR_DAYS = 365
_PROFILE = (
    "customer_id", "lifecycle_stage", "rfm_group", "last_purchase_on", "net_amount_365d", "refunds_365d", "favourite_category",
    "favourite_channel", "favourite_hour", "tags", "points_balance", "points_expiring",
)  # fmt: skip


def department_views(tables: Mapping[str, ir.Table], *, contact_topic: str, as_of: date) -> dict[str, ir.Table]:
    """
    The views `tables.FOR_SALES`, `FOR_SERVICE` and `FOR_MARKETING`, and, where there are products, `FOR_PRODUCT_TEAM`.

    Args:
        tables: `profile`, and of `value`, `tiers`, `churn`, `needs`, `recommendations`, `feedback`, `feedback_topics`,
            `behaviour_patterns`, `buying_habits`, `product_view`, `product_issues` and `product_concerns` those that are
            there; what rests on another is null.
        contact_topic: The topic of who wants no contact.
        as_of: The first day not seen.
    """
    people = tables["profile"].select(*_PROFILE)
    value = _picked(tables.get("value"), "value_band")
    tier = _picked(tables.get("tiers"), "tier", "net_amount_to_next", tier_at_risk="is_at_risk")
    churn = _picked(tables.get("churn"), "play", churn_band="band", state="state")
    quiet = _quiet(tables.get("feedback_topics"), contact_topic, as_of)
    habits = _picked(tables.get("buying_habits"), "is_promotion_hunter", "margin_kind")
    hours = _picked(tables.get("behaviour_patterns"), "campaign_hour", "place_preference")
    every = _joined(people, value, tier, churn, quiet)
    said = _said(tables.get("feedback"), as_of)
    views = {
        "for_sales": _as(FOR_SALES, _joined(every, _offer(tables), hours)),
        "for_service": _as(FOR_SERVICE, _joined(every, said)),
        "for_marketing": _as(FOR_MARKETING, _joined(every, habits, hours)),
    }
    if "product_view" in tables:
        views["for_product_team"] = _as(FOR_PRODUCT_TEAM, _goods(tables))
    return views


def _picked(table: ir.Table | None, *columns: str, **renamed: str) -> ir.Table | None:
    return None if table is None else table.select("customer_id", *columns, **{name: table[of] for name, of in renamed.items()})


def _joined(people: ir.Table, *parts: ir.Table | None) -> ir.Table:
    for part in parts:
        if part is not None:
            people = people.left_join(part, "customer_id").drop("customer_id_right")
    return people


def _quiet(topics: ir.Table | None, contact_topic: str, as_of: date) -> ir.Table | None:
    """Who asked within a year not to be contacted."""
    if topics is None:
        return None
    near = topics.filter((_.topic == contact_topic) & (_.aspect == "said") & (_.said_at >= midnight(days_before(as_of, YEAR_DAYS))))
    return near.filter(_.customer_id.notnull()).select("customer_id").distinct().mutate(wants_no_contact=ibis.literal(True))


def _offer(tables: Mapping[str, ir.Table]) -> ir.Table | None:
    """need_category and offer_product_id of each customer: of the newest open need, else the first recommendation."""
    parts = []
    if (needs := tables.get("needs")) is not None:
        open_ = needs.filter(_.verdict == "service")
        turn = ibis.row_number().over(group_by="customer_id", order_by=[ibis.desc("need_on"), "category", "customer_id"])
        first = open_.mutate(turn=turn).filter(_.turn == 0)
        parts.append(first.select("customer_id", "offer_product_id", need_category="category", place=ibis.literal(0)))
    if (offers := tables.get("recommendations")) is not None:
        best = offers.filter(_["rank"] == 1)
        parts.append(best.select("customer_id", offer_product_id="product_id", need_category=ibis.null("string"), place=ibis.literal(1)))
    if not parts:
        return None
    kinds = {"customer_id": "string", "offer_product_id": "string", "need_category": "string", "place": "int64"}
    every = ibis.union(*(typed(part, kinds) for part in parts), distinct=False) if len(parts) > 1 else typed(parts[0], kinds)
    order = ibis.row_number().over(group_by="customer_id", order_by=["place", "customer_id"])
    return every.mutate(turn=order).filter(_.turn == 0).drop("turn", "place")


def _said(feedback: ir.Table | None, as_of: date) -> ir.Table | None:
    """Complaints of a year, and the last thing said."""
    if feedback is None:
        return None
    known = feedback.filter(_.customer_id.notnull())
    recent = known.said_at >= midnight(days_before(as_of, YEAR_DAYS))
    counts = known.group_by("customer_id").aggregate(complaints_365d=((known.kind == "complaint") & recent).cast("int64").sum())
    turn = ibis.row_number().over(group_by="customer_id", order_by=[ibis.desc("said_at"), "feedback_id"])
    last = known.mutate(turn=turn).filter(_.turn == 0)
    last = last.select("customer_id", last_said_on=day(last.said_at), last_sentiment="sentiment", last_words="words")
    return counts.join(last, "customer_id")


def _goods(tables: Mapping[str, ir.Table]) -> ir.Table:
    """Products with their worst issue, the first concern of their category, and what is said of them."""
    goods = tables["product_view"]
    if (issues := tables.get("product_issues")) is not None:
        turn = ibis.row_number().over(group_by="product_id", order_by=["place", "product_id"])
        worst = issues.mutate(place=_["rank"]).mutate(turn=turn).filter(_.turn == 0).select("product_id", "issue", "hurt_customers")
        goods = goods.left_join(worst, "product_id").drop("product_id_right")
    if (concerns := tables.get("product_concerns")) is not None:
        first = concerns.filter(_["rank"] == 1).select("category", concern="topic")
        goods = goods.left_join(first, "category").drop("category_right")
    if (feedback := tables.get("feedback")) is not None:
        said = feedback.filter(_.product_id.notnull()).group_by("product_id")
        told = said.aggregate(
            rating_sum=_.rating.sum(), ratings=_.rating.count(), negative=(_.sentiment == "negative").cast("int64").sum(), said=_.count()
        )
        told = told.select("product_id", mean_rating=ratio(_.rating_sum, _.ratings), negative_share=ratio(_.negative, _.said), said="said")
        goods = goods.left_join(told, "product_id").drop("product_id_right")
    return goods


def _as(promise: Table, table: ir.Table) -> ir.Table:
    rows = typed(table, promise.types)
    if "wants_no_contact" in rows.columns:
        rows = rows.mutate(wants_no_contact=rows.wants_no_contact.fill_null(False))
    return typed(rows, promise.types)
