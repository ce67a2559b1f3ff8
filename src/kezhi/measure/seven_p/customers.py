"""Profiling, persistency and prospecting: who they are, whether they stay, and who could come."""

from __future__ import annotations

from kezhi.kit.engine import _, ibis, ir
from kezhi.measure.figures import groups, people
from kezhi.measure.figures.movement import NEW, movement
from kezhi.measure.figures.rows import Rows, part, rows
from kezhi.measure.seven_p.asked import Part, figures, months, split, year_before
from kezhi.measure.source import ReportSource

SHOWN = 8
HABITS = ("channel", "weekday", "hour", "price_band")


def profiling(source: ReportSource) -> Part:
    """Layers (worth, tiers), risk (of leaving), what they like, and how they buy."""
    found = Part("profiling")
    found.say(figures(source, "customers", "buyers", "key_customers", "key_customer_share"), or_lacks="orders")
    found.say(figures(source, "at_risk_customers", "lost_customers", "churn_rate"), or_lacks="orders")
    found.lacking.append("credit")
    rfm, lifecycle = source.table("rfm"), source.table("lifecycle")
    layers = None if rfm is None else [row for row in people.rfm_groups(rfm) if row["customers"]]
    kept = ("rfm_group", "customers", "customer_share", "monetary", "monetary_share")
    found.show("layers", [{name: row[name] for name in kept} for row in layers or []], or_lacks="orders")
    moved = movement(source)
    found.show("bands", [row for row in moved.bands or [] if row["customers"]])
    if lifecycle is not None:
        stages = [row for row in people.stages(lifecycle, source.settings) if row["customers"]]
        found.show("stages", [{"lifecycle_stage": row["stage"], "customers": row["customers"], "share": row["share"]} for row in stages])
    tags = source.table("customer_tags")
    interests = ["category", *{entry.family for entry in source.settings.preferences.interests}]
    found.show("likes", _tags(tags, interests), or_lacks="order_lines")
    found.show("habits", _tags(tags, list(HABITS)), or_lacks="orders")
    return found


def _tags(tags: ir.Table | None, families: list[str]) -> Rows | None:
    """The commonest tags of *families*: customers and the mean of how sure they are."""
    if tags is None:
        return None
    counted = tags.filter(_.family.isin(families)).group_by("family", "tag")
    each = counted.agg(customers=_.count(), confidence=_.confidence.mean())
    return rows(each.order_by(ibis.desc("customers"), "family", "tag").limit(SHOWN))


def persistency(source: ReportSource) -> Part:
    """Who comes back, how loyal they are, and how they moved."""
    found = Part("persistency")
    since = year_before(source.as_of)
    found.say(figures(source, "repeat_share", "active_share"), or_lacks="orders")
    found.say(figures(source, "repurchase_rate", "purchases_per_customer", since=since), or_lacks="orders")
    moved = movement(source)
    found.show("loyalty", [{**row, "alerts": int(row["alerts"] or 0)} for row in moved.loyalty or []], or_lacks="orders")
    kept = source.table("retention")
    found.show("staying", None if kept is None else groups.staying(kept)[:6])
    changes = [row for row in moved.transitions or [] if row["from_stage"] not in (row["to_stage"], NEW)]
    names = ("from_stage", "to_stage", "customers", "share", "net_amount")
    found.show("changes", [{name: row[name] for name in names} for row in changes[:SHOWN]], or_lacks="history")
    return found


def prospecting(source: ReportSource) -> Part:
    """How many could be won, what draws the new ones, and by which means others may be reached."""
    found, since = Part("prospecting"), year_before(source.as_of)
    found.say(figures(source, "prospects", "activation_rate"), or_lacks="orders")
    found.say(figures(source, "new_customers", since=since), or_lacks="orders")
    if figures(source, "registrations")["registrations"]:  # whether anybody keeps the day
        found.say(figures(source, "registrations", since=since), or_lacks="registered_at")
    else:
        found.lacking.append("registered_at")
    found.show("new_by_month", months(source, "new_customers"))
    found.show("draws", split(source, "new_customers", by="favourite_category", since=since, top=SHOWN), or_lacks="order_lines")
    found.show("means", _means(source), or_lacks="relations")
    found.lacking.append("acquisition")
    return found


def _means(source: ReportSource) -> Rows:
    """Prospects who know buyers, by how many of them: an introduction is the way to them."""
    ties, profile = source.table("ties"), source.table("profile")
    if ties is None or profile is None:
        return []
    standing = profile.select("customer_id", bought=_.orders_life > 0)
    one = ties.select(customer_id="from_customer_id", other="to_customer_id")
    both = one.union(ties.select(customer_id="to_customer_id", other="from_customer_id"), distinct=False)
    asked = both.join(standing.filter(~_.bought).select("customer_id"), "customer_id")
    buyers = standing.filter(_.bought).select(other="customer_id")
    known = asked.join(buyers, "other").group_by("customer_id").agg(buyers_known=_.count())
    band = ibis.cases((_.buyers_known >= 5, "5+"), (_.buyers_known >= 2, "2–4"), else_="1")
    made = rows(known.mutate(knows=band).group_by("knows").agg(prospects=_.count()).order_by("knows"))
    total = sum(row["prospects"] for row in made)
    return [{**row, "share": part(row["prospects"], total)} for row in made]
