"""Points of customers: earned, redeemed, expired, what is left, and by month."""

from __future__ import annotations

from datetime import date, timedelta

from kezhi.kit.days import day, days_before, midnight
from kezhi.kit.engine import _, ibis, ir, ratio, typed
from kezhi.kit.money import amount_of
from kezhi.settings import PointSettings
from kezhi.tables import POINTS as AMOUNT
from kezhi.tables import POINTS_MONTHLY, POINTS_OF_CUSTOMERS, TABLES


def owned(rows: ir.Table, links: ir.Table, name: str) -> ir.Table:
    """The table *name* (memberships, point_entries, place_visits, treatments): the clean *rows* with the customer of each record."""
    joined = rows.join(links.select("record_id", "customer_id"), "record_id")
    return typed(joined, TABLES[name].types)


def points(
    memberships: ir.Table | None, entries: ir.Table | None, lots: ir.Table | None, *, as_of: date, settings: PointSettings
) -> ir.Table:
    """
    The points of each customer, `tables.POINTS_OF_CUSTOMERS`.

    Args:
        memberships: `tables.MEMBERSHIPS`; of several of a customer the level is that of the one joined last.
        entries: `tables.POINT_ENTRIES`; those on or after *as_of* are left out.
        lots: `tables.POINT_LOTS` of the same day; there where *entries* are.
        as_of: The first day not seen.
        settings: What a point is worth, and how far ahead lapsing is told.
    """
    parts = [part for part in (_members(memberships, as_of), _booked(entries, lots, as_of, settings)) if part is not None]
    known = [part.select("customer_id") for part in parts]
    people = ibis.union(*known, distinct=True) if len(known) > 1 else known[0]
    for part in parts:
        people = people.left_join(part, "customer_id").drop("customer_id_right")
    rows = typed(people, POINTS_OF_CUSTOMERS.types)
    counted = [column.name for column in POINTS_OF_CUSTOMERS.columns if not column.nullable and column.name != "customer_id"]
    rows = rows.mutate(**{name: rows[name].fill_null(ibis.literal(0, AMOUNT)) for name in counted})
    balance = rows.earned_points - rows.redeemed_points - rows.expired_points + rows.adjusted_points
    worth = settings.value_per_point
    rows = rows.mutate(points_balance=balance.cast(AMOUNT)).mutate(
        redemption_rate=ratio(_.redeemed_points, _.earned_points),
        told_gap=_.points_told - balance,
        liability_amount=ibis.null("decimal(18, 2)")
        if worth is None
        else amount_of(ibis.greatest(balance, ibis.literal(0, AMOUNT)).cast("float64") * worth),
    )
    return typed(rows, POINTS_OF_CUSTOMERS.types)


def _members(memberships: ir.Table | None, as_of: date) -> ir.Table | None:
    if memberships is None:
        return None
    held = memberships.filter(_.joined_on.isnull() | (_.joined_on < as_of))
    order = [ibis.desc(held.joined_on.fill_null(ibis.date("1900-01-01"))), held.record_id]
    placed = held.mutate(turn=ibis.row_number().over(group_by=held.customer_id, order_by=order))
    return placed.group_by("customer_id").agg(
        member_level=_.member_level.max(where=_.turn == 0), joined_on=_.joined_on.min(), points_told=_.points_told.sum()
    )


def _booked(entries: ir.Table | None, lots: ir.Table | None, as_of: date, settings: PointSettings) -> ir.Table | None:
    if entries is None or lots is None:
        return None
    seen = entries.filter(_.booked_at < midnight(as_of))
    recent = seen.booked_at >= midnight(days_before(as_of, 365))
    on = day(seen.booked_at)
    by_kind = seen.group_by("customer_id").agg(
        earned_points=seen.points.sum(where=seen.kind == "earn"),
        redeemed_points=-seen.points.sum(where=seen.kind == "redeem"),
        booked_expired=-seen.points.sum(where=seen.kind == "expire"),
        adjusted_points=seen.points.sum(where=seen.kind == "adjust"),
        earned_points_365d=seen.points.sum(where=(seen.kind == "earn") & recent),
        redeemed_points_365d=-seen.points.sum(where=(seen.kind == "redeem") & recent),
        last_earned_on=on.max(where=(seen.kind == "earn") & (seen.points > 0)),
        last_redeemed_on=on.max(where=(seen.kind == "redeem") & (seen.points < 0)),
    )
    left = (lots.left_points > 0) & lots.expires_on.notnull() & (lots.expires_on >= as_of)
    soon = left & (lots.expires_on < as_of + timedelta(days=settings.expiring_days))
    of_lots = lots.group_by("customer_id").agg(
        lapsed=lots.lapsed_points.sum(), points_expiring=lots.left_points.sum(where=soon), next_expiry_on=lots.expires_on.min(where=left)
    )
    both = by_kind.left_join(of_lots, "customer_id").drop("customer_id_right")
    zero = ibis.literal(0, AMOUNT)
    return both.mutate(expired_points=both.booked_expired.fill_null(zero) + both.lapsed.fill_null(zero)).drop("booked_expired", "lapsed")


def points_monthly(entries: ir.Table, lots: ir.Table, *, as_of: date) -> ir.Table:
    """Points by calendar month, `tables.POINTS_MONTHLY`: months with a booking or a lapse; arguments as for `points`."""
    seen = entries.filter(_.booked_at < midnight(as_of))
    zero = ibis.literal(0, AMOUNT)
    booked = seen.select("customer_id", "kind", "points", month=day(seen.booked_at).truncate("M"))
    gone = lots.filter(_.lapsed_points > 0)
    lapsed = gone.select("customer_id", kind=ibis.literal("expire"), points=(-gone.lapsed_points).cast(AMOUNT), month=(gone.expires_on + ibis.interval(days=1)).truncate("M"))  # fmt: skip
    kinds = {
        name: "date" if name == "month" else AMOUNT if name == "points" else "string" for name in ("customer_id", "kind", "points", "month")
    }
    rows = ibis.union(typed(booked, kinds), typed(lapsed, kinds), distinct=False)
    months = rows.group_by("month").agg(
        earned_points=rows.points.sum(where=rows.kind == "earn").fill_null(zero),
        redeemed_points=-rows.points.sum(where=rows.kind == "redeem").fill_null(zero),
        expired_points=-rows.points.sum(where=rows.kind == "expire").fill_null(zero),
        adjusted_points=rows.points.sum(where=rows.kind == "adjust").fill_null(zero),
        changed=rows.points.sum(),
        earning_customers=rows.customer_id.nunique(where=(rows.kind == "earn") & (rows.points > 0)),
        redeeming_customers=rows.customer_id.nunique(where=(rows.kind == "redeem") & (rows.points < 0)),
    )
    made = months.mutate(
        balance_points=months.changed.sum().over(ibis.cumulative_window(order_by=months.month)),
        is_complete=months.month < as_of.replace(day=1),
    )
    return typed(made, POINTS_MONTHLY.types)
