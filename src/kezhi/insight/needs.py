"""What each customer needs: what was said and what deeds show, whether it was met, and whether a contact would be a service."""

from __future__ import annotations

from datetime import date

from kezhi.insight.feedback import ASKING
from kezhi.kit.days import day, days_before, midnight
from kezhi.kit.engine import _, ibis, ir, typed
from kezhi.settings import FeedbackSettings
from kezhi.tables import NEEDS

LOOKS = ("view", "search", "add_to_cart")
SOLD_DAYS = 365  # in which the best seller of a category is found


def needs(
    said: ir.Table | None,
    topics: ir.Table | None,
    events: ir.Table | None,
    lines: ir.Table,
    products: ir.Table,
    recommendations: ir.Table | None,
    settings: FeedbackSettings,
    *,
    as_of: date,
) -> ir.Table:
    """
    The needs record, `tables.NEEDS`: one row per customer and category with a need in the last `need_days`.

    A need is said by a wish or question that names a product or category, and shown by looks at it on `least_days` days or
    more (one such day is enough where it was said as well). A contact is a service where the need is open and the customer
    did not ask, within `quiet_days`, not to be contacted. Where there is no row no need is known: whoever contacts a
    customer about another category has no reason to.

    Args:
        said: `tables.FEEDBACK`; None: nobody said anything.
        topics: `tables.FEEDBACK_TOPICS`, for who wants no contact.
        events: `tables.EVENTS` before *as_of*.
        lines: Lines of purchases before *as_of* with customer_id, ordered_at, category, product_id and net_amount, as
            `insight.bought_lines` makes them.
        products: `tables.PRODUCTS`.
        recommendations: `tables.RECOMMENDATIONS`, for what to offer.
        settings: Days and the topic of no contact.
        as_of: The first day not seen.
    """
    since = midnight(days_before(as_of, settings.need_days))
    named = products.filter(_.category.notnull()).select("product_id", "category")
    keys = ["customer_id", "category"]
    spoken = {"customer_id": "string", "category": "string", "said": "int64", "said_on": "date"}
    shown = {"customer_id": "string", "category": "string", "shown_days": "int64", "shown_on": "date"}
    parts = []
    if said is not None:
        asked = said.filter(_.customer_id.notnull() & _.category.notnull() & _.kind.isin(ASKING) & (_.said_at >= since))
        parts.append(typed(asked.group_by(*keys).aggregate(said=_.count(), said_on=day(asked.said_at).max()), {**shown, **spoken}))
    if events is not None:
        looks = events.filter(_.customer_id.notnull() & _.event_name.isin(LOOKS) & (_.occurred_at >= since)).join(named, "product_id")
        looks = looks.select(*keys, on=day(looks.occurred_at))
        parts.append(typed(looks.group_by(*keys).aggregate(shown_days=_.on.nunique(), shown_on=_.on.max()), {**shown, **spoken}))
    if not parts:
        return typed(lines.limit(0), NEEDS.types)
    both = ibis.union(*parts, distinct=False) if len(parts) > 1 else parts[0]
    found = both.group_by(*keys).aggregate(
        said=_.said.sum().fill_null(0), shown_days=_.shown_days.sum().fill_null(0), need_on=ibis.greatest(_.said_on, _.shown_on).max()
    )
    found = found.filter((_.said > 0) | (_.shown_days >= settings.least_days))
    kind = ibis.cases(((found.said > 0) & (found.shown_days > 0), "said_and_shown"), (found.said > 0, "said"), else_="shown")
    bought = lines.filter(_.customer_id.notnull()).group_by(*keys).aggregate(bought_on=day(_.ordered_at).max())
    met = found.mutate(need=kind).left_join(bought, keys).drop("customer_id_right", "category_right")
    met = met.mutate(is_met=(met.bought_on >= met.need_on).fill_null(False))
    quiet = _wants_quiet(topics, settings, as_of)
    if quiet is not None:
        met = met.left_join(quiet, "customer_id").drop("customer_id_right").mutate(quiet=_.quiet.fill_null(False))
    else:
        met = met.mutate(quiet=ibis.literal(False))
    why = ibis.cases((met.quiet, "wants_no_contact"), (met.is_met, "already_met"), (met.said > 0, "asked"), else_="interested")
    judged = met.mutate(why=why, verdict=ibis.ifelse(met.quiet | met.is_met, "harassment", "service"))
    offered = _offers(judged, lines, named, recommendations, as_of)
    return typed(offered, NEEDS.types)


def _wants_quiet(topics: ir.Table | None, settings: FeedbackSettings, as_of: date) -> ir.Table | None:
    if topics is None:
        return None
    since = midnight(days_before(as_of, settings.quiet_days))
    asked = topics.filter((_.topic == settings.contact_topic) & _.customer_id.notnull() & (_.said_at >= since) & (_.aspect == "said"))
    return asked.select("customer_id").distinct().mutate(quiet=ibis.literal(True))


def _offers(judged: ir.Table, lines: ir.Table, named: ir.Table, recommendations: ir.Table | None, as_of: date) -> ir.Table:
    """*judged* with offer_product_id: of the customer's own list, else the best seller of the category."""
    sold = lines.filter(_.ordered_at >= midnight(days_before(as_of, SOLD_DAYS)))
    totals = sold.group_by("category", "product_id").aggregate(amount=_.net_amount.sum())
    turn = ibis.row_number().over(group_by="category", order_by=[ibis.desc("amount"), "category", "product_id"])
    best = totals.mutate(turn=turn).filter(_.turn == 0).select("category", best_product_id="product_id")
    rows = judged.left_join(best, "category").drop("category_right")
    own = ibis.null("string")
    if recommendations is not None:
        ranked = recommendations.select("customer_id", "product_id", place="rank").join(named, "product_id")
        first = ibis.row_number().over(group_by=["customer_id", "category"], order_by=["place", "product_id"])
        mine = ranked.mutate(turn=first).filter(_.turn == 0).select("customer_id", "category", own_product_id="product_id")
        rows = rows.left_join(mine, ["customer_id", "category"]).drop("customer_id_right", "category_right")
        own = rows.own_product_id
    return rows.mutate(
        offer_product_id=ibis.ifelse(rows.verdict == "service", ibis.coalesce(own, rows.best_product_id), ibis.null("string"))
    )
