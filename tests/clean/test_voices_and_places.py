"""What was said and where somebody was: read, blotted, refused with a reason."""

from __future__ import annotations

from raw_shop import cleaned, pick

PEOPLE = [{"record_id": "a"}]


def test_numbers_and_mails_are_blotted_out_of_words_and_what_says_nothing_is_refused(bench):
    """Of six rows four are good; a year and a price stay, a phone, a card and a mail do not."""
    made = cleaned(
        bench,
        customer_records=PEOPLE,
        feedback=[
            {
                "feedback_id": "1",
                "record_id": "a",
                "said_at": "2024-01-02",
                "kind": "评价",
                "words": "2024 年买的，99 元，请打 138 0013-8000",
            },
            {
                "feedback_id": "2",
                "record_id": "a",
                "said_at": "2024-01-02",
                "kind": "魔法",
                "words": "write to ann.lee@example.com",
                "rating": "5",
            },
            {"feedback_id": "3", "record_id": None, "said_at": "2024-01-02", "kind": "问卷", "chosen_for": "卡号 6222021234567890123"},
            {"feedback_id": "4", "record_id": "a", "said_at": "2024-01-02", "kind": "评价", "rating": "4"},
            {"feedback_id": "5", "record_id": "a", "said_at": "2024-01-02", "kind": "评价"},
            {"feedback_id": "6", "record_id": "a", "said_at": "someday", "kind": "评价", "words": "好"},
        ],
    )
    assert pick(made["clean_feedback"], "feedback_id", "kind", "words", "chosen_for", "rating") == [
        ("shop:1", "review", "2024 年买的，99 元，请打 •••", None, None),
        ("shop:2", "other", "write to •••", None, 5.0),
        ("shop:3", "survey", None, "卡号 •••", None),
        ("shop:4", "review", None, None, 4.0),
    ]
    assert pick(made["rejects"], "source_line", "reason") == [(6, "nothing_said"), (7, "unreadable_value")]
    assert "unknown_feedback_kind" in pick(made["corrections"], "rule")


def test_a_visit_needs_a_person_a_time_and_a_place(bench):
    made = cleaned(
        bench,
        customer_records=PEOPLE,
        place_visits=[
            {"visit_id": "1", "record_id": "a", "visited_at": "2024-01-02 08:00", "place_name": "地铁站", "place_kind": "车站"},
            {"visit_id": "2", "record_id": "a", "visited_at": "2024-01-02 08:00", "place_name": None},
        ],
    )
    assert pick(made["clean_place_visits"], "visit_id", "place_name", "place_kind") == [("shop:1", "地铁站", "车站")]
    assert pick(made["rejects"], "source_line", "reason") == [(3, "missing_value")]
