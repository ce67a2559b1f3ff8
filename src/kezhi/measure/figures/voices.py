"""What customers say and need, where they go, and how what they buy spreads: short tables of a report."""

from __future__ import annotations

from kezhi.kit.engine import _, ibis, ir, ratio
from kezhi.measure.figures.rows import Rows, only, rows
from kezhi.measure.source import ReportSource

SHOWN = 10
FEWEST = 5  # customers who raised a topic, below which nothing is said of it


def voices(source: ReportSource) -> dict[str, Rows] | None:
    """Topics by age, concerns and criteria by category; None where nobody said anything."""
    ages, concerns, criteria = (source.table(name) for name in ("topic_ages", "product_concerns", "product_criteria"))
    if ages is None or concerns is None:
        return None
    high = ages.filter((_.raising_customers >= FEWEST) & (_.rate_low > _.base_rate)).order_by("age_band", ibis.desc("lift"), "topic")
    names = ("age_band", "topic", "raising_customers", "rate", "rate_low", "rate_high", "all_rate", "lift", "negative_share")
    worst = concerns.filter(_.concerned_customers >= FEWEST).order_by(ibis.desc("concerned_customers"), "category", "topic").limit(SHOWN)
    made = {
        "topics_by_age": rows(high.rename(all_rate="base_rate").select(*names)),
        "concerns": rows(
            worst.rename(all_rate="base_rate").select("category", "topic", "concerned_customers", "rate", "all_rate", "example", "answer")
        ),
    }
    if criteria is not None:
        made["criteria"] = criteria_of(criteria)
    return made


def criteria_of(criteria: ir.Table) -> Rows:
    """Rows of `tables.PRODUCT_CRITERIA` in order; `condition` is the attribute and, where there is one, its value."""
    shown = criteria.order_by("category", "rank").mutate(condition=_.attribute_value, of=_.attribute)
    return [
        {"category": row["category"], "criterion": row["criterion"], "condition": (row["of"], row["condition"]), "customers": row["customers"],
         "rate": row["rate"], "lift": row["lift"], "answer": row["answer"]}
        for row in rows(shown)
    ]  # fmt: skip


def needs(source: ReportSource) -> dict[str, Rows] | None:
    """Needs by category, and whether a contact would be a service; None where no need can be told."""
    found = source.table("needs")
    if found is None:
        return None
    service = found.verdict == "service"
    by_category = found.group_by("category").agg(
        customers=_.count(), said_customers=_.count(where=_.said > 0), met_share=ratio(_.count(where=_.is_met), _.count()), service_customers=_.count(where=service)
    )  # fmt: skip
    verdicts = found.group_by("verdict", "why").agg(customers=_.customer_id.nunique())
    return {
        "needs_by_category": rows(by_category.order_by(ibis.desc("customers"), "category")),
        "contact_verdicts": rows(verdicts.order_by(ibis.desc("verdict"), ibis.desc("customers"), "why")),
    }


def places(source: ReportSource) -> dict[str, Rows] | None:
    """The places where most customers are often seen, and the tags told from them; None without visits."""
    found, tags = source.table("frequented_places"), source.table("customer_tags")
    if found is None:
        return None
    counted = found.group_by("place_name", "place_kind").agg(customers=_.count(), days_mean=_.days.cast("float64").mean())
    made = {"frequented": rows(counted.order_by(ibis.desc("customers"), "place_name").limit(SHOWN))}
    if tags is not None:
        told = tags.filter(_.basis == "visits").group_by("family", "tag").agg(customers=_.count(), confidence=_.confidence.mean())
        made["place_tags"] = rows(told.order_by(ibis.desc("customers"), "family", "tag"))
    return made


def spread(table: ir.Table | None) -> Rows:
    """Where the others of a circle followed most beyond what was to be expected."""
    if table is None:
        return []
    names = ("community", "category", "members", "first_on", "followed_90d", "expected_90d", "lift_90d", "tied_followers", "open_members")
    sure = table.filter((_.followed_90d >= 3) & (_.lift_90d > 1)).order_by(ibis.desc("lift_90d"), "community", "category")
    return rows(sure.limit(SHOWN).select(*names))


def learned_tags(table: ir.Table | None) -> Rows:
    """What was measured of each learned tag."""
    if table is None:
        return []
    names = (
        "family",
        "tag",
        "known_customers",
        "all_rate",
        "least_precision",
        "predicted_customers",
        "precision",
        "precision_low",
        "recall",
        "spread_customers",
    )
    return rows(table.rename(all_rate="base_rate").order_by("family", "tag").select(*names))


def departments(source: ReportSource) -> dict[str, Rows] | None:
    """How much the view of each department holds; None where the snapshot has none."""
    names = [name for name in ("for_sales", "for_service", "for_marketing", "for_product_team") if source.table(name) is not None]
    if not names:
        return None
    found = {name: source.table(name) for name in names}
    return {
        "department_views": [
            {"department": name, "rows_held": only(table.agg(n=_.count()))["n"], "columns_held": len(table.columns), "file_command": name}
            for name, table in found.items()
            if table is not None
        ]
    }
