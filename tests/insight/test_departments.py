"""Views of departments, and what a price war would make of the tiers: by hand."""

from __future__ import annotations

from datetime import date, datetime

from shop import buy
from support import rows, table

from kezhi import profile
from kezhi.insight import department_views
from kezhi.settings import TierRule, TierSettings

AS_OF = date(2025, 6, 1)


def test_sales_offers_what_an_open_need_asks_for_before_what_is_recommended():
    """ann has an open need, bo only a recommendation, cy a need that is met; eve asked this year to be left alone, fay two years ago."""
    people = [{"customer_id": who, "lifecycle_stage": "成长"} for who in ("ann", "bo", "cy", "eve", "fay")]
    need = {"category": "母婴", "need": "said", "said": 1, "shown_days": 0, "is_met": False, "verdict": "service", "why": "asked"}
    needs = [need | {"customer_id": "ann", "need_on": date(2025, 5, 1), "offer_product_id": "pram"},
             need | {"customer_id": "ann", "category": "服饰", "need_on": date(2025, 4, 1), "offer_product_id": "coat"},
             need | {"customer_id": "cy", "need_on": date(2025, 5, 1), "is_met": True, "verdict": "harassment", "why": "already_met"}]  # fmt: skip
    offers = [{"customer_id": who, "rank": rank, "product_id": f"p{rank}"} for who in ("ann", "bo") for rank in (1, 2)]
    topics = [{"feedback_id": who, "topic": "contact", "aspect": "said", "customer_id": who, "said_at": datetime(year, 5, 1)}
              for who, year in (("eve", 2025), ("fay", 2023))]  # fmt: skip
    found = department_views(
        {"profile": table("profile", people), "needs": table("needs", needs), "recommendations": table("recommendations", offers),
         "feedback_topics": table("feedback_topics", topics)}, contact_topic="contact", as_of=AS_OF,
    )  # fmt: skip
    sales = {
        row["customer_id"]: (row["need_category"], row["offer_product_id"], row["wants_no_contact"]) for row in rows(found["for_sales"])
    }
    assert sales == {
        "ann": ("母婴", "pram", False), "bo": (None, "p1", False), "cy": (None, None, False), "eve": (None, None, True), "fay": (None, None, False),
    }  # fmt: skip
    assert "for_product_team" not in found
    assert {row["complaints_365d"] for row in rows(found["for_service"])} == {None}  # nobody ever asked what they said


def test_a_price_war_lets_those_just_above_the_line_fall():
    """Gold asks for 1000: at 10% less ann (1050) falls and bo (1200) stays; at 20% less both fall."""
    settings = TierSettings(
        levels=[TierRule(name="金", name_en="Gold", net_amount=1000), TierRule(name="普通", name_en="Basic")], price_changes=[-0.1, -0.2]
    )
    ledger = profile.ledger(
        table("orders", [buy("1", "ann", "2025-05-01", 1050), buy("2", "bo", "2025-05-01", 1200), buy("3", "cy", "2025-05-01", 10)]),
        as_of=AS_OF,
    )
    now = profile.tiers(ledger, as_of=AS_OF, settings=settings)
    found = {(row["price_change"], row["tier"]): (row["customers"], row["falling_customers"], row["then_customers"])
             for row in rows(profile.tier_prices(now, ledger, as_of=AS_OF, settings=settings))}  # fmt: skip
    assert found == {
        (-0.1, "金"): (2, 1, 1), (-0.1, "普通"): (1, 0, 2), (-0.2, "金"): (2, 2, 0), (-0.2, "普通"): (1, 0, 3),
    }  # fmt: skip
