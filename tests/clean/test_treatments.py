"""Who was in which campaign: read, refused with a reason, never claimed to be a draw that nobody told of."""

from __future__ import annotations

from raw_shop import cleaned, pick


def test_a_campaign_is_a_draw_only_where_that_is_said(bench):
    sent = {"record_id": "a", "campaign": "春", "arm": "领券", "assigned_at": "2024-01-02 08:00"}
    made = cleaned(
        bench,
        customer_records=[{"record_id": "a"}],
        treatments=[
            {"treatment_id": "1", **sent, "is_randomised": "是", "cost": "0.50", "discount_share": "0.15"},
            {"treatment_id": "2", **sent, "is_randomised": "TRUE"},
            {"treatment_id": "3", **sent},
            {"treatment_id": "4", **sent, "is_randomised": "perhaps"},
            {"treatment_id": "5", **sent, "is_randomised": "否", "discount_share": "15"},
            {"treatment_id": "6", **sent, "arm": None},
        ],
    )
    assert pick(made["clean_treatments"], "treatment_id", "is_randomised") == [
        ("shop:1", True),
        ("shop:2", True),
        ("shop:3", False),
        ("shop:4", False),
    ]
    assert pick(made["rejects"], "source_line", "reason") == [(6, "not_a_share"), (7, "missing_value")]
    assert "unreadable_yes_no" in pick(made["corrections"], "rule")
