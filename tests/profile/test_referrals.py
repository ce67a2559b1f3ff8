"""Whom customers brought, in the profile and in the last stage of AARRR."""

from __future__ import annotations

from datetime import date

import pytest
from support import rows, table

from kezhi.insight import aarrr
from kezhi.profile import referrals, wide
from kezhi.settings import DEFAULT_AARRR, AarrrSettings

DAY = date(2025, 6, 1)
PEOPLE = [{"customer_id": one, "records": 1, "sources": "shop"} for one in "abcd"]


def told(*ties):
    """`tables.RELATIONS` of (from, to, kind, moment)."""
    return table(
        "relations",
        [
            {"relation_id": str(n), "source": "shop", "from_record_id": f"r{one}", "to_record_id": f"r{other}", "kind": kind, "weight": 1.0,
             "related_at": at, "from_customer_id": one, "to_customer_id": other}
            for n, (one, other, kind, at) in enumerate(ties)
        ],
    )  # fmt: skip


TIES = (
    ("a", "b", "referral", "2025-01-01T10:00:00"),
    ("a", "b", "referral", "2025-02-01T10:00:00"),  # the same two again
    ("a", "c", "referral", None),
    ("a", "a", "referral", "2025-01-01T10:00:00"),  # two records that proved to be one person
    ("b", "d", "call", "2025-01-01T10:00:00"),
    ("c", "d", "referral", "2025-06-01T00:00:00"),  # not seen yet
    ("d", "a", "referral", "2025-05-31T23:59:59"),
)


def test_others_brought_before_the_day_are_counted_once(bench):
    assert {row["customer_id"]: row["referrals"] for row in rows(referrals(told(*TIES), as_of=DAY), bench)} == {"a": 2, "d": 1}


@pytest.mark.parametrize(
    ("ties", "expected"),
    [(TIES, {"a": 2, "b": 0, "c": 0, "d": 1}), ((("b", "d", "call", None),), dict.fromkeys("abcd")), (None, dict.fromkeys("abcd"))],
)
def test_nobody_is_nothing_where_nobody_writes_referrals_down(bench, ties, expected):
    """Without a referral at all, or without relations, the figure is not known; with one, who brought nobody has 0."""
    brought = None if ties is None else referrals(told(*ties), as_of=DAY)
    made = wide(table("customers", PEOPLE), table("features", []), table("rfm", []), None, brought, as_of=DAY)
    assert {row["customer_id"]: row["referrals"] for row in rows(made, bench)} == expected


def stages(bench, people, settings=DEFAULT_AARRR):
    """(customers, share, step_share, whether a rule is told) of each stage."""
    found = rows(aarrr(table("profile", people), settings), bench)
    return {row["stage"]: (row["customers"], row["share"], row["step_share"], row["rule"] is not None) for row in found}


ZEROES = {"records": 1, "sources": "shop", "lifecycle_stage": "x", "lifecycle_since": DAY, "days_in_stage": 0}
BUYERS = [
    {"customer_id": "a", "orders_life": 3, "active_days_life": 3, "recency_days": 9, "net_amount_life": 30, "referrals": 2},
    {"customer_id": "b", "orders_life": 1, "active_days_life": 1, "recency_days": 9, "net_amount_life": 10, "referrals": 0},
    {"customer_id": "c", "events_life": 1, "referrals": 0},
    {"customer_id": "d", "referrals": 1},
]


def whole(people):
    """*people* with what `tables.PROFILE` promises."""
    from kezhi.tables import FEATURES

    counted = {c.name: 0 for c in FEATURES.columns if not c.nullable and c.name != "customer_id"}
    return [counted | ZEROES | one for one in people]


def test_the_five_stages_of_four_customers(bench):
    """All four; three did something; a came twice and lately; a and b paid; a and d brought others, of whom a paid."""
    assert stages(bench, whole(BUYERS)) == {
        "acquisition": (4, 1.0, None, True),
        "activation": (3, 0.75, 0.75, True),
        "retention": (1, 0.25, 1 / 3, True),
        "revenue": (2, 0.5, 1.0, True),
        "referral": (2, 0.5, 0.5, True),
    }


def test_a_stage_that_no_data_tell_has_no_figures(bench):
    """Without referrals, and with a first stage that has no rule."""
    unknown = [{**one, "referrals": None} for one in BUYERS]
    assert stages(bench, whole(unknown))["referral"] == (None, None, None, False)
    assert stages(bench, whole(unknown))["revenue"] == (2, 0.5, 1.0, True)
    only = [AarrrSettings(stage="activation", when="orders_life > 0")]
    assert stages(bench, whole(BUYERS), only) == {
        "acquisition": (None, None, None, False),
        "activation": (2, None, None, True),
        **dict.fromkeys(("retention", "revenue", "referral"), (None, None, None, False)),
    }


def test_without_customers_all_stages_are_empty(bench):
    """0 customers is known; shares of none are not."""
    assert set(stages(bench, []).values()) == {(0, None, None, True)}
