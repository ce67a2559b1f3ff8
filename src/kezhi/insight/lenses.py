"""Four looks at what customers do: they purchase, they use, they feel, they say; and what is missing to see all of it."""

from __future__ import annotations

from collections.abc import Sequence

from kezhi.kit.engine import _, ibis, ir, ratio, typed
from kezhi.tables import BEHAVIOUR_LENSES

LENSES = ("purchase", "use", "attitude", "feedback")
NEEDS = {"purchase": "orders", "use": "events", "attitude": "feedback", "feedback": "tickets"}


def behaviour_lenses(purchases: ir.Table, refunds: ir.Table, habits: ir.Table, patterns: ir.Table, events: ir.Table | None) -> ir.Table:
    """
    A handful of figures for each of the four lenses, from the tables that a company has.

    Attitude and feedback rest on surveys, reviews and tickets, which no source gives yet: their rows say which table is
    missing. What stands nearest, the share of buyers who gave something back, is shown under feedback.

    Args:
        purchases: Rows of `tables.LEDGER` that are purchases.
        refunds: Rows of `tables.LEDGER` that are refunds.
        habits: `tables.BUYING_HABITS`.
        patterns: `tables.BEHAVIOUR_PATTERNS`.
        events: `tables.EVENTS` before as_of; None: the lens of use says what is missing.

    Returns:
        `tables.BEHAVIOUR_LENSES`.
    """
    known = purchases.filter(_.customer_id.notnull())
    buyers = known.aggregate(base=_.customer_id.nunique(), orders=_.count())
    judged, placed = habits.filter(_.is_promotion_hunter.notnull()), patterns.filter(_.place_preference.notnull())
    parts = [
        _row(buyers, "purchase", 1, "purchases_per_buyer", ratio(_.orders, _.base), _.base),
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
    parts.append(_missing("attitude", 1))
    back = refunds.filter(_.customer_id.notnull()).select("customer_id").distinct().mutate(gave_back=ibis.literal(True))
    people = known.select("customer_id").distinct().left_join(back, "customer_id").mutate(gave_back=_.gave_back.fill_null(False))
    parts += [_share(people, "feedback", 1, "gave_back", people.gave_back), _missing("feedback", 2)]
    return typed(ibis.union(*parts, distinct=False), {column.name: column.type for column in BEHAVIOUR_LENSES.columns})


def _share(table: ir.Table, lens: str, position: int, figure: str, holds: ir.BooleanValue) -> ir.Table:
    counts = table.select(holds=holds).aggregate(base=_.count(), hits=_.holds.sum().fill_null(0))
    return _row(counts, lens, position, figure, ratio(_.hits, _.base), _.base)


def _row(totals: ir.Table, lens: str, position: int, figure: str, value: object, customers: object) -> ir.Table:
    return totals.select(
        lens=ibis.literal(lens), position=ibis.literal(LENSES.index(lens) * 10 + position).cast("int64"), figure=ibis.literal(figure),
        value=value, customers=customers, missing=ibis.null("string"),
    ).mutate(value=_.value.cast("float64"), customers=_.customers.cast("int64"))  # fmt: skip


def _missing(lens: str, position: int) -> ir.Table:
    """The row of what cannot be seen, and the table that would show it."""
    row = {
        "lens": lens,
        "position": LENSES.index(lens) * 10 + position,
        "figure": "missing",
        "value": None,
        "customers": 0,
        "missing": NEEDS[lens],
    }
    return typed(ibis.memtable([row], schema=dict(zip(row, _KINDS, strict=True))), dict(zip(row, _KINDS, strict=True)))


_KINDS: Sequence[str] = ("string", "int64", "string", "float64", "int64", "string")
