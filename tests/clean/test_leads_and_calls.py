"""Leads and calls: read, judged by their number, refused with a reason."""

from __future__ import annotations

from raw_shop import cleaned, pick


def test_a_lead_is_read_and_its_number_judged_by_form_and_by_who_else_gave_it(bench):
    """Two mobiles of their own, a landline, one of Hong Kong, one that three leads gave, one that is no number, and none."""
    phones = ["138 0013 8000", "13900139001", "0278 7654321", "+852 91234567", *["15000150000"] * 3, "12", None]
    made = cleaned(
        bench,
        leads=[{"lead_id": f"{place}", "created_at": "2024-01-02", "phone": phone, "asked_before": "是" if place else "否", "premium": "5,200.00"}
               for place, phone in enumerate(phones)] + [{"lead_id": "x", "created_at": "someday"}],
    )  # fmt: skip
    found = pick(made["leads"], "lead_id", "number_quality")
    assert [quality for _, quality in found] == [
        "mobile",
        "mobile",
        "landline",
        "foreign",
        "shared",
        "shared",
        "shared",
        "missing",
        "missing",
    ]
    assert pick(made["leads"], "asked_before")[:2] == [False, True]
    assert {str(money) for money in pick(made["leads"], "premium_amount")} == {"5200.00"}
    assert pick(made["rejects"], "source_line", "reason") == [(11, "unreadable_value")]
    assert "unreadable_phone" in pick(made["corrections"], "rule")


def test_whether_a_call_was_taken_is_read_in_both_languages_and_else_unknown(bench):
    made = cleaned(
        bench,
        calls=[{"call_id": f"{place}", "lead_id": "1", "called_at": "2024-01-02 09:00", "connected": word}
               for place, word in enumerate(["接通", "connected", "无人接听", "busy", "maybe", None])],
    )  # fmt: skip
    taken = [(f"shop:{place}", answer) for place, answer in enumerate([True, True, False, False, None, None])]
    assert pick(made["calls"], "call_id", "connected") == taken
    assert "unreadable_yes_no" in pick(made["corrections"], "rule")
