"""Four looks at what customers do: they purchase, they use, they feel, they say; and what is missing to see all of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kezhi.kit.engine import _, ibis, ir, ratio, typed
from kezhi.tables import BEHAVIOUR_LENSES

LENSES = ("purchase", "use", "attitude", "feedback")
NEEDS = {"purchase": "orders", "use": "events", "attitude": "feedback", "feedback": "feedback"}
NAMED = 3  # reasons of choice and improvements that are named


def behaviour_lenses(
    refunds: ir.Table,
    habits: ir.Table,
    patterns: ir.Table,
    events: ir.Table | None,
    said: ir.Table | None = None,
    topics: ir.Table | None = None,
) -> ir.Table:
    """
    A handful of figures for each of the four lenses, from the tables that a company has.

    Attitude: ratings, who speaks well and ill, and the three reasons of choice named most. Feedback: who gave something
    back, who said anything, who complained, and the three topics that most want improved (of complaints, wishes and what
    is meant ill). Where no source gives what a lens rests on, its row says which table is missing.

    Args:
        refunds: Rows of `tables.LEDGER` that are refunds.
        habits: `tables.BUYING_HABITS`.
        patterns: `tables.BEHAVIOUR_PATTERNS`, which tell who bought how often.
        events: `tables.EVENTS` before as_of; None: the lens of use says what is missing.
        said: `tables.FEEDBACK`; None: attitude and feedback say what is missing.
        topics: `tables.FEEDBACK_TOPICS`, there where *said* is.

    Returns:
        `tables.BEHAVIOUR_LENSES`.
    """
    buyers = patterns.filter(_.purchases > 0)
    bought = buyers.aggregate(base=_.count(), orders=_.purchases.sum())
    judged, placed = habits.filter(_.is_promotion_hunter.notnull()), patterns.filter(_.place_preference.notnull())
    parts = [
        _row(bought, "purchase", 1, "purchases_per_buyer", ratio(_.orders, _.base), _.base),
        _share(judged, "purchase", 2, "promotion_hunters", judged.is_promotion_hunter),
        _share(placed, "purchase", 3, "prefers_online", placed.place_preference == "online"),
        _share(placed, "purchase", 4, "prefers_store", placed.place_preference == "store"),
    ]
    if events is None:
        parts.append(_missing("use", 1))
    else:
        seen = events.filter(_.customer_id.notnull())
        users = patterns.filter(_.visits > 0)
        used = users.aggregate(base=_.count(), visits=_.visits.sum(), idle=_.visits_without_purchase.sum())
        acts = seen.aggregate(base=_.customer_id.nunique(), acts=_.count(), searches=(_.event_name == "search").sum())
        fixed = users.filter(_.is_fixed_hour.notnull())
        parts += [
            _row(used, "use", 1, "visits_per_user", ratio(_.visits, _.base), _.base),
            _row(used, "use", 2, "visits_without_purchase", ratio(_.idle, _.visits), _.base),
            _row(acts, "use", 3, "searches_per_event", ratio(_.searches, _.acts), _.base),
            _share(fixed, "use", 4, "fixed_hour", fixed.is_fixed_hour),
        ]
    back = refunds.filter(_.customer_id.notnull()).select("customer_id").distinct().mutate(gave_back=ibis.literal(True))
    people = buyers.select("customer_id").left_join(back, "customer_id").mutate(gave_back=_.gave_back.fill_null(False))
    parts.append(_share(people, "feedback", 1, "gave_back", people.gave_back))
    parts += [_missing("attitude", 1), _missing("feedback", 2)] if said is None or topics is None else _voices(people, said, topics)
    return typed(ibis.union(*parts, distinct=False), BEHAVIOUR_LENSES.types)


def _voices(buyers: ir.Table, said: ir.Table, topics: ir.Table) -> list[ir.Table]:
    """Attitude, and what was said, of known customers."""
    known = said.filter(_.customer_id.notnull())
    each = known.group_by("customer_id").aggregate(
        **{name: (known.sentiment == name).cast("int64").max() == 1 for name in ("positive", "negative")},
        complained=(known.kind == "complaint").cast("int64").max() == 1,
    )
    rated = known.aggregate(value=_.rating.sum(), ratings=_.rating.count(), base=_.customer_id.nunique(where=_.rating.notnull()))
    spoke = buyers.select("customer_id").left_join(each.select("customer_id", spoke=ibis.literal(True)), "customer_id")
    spoke = spoke.mutate(spoke=_.spoke.fill_null(False))
    ill = (topics.aspect == "said") & ((topics.sentiment == "negative") | topics.kind.isin(["complaint", "wish"]))
    return [
        _row(rated, "attitude", 1, "mean_rating", ratio(_.value, _.ratings), _.base),
        _share(each, "attitude", 2, "speaks_well", each.positive),
        _share(each, "attitude", 3, "speaks_ill", each.negative),
        _most_named(topics.filter(topics.aspect == "reason"), "attitude", 4, "reason_of_choice"),
        _share(spoke, "feedback", 2, "spoke_up", spoke.spoke),
        _share(each, "feedback", 3, "complained", each.complained),
        _most_named(topics.filter(ill), "feedback", 4, "to_improve"),
    ]


def _most_named(topics: ir.Table, lens: str, position: int, figure: str) -> ir.Table:
    """The topics that most customers name, as a share of all who name one."""
    known = topics.filter(_.customer_id.notnull())
    counts = known.group_by("topic").aggregate(hits=_.customer_id.nunique()).cross_join(known.aggregate(base=_.customer_id.nunique()))
    placed = counts.mutate(place=ibis.row_number().over(order_by=[ibis.desc("hits"), "topic"])).filter(_.place < NAMED)
    return _row(placed, lens, position + placed.place, figure, ratio(_.hits, _.base), _.base, detail=_.topic)


def _share(table: ir.Table, lens: str, position: int, figure: str, holds: ir.BooleanValue) -> ir.Table:
    counts = table.select(holds=holds).aggregate(base=_.count(), hits=_.holds.sum().fill_null(0))
    return _row(counts, lens, position, figure, ratio(_.hits, _.base), _.base)


def _row(totals: ir.Table, lens: str, position: Any, figure: str, value: Any, customers: Any, detail: Any = None) -> ir.Table:
    return totals.select(
        lens=ibis.literal(lens), position=ibis.literal(LENSES.index(lens) * 10) + position,
        figure=ibis.literal(figure), detail=ibis.null("string") if detail is None else detail,
        value=value, customers=customers, missing=ibis.null("string"),
    ).mutate(position=_.position.cast("int64"), value=_.value.cast("float64"), customers=_.customers.cast("int64"))  # fmt: skip


def _missing(lens: str, position: int) -> ir.Table:
    """The row of what cannot be seen, and the table that would show it."""
    row = {
        "lens": lens,
        "position": LENSES.index(lens) * 10 + position,
        "figure": "missing",
        "detail": None,
        "value": None,
        "customers": 0,
        "missing": NEEDS[lens],
    }
    return typed(ibis.memtable([row], schema=dict(zip(row, _KINDS, strict=True))), dict(zip(row, _KINDS, strict=True)))


_KINDS: Sequence[str] = ("string", "int64", "string", "string", "float64", "int64", "string")
