"""What campaigns do and how sales react to prices, as a report shows it."""

from __future__ import annotations

from kezhi.kit.engine import _, ibis
from kezhi.measure.figures.rows import Rows, rows
from kezhi.measure.source import ReportSource


def campaigns(source: ReportSource) -> dict[str, Rows] | None:
    """Effect of every campaign, and how many customers of each group the published ones have; None where no source told of campaigns."""
    told, moved = source.table("uplift_campaigns"), source.table("uplift")
    if told is None or moved is None:
        return None
    names = ("campaign", "arm", "assigned_on", "treated", "controls", "effect", "effect_low", "effect_high", "qini", "is_published")
    groups = moved.group_by("campaign", "arm", "uplift_group").agg(customers=_.count(), uplift=_.uplift.mean())
    return {
        "campaign_effects": rows(told.order_by(ibis.desc("assigned_on"), "campaign", "arm").select(*names)),
        "moved_customers": rows(groups.order_by("campaign", "arm", ibis.desc("uplift"))),
    }


def prices(source: ReportSource) -> dict[str, Rows] | None:
    """Elasticity of each category; None where there were no lines of orders."""
    found = source.table("price_elasticity")
    if found is None:
        return None
    of = found.filter(_.dimension == "category").rename(category="member", elasticity_low="low", elasticity_high="high")
    names = ("category", "net_amount", "products", "elasticity", "elasticity_low", "elasticity_high", "verdict")
    return {"category_elasticity": rows(of.order_by(ibis.desc("net_amount"), "category").select(*names))}
