"""Recency, frequency and money: scores from 1 to 5 by an editable table or by quintiles, and the eight groups."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Any

from kezhi.kit.days import day, days_before, days_between, midnight
from kezhi.kit.engine import _, ibis, ir
from kezhi.profile.purchases import ledger
from kezhi.profile.quantiles import cut_points, cuts_passed
from kezhi.settings import RfmSettings
from kezhi.tables import MONEY, RFM

DEFAULT = RfmSettings()
WINDOW_DAYS = 365
SCORED = ("recency_days", "orders_365d", "net_amount_365d")  # of `tables.FEATURES`
_QUINTILES = (20, 40, 60, 80)

GROUPS: dict[str, tuple[bool, bool, bool]] = {
    # group: whether R, F and M are high; in the order in which a reader wants to see them
    "重要价值客户": (True, True, True),
    "重要发展客户": (True, False, True),
    "重要保持客户": (False, True, True),
    "重要挽留客户": (False, False, True),
    "一般价值客户": (True, True, False),
    "一般发展客户": (True, False, False),
    "一般保持客户": (False, True, False),
    "一般挽留客户": (False, False, False),
}


def rfm(orders: ir.Table, *, as_of: date, settings: RfmSettings = DEFAULT, features: ir.Table | None = None) -> ir.Table:
    """
    Recency, frequency and money of every customer with an order row before *as_of*.

    Recency looks at the whole life, frequency and money at as_of − 365 ≤ date < as_of. What a purchase is
    and which refunds are netted stands in `profile/purchases.py`. Without a purchase in the window the
    customer has frequency 0 and F and M 1 (money may be below 0: a refund of an older order); without any
    purchase recency is null and R is 1. Orders without a customer are left out.

    Args:
        orders: `tables.ORDERS`.
        as_of: The first day not seen.
        settings: The score table, or `mode: quintile`: scores by the exact 20, 40, 60 and 80 % points of all
            rows (of recency: of those that have one), equal values sharing a score. A score of at least
            `high_score` is high.
        features: `tables.FEATURES` of the same *orders* and day, where they are there: then no order is summed again.

    Returns:
        `tables.RFM`, one row per customer; not seen yet means no row.
    """
    people = _counted(orders, as_of) if features is None else _of_features(features, orders, as_of)
    scored = _by_quintile(people) if settings.mode == "quintile" else _by_table(people, settings)
    bought = _.frequency > 0
    scored = scored.mutate(f_score=ibis.ifelse(bought, _.f_score, 1), m_score=ibis.ifelse(bought, _.m_score, 1))
    scored = scored.mutate(rfm_group=_group(settings.high_score))
    return scored.select(**{column.name: _[column.name].cast(column.type) for column in RFM.columns})


def _counted(orders: ir.Table, as_of: date) -> ir.Table:
    rows = ledger(orders, as_of=as_of).filter(_.customer_id.notnull())
    in_window = _.ordered_at >= midnight(days_before(as_of, WINDOW_DAYS))
    people = rows.group_by("customer_id").aggregate(
        last_at=_.ordered_at.max(where=_.is_purchase),
        frequency=_.count(where=_.is_purchase & in_window),
        monetary=_.net_amount.sum(where=(_.is_purchase | _.is_netted) & in_window),
    )
    return people.select(
        "customer_id",
        recency_days=days_between(day(_.last_at), as_of),
        frequency=_.frequency.cast("int64"),
        monetary=_.monetary.fill_null(0).cast(MONEY),
    )


def _of_features(features: ir.Table, orders: ir.Table, as_of: date) -> ir.Table:
    """The same of who has an order row, as the features tell it."""
    ordered = orders.filter(_.customer_id.notnull() & (_.ordered_at < midnight(as_of))).select("customer_id").distinct()
    known = features.semi_join(ordered, "customer_id")
    return known.select("customer_id", "recency_days", frequency="orders_365d", monetary="net_amount_365d")


def _by_table(people: ir.Table, settings: RfmSettings) -> ir.Table:
    # a bound like 499.995 is met from 500.00 on: money has whole cents, so rounding up changes nothing
    money = [ibis.literal(Decimal(str(m)).quantize(Decimal("0.01"), ROUND_CEILING), type=MONEY) for m in settings.monetary]
    return people.mutate(
        r_score=_score(_.recency_days, settings.recency_days, "at most"),
        f_score=_score(_.frequency, settings.frequency, "at least"),
        m_score=_score(_.monetary, money, "at least"),
    )


def _score(value: ir.Deferred, bounds: Sequence[Any], how: str) -> ir.Value:
    """5, 4, 3, 2 for the first bound that *value* meets, else (also for null) 1."""
    met = [(value <= bound if how == "at most" else value >= bound, score) for bound, score in zip(bounds, (5, 4, 3, 2), strict=True)]
    return ibis.cases(*met, else_=1)


def _by_quintile(people: ir.Table) -> ir.Table:
    one_row = None
    for column in ("recency_days", "frequency", "monetary"):
        cuts = cut_points(people, column, _QUINTILES).rename(lambda name, column=column: f"{column}_{name}")
        one_row = cuts if one_row is None else one_row.cross_join(cuts)
    table = people.cross_join(one_row)
    passed = {c: cuts_passed(table[c], [table[f"{c}_cut_{p}"] for p in _QUINTILES]) for c in ("recency_days", "frequency", "monetary")}
    return table.mutate(
        r_score=ibis.ifelse(table.recency_days.isnull(), 1, 5 - passed["recency_days"]),
        f_score=1 + passed["frequency"],
        m_score=1 + passed["monetary"],
    )


def _group(high: int) -> ir.Value:
    r, f, m = _.r_score >= high, _.f_score >= high, _.m_score >= high
    either = {True: lambda is_high: is_high, False: lambda is_high: ~is_high}
    branches = [(either[rh](r) & either[fh](f) & either[mh](m), name) for name, (rh, fh, mh) in GROUPS.items()]
    return ibis.cases(*branches[:-1], else_=branches[-1][1])
