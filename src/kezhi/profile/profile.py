"""The wide row of a customer: who, what they did, scores, stage and tags; no personal data."""

from __future__ import annotations

from datetime import date

from kezhi.kit.days import day
from kezhi.kit.engine import _, ibis, ir, typed
from kezhi.kit.expression import parse
from kezhi.tables import FEATURES, PROFILE, RFM

_POINTS = ("member_level", "points_balance", "points_expiring")
_STAGE = ("lifecycle_stage", "lifecycle_since", "days_in_stage")
WIDE_COLUMNS = {column.name: column.type for column in PROFILE.columns if column.name not in (*_STAGE, "tags")}
STAGED_COLUMNS = {column.name: column.type for column in PROFILE.columns if column.name != "tags"}
PROFILE_COLUMNS = PROFILE.types


def wide(
    customers: ir.Table,
    features: ir.Table,
    rfm: ir.Table,
    points: ir.Table | None = None,
    referrals: ir.Table | None = None,
    *,
    as_of: date,
) -> ir.Table:
    """
    The part of the profile that lifecycle stages are told from.

    Args:
        customers: `tables.CUSTOMERS`; names, numbers and addresses are left behind.
        features: `tables.FEATURES`; a customer without a row did nothing: counts and sums are 0.
        rfm: `tables.RFM`; a customer without a row has no scores: null.
        points: `tables.POINTS_OF_CUSTOMERS`; a customer without a row, and all where there is none, have no level and points: null.
        referrals: As `referrals` makes it; a customer without a row brought nobody, and where there is no row at all nobody
            wrote referrals down: null.
        as_of: The first day not seen.

    Returns:
        `WIDE_COLUMNS`, one row per customer. age_years counts whole years up to *as_of* (on the birthday
        itself the new age; who was born on 29 February turns on 1 March in other years) and is null for a
        day of birth not before *as_of*, as registered_on is for a registration not before it.
    """
    registered_on = day(customers.registered_at)
    people = customers.select(
        "customer_id",
        "gender",
        "province",
        "city",
        "occupation",
        "records",
        "sources",
        age_years=_age_years(customers.birth_date, as_of),
        registered_on=ibis.ifelse(registered_on < as_of, registered_on, ibis.null("date")),
    )
    counted = [column.name for column in FEATURES.columns[1:] if not column.nullable]
    scores = [column.name for column in RFM.columns[2:]]
    acted = people.left_join(features, "customer_id").select(*people.columns, *FEATURES.column_names[1:])
    acted = acted.mutate(**{name: acted[name].fill_null(0) for name in counted})
    scored = acted.left_join(rfm, "customer_id").select(*acted.columns, *scores)
    if points is not None:
        scored = scored.left_join(points, "customer_id").select(*scored.columns, *_POINTS)
    if referrals is not None:
        are_told = referrals.aggregate(are_told=_.count() > 0)
        brought = scored.left_join(referrals, "customer_id").select(*scored.columns, "referrals").cross_join(are_told)
        scored = brought.mutate(referrals=ibis.ifelse(_.are_told, _.referrals.fill_null(0), ibis.null("int64"))).drop("are_told")
    return typed(scored, WIDE_COLUMNS)


def staged(wide: ir.Table, lifecycle: ir.Table) -> ir.Table:
    """*wide* with the stage of `tables.LIFECYCLE`, `STAGED_COLUMNS`: what the rules of tags may read."""
    stages = lifecycle.select("customer_id", "days_in_stage", lifecycle_stage=_.stage, lifecycle_since=_.since)
    return typed(wide.left_join(stages, "customer_id").select(*wide.columns, *_STAGE), STAGED_COLUMNS)


def profile(
    customers: ir.Table,
    features: ir.Table,
    rfm: ir.Table,
    lifecycle: ir.Table,
    tags: ir.Table,
    points: ir.Table | None = None,
    referrals: ir.Table | None = None,
    *,
    as_of: date,
) -> ir.Table:
    """
    Everything known of each customer in one row.

    Args:
        customers: `tables.CUSTOMERS`.
        features: `tables.FEATURES`.
        rfm: `tables.RFM`.
        lifecycle: `tables.LIFECYCLE`, with a row for each customer.
        tags: `tables.TAGS`.
        points, referrals: As for `wide`.
        as_of: The first day not seen.

    Returns:
        `tables.PROFILE`, one row per customer, columns as `wide` says; tags are the names in the order of
        their code points, null without any.
    """
    whole = staged(wide(customers, features, rfm, points, referrals, as_of=as_of), lifecycle)
    held = tags.group_by("customer_id").agg(names=_.tag.collect()).select("customer_id", tags=_.names.sort().join(","))
    return typed(whole.left_join(held, "customer_id").select(*whole.columns, "tags"), PROFILE_COLUMNS)


def segment_filter(profile: ir.Table, text: str) -> ir.Table:
    """
    The rows of *profile* for which the expression *text* holds.

    Raises:
        ExpressionWrong: *text* is no rule over the columns of *profile*.
    """
    columns = {name: str(kind) for name, kind in profile.schema().items()}
    return profile.filter(parse(text, columns=columns, kind="boolean").predicate(profile))


def _age_years(born: ir.DateValue, as_of: date) -> ir.IntegerValue:
    had_birthday = born.month() * 100 + born.day() <= as_of.month * 100 + as_of.day
    years = as_of.year - born.year() - ibis.ifelse(had_birthday, 0, 1)
    return ibis.ifelse(born < as_of, years, ibis.null("int64")).cast("int64")
