"""Where customers are often seen, and what that tells of them."""

from __future__ import annotations

from datetime import date
from functools import reduce
from operator import or_

from kezhi.kit.days import day, days_before, midnight, weekday
from kezhi.kit.engine import _, ibis, ir, ratio, typed
from kezhi.settings import PlaceSettings
from kezhi.tables import FREQUENTED_PLACES

SEEN_DAYS = 365
FAMILY = "place"
_DOUBT = 6  # days at which what is told from visits is as likely as not
_SATURDAY = 6


def frequented_places(visits: ir.Table, settings: PlaceSettings, *, as_of: date) -> ir.Table:
    """
    The places where each customer was on `least_days` days or more of the last 365, `tables.FREQUENTED_PLACES`.

    Args:
        visits: `tables.PLACE_VISITS`.
        settings: Days and the hours of the rush.
        as_of: The first day not seen.
    """
    seen = _seen(visits, settings, as_of)
    # a place of several kinds counts once, under the first by name
    days = seen.group_by("customer_id", "place_name", "on").aggregate(rush=_.rush.max(), place_kind=_.place_kind.min())
    places = days.group_by("customer_id", "place_name").aggregate(
        place_kind=_.place_kind.min(), days=_.count(), workday_rush_days=_.rush.sum(), last_on=_.on.max()
    )
    shared = places.mutate(share=ratio(_.days, _.days.sum().over(group_by="customer_id")))
    kept = shared.filter(_.days >= settings.least_days)
    order = [ibis.desc("days"), "customer_id", "place_name"]
    ranked = kept.mutate(rank=ibis.row_number().over(group_by="customer_id", order_by=order) + 1)
    return typed(ranked, FREQUENTED_PLACES.types)


def place_tags(visits: ir.Table, settings: PlaceSettings, *, as_of: date) -> list[ir.Table]:
    """
    Tags told from visits: family `place` (kinds of place of the settings) and `life_stage` commuter.

    A kind of place is a tag on `least_days` days; who passes a station in the hours of the rush on `commute_days` workdays
    commutes. confidence is k / (k + 6) of k days.

    Returns:
        Tables of customer_id, family, tag, confidence, basis, evidence, contradicted.
    """
    seen = _seen(visits, settings, as_of)
    text = (seen.place_name + " " + seen.place_kind.fill_null("")).lower()

    def holds(words: list[str]) -> ir.BooleanValue:
        return reduce(or_, [text.contains(word.lower()) for word in words], ibis.literal(False))

    none = ibis.null("string")
    keys = [ibis.ifelse(holds(words), ibis.literal(tag), none) for tag, words in settings.interests.items()]
    made = []
    if keys:
        kinds = seen.select("customer_id", "on", tag=ibis.array(keys).unnest()).filter(_.tag.notnull())
        counts = kinds.group_by("customer_id", "tag").aggregate(evidence=_.on.nunique())
        made.append(_told(counts.filter(_.evidence >= settings.least_days).mutate(family=ibis.literal(FAMILY))))
    if settings.commute_words:
        rides = seen.filter(holds(settings.commute_words) & (_.rush == 1)).group_by("customer_id").aggregate(evidence=_.on.nunique())
        often = rides.filter(_.evidence >= settings.commute_days)
        made.append(_told(often.mutate(family=ibis.literal("life_stage"), tag=ibis.literal("commuter"))))
    return made


def _seen(visits: ir.Table, settings: PlaceSettings, as_of: date) -> ir.Table:
    """Visits of the last 365 days with their day, and rush: 1 for a workday in the hours of the rush."""
    near = visits.filter((_.visited_at >= midnight(days_before(as_of, SEEN_DAYS))) & (_.visited_at < midnight(as_of)))
    rush = (weekday(near.visited_at) < _SATURDAY) & near.visited_at.hour().cast("int64").isin(settings.rush_hours)
    return near.mutate(on=day(near.visited_at), rush=rush.cast("int64"))


def _told(counts: ir.Table) -> ir.Table:
    return counts.mutate(
        basis=ibis.literal("visits"), contradicted=ibis.literal(False), confidence=ratio(counts.evidence, counts.evidence + _DOUBT)
    )
