"""What customers say, need and hear from one another: by hand."""

from __future__ import annotations

from datetime import date, datetime

import pyarrow as pa
import pytest
from shop import buy, line
from support import rows, table

import kezhi
from kezhi.errors import ColumnMissing, ExpressionWrong
from kezhi.insight import feedback, product_criteria
from kezhi.settings import AnswerSettings, CriterionSettings, FeedbackSettings, TopicSettings

AS_OF = date(2025, 6, 1)
GOODS = [{"product_id": "cup", "category": "日用百货"}, {"product_id": "pram", "category": "母婴"}]
_number = iter(range(10_000))


def said(who: str | None, words: str | None = None, kind: str = "review", on: str = "2025-05-01", **more) -> dict:
    return {"feedback_id": f"f{next(_number):04d}", "customer_id": who, "said_at": datetime.fromisoformat(on), "kind": kind, "words": words,
            "source": "app", "sentiment": "neutral"} | more  # fmt: skip


def told(*given: dict, settings: FeedbackSettings | None = None) -> list[dict]:
    return rows(kezhi.feedback_topics(table("feedback", given), table("products", GOODS), settings=settings))


def test_a_rating_decides_before_the_kind_and_the_kind_before_the_words(bench):
    """4 of 5 is well meant whatever the words say; 3 of 5 neither; a complaint is ill, a question open; words only if they agree."""
    clean = [
        said("a", "质量太差", rating=4), said("a", "质量很好", rating=2), said("a", "质量很好", rating=3), said("a", "价格很好", kind="complaint"),
        said("a", "质量很好吗", kind="question"), said("a", "质量很好"), said("a", "物流很差"), said("a", "质量很好，物流很差"), said("a", "质量"),
    ]  # fmt: skip
    given = [{k: v for k, v in row.items() if k not in ("customer_id", "sentiment")} | {"record_id": "r"} for row in clean]
    links = table("identity_links", [{"record_id": "r", "customer_id": "a"}])
    found = rows(feedback(table("clean_feedback", given), links, None, FeedbackSettings(), as_of=AS_OF))
    by_id = {row["feedback_id"]: row["sentiment"] for row in found}
    assert [by_id[row["feedback_id"]] for row in clean] == [
        "positive", "negative", "neutral", "negative", "neutral", "positive", "negative", "neutral", "neutral",
    ]  # fmt: skip


def test_words_are_of_the_category_of_their_product_else_of_the_one_they_name():
    found = told(said("a", "母婴的价格", product_id="cup"), said("b", "想买母婴，价格要便宜", kind="wish"), said("c", "价格"))
    assert {(row["customer_id"], row["topic"], row["category"]) for row in found} == {
        ("a", "price", "日用百货"), ("b", "price", "母婴"), ("c", "price", None),
    }  # fmt: skip


def test_one_sentence_may_be_of_several_topics_and_a_reason_of_choice_is_apart():
    found = told(said("a", "Delivery was slow and the SIZE is wrong", chosen_for="离家近"))
    assert {(row["topic"], row["aspect"]) for row in found} == {("delivery", "said"), ("fit", "said"), ("near", "reason")}


def test_an_age_that_speaks_of_price_twice_as_often_has_a_lift_of_two():
    """Of 4 young 4 raise price, of 4 old none: base 4 of 8, lift 2. Who says it three times counts once; ill is 1 of 4."""
    young, old = [f"y{n}" for n in range(4)], [f"o{n}" for n in range(4)]
    given = (
        [said(who, "价格") for who in young]
        + [said("y0", "价格")] * 2
        + [said("y1", "价格太贵", rating=1)]
        + [said(who, "服务") for who in old]
    )
    given = [row | {"feedback_id": f"n{number}"} for number, row in enumerate(given)]
    people = [{"customer_id": who, "age_years": 20 if who in young else 70} for who in young + old]
    found = rows(kezhi.topic_ages(table("feedback", given), table("profile", people)))
    price = next(row for row in found if row["topic"] == "price")
    assert (price["age_band"], price["customers"], price["raising_customers"], price["rate"], price["base_rate"], price["lift"]) == (
        "18-24", 4, 4, 1.0, 0.5, 2.0,
    )  # fmt: skip
    assert price["negative_share"] == 0.25
    assert not any(row["topic"] == "price" and row["age_band"] == "65+" for row in found)


def test_a_concern_is_a_complaint_question_wish_or_bad_word_and_has_the_answer_of_the_settings():
    """Of 4 who speak of the cup's quality, 3 are concerned; the one who praises it is not."""
    settings = FeedbackSettings(
        topics=[
            TopicSettings(key="quality", words=["质量"]),
            TopicSettings(key="contact", words=["骚扰"]),
        ],
        answers=[
            AnswerSettings(topic="quality", answer="保修"),
            AnswerSettings(topic="quality", category="日用百货", answer="保修两年", answer_en="Two years"),
        ],
    )
    given = [
        said("a", "质量怎么样", kind="question", product_id="cup"), said("b", "质量", rating=1, product_id="cup"),
        said("c", "希望质量更稳", kind="wish", product_id="cup", on="2025-05-09"), said("d", "质量", rating=5, product_id="cup"),
        said(None, "质量", rating=1, product_id="cup"),
    ]  # fmt: skip
    (row,) = rows(kezhi.product_concerns(table("feedback", given), table("products", GOODS), settings=settings))
    assert (row["category"], row["customers"], row["concerned_customers"], row["rate"]) == ("日用百货", 4, 3, 0.75)
    assert (row["example"], row["answer"], row["answer_en"]) == ("希望质量更稳", "保修两年", "Two years")


def look(who: str, day: int) -> dict:
    at = datetime(2025, 5, day, 12)
    return {"event_id": f"{who}{day}", "customer_id": who, "source": "app", "occurred_at": at, "event_name": "view", "product_id": "pram"}


def test_a_contact_is_a_service_only_while_a_need_is_open_and_nobody_asked_to_be_left_alone():
    """ann asked and bought nothing; bo looked on three days; cy on two, which says nothing; di asked, then bought; eve asked to be left alone."""
    given = [
        said("ann", "想买母婴", kind="wish"),
        said("di", "想买母婴", kind="wish"),
        said("eve", "想买母婴", kind="wish"),
        said("eve", "不要再打推销电话", kind="complaint"),
        said("fay", "想买母婴", kind="wish", on="2024-12-01"),
    ]
    orders = [buy("1", "di", "2025-05-10", 100), buy("2", "bo", "2025-04-10", 100)]
    lines = [line("1", 1, "pram", 100), line("2", 1, "pram", 100)]
    seen = [look("bo", day) for day in (3, 4, 5)] + [look("cy", day) for day in (3, 4)] + [look("ann", 2)]
    found = rows(
        kezhi.needs(
            table("orders", orders),
            table("order_lines", lines),
            table("products", GOODS),
            feedback=table("feedback", given),
            events=table("events", seen),
            as_of=AS_OF,
        )
    )
    assert {row["customer_id"]: (row["need"], row["is_met"], row["verdict"], row["why"], row["offer_product_id"]) for row in found} == {
        "ann": ("said_and_shown", False, "service", "asked", "pram"),
        "bo": ("shown", False, "service", "interested", "pram"),
        "di": ("said", True, "harassment", "already_met", None),
        "eve": ("said", False, "harassment", "wants_no_contact", None),
    }


FIT = {"category": "母婴", "group_kind": "gender", "group_value": "female", "customers": 100, "buyers": 60, "buying_rate": 0.6,
       "base_rate": 0.3, "lift": 1.6, "fit_score": 61.5}  # fmt: skip


def test_criteria_come_as_must_should_and_concern_and_few_or_unsure_groups_say_nothing():
    fit = [FIT, FIT | {"group_value": "male", "customers": 29}, FIT | {"group_value": "x", "buyers": 31, "buying_rate": 0.31}]
    concern = {"category": "母婴", "topic": "safety", "rank": 1, "customers": 10, "concerned_customers": 4, "rate": 0.4, "rate_low": 0.1,
               "base_rate": 0.2, "lift": 2.0, "answer": "有检测报告", "answer_en": "Tested"}  # fmt: skip
    people = [{"customer_id": f"c{n}", "age_years": 17 + n, "sources": "app"} for n in range(4)]
    must = CriterionSettings(category="母婴", must="age_years >= 18", doc="成年")
    found = rows(product_criteria(table("product_fit", fit), table("product_concerns", [concern]), table("profile", people), [must]))
    found.sort(key=lambda row: row["rank"])
    assert [(row["criterion"], row["attribute"], row["attribute_value"], row["customers"], row["answer"]) for row in found] == [
        ("must", "age_years >= 18", None, 3, "成年"), ("should", "gender", "female", 100, None), ("concern", "safety", None, 4, "有检测报告"),
    ]  # fmt: skip
    with pytest.raises(ExpressionWrong):
        product_criteria(table("product_fit", fit), None, table("profile", people), [must.model_copy(update={"must": "shoe_size > 3"})])


def test_who_follows_in_a_circle_is_held_against_what_all_customers_did_then():
    """
    Five friends among 25. a buys on 1 Jan; b, tied to a, on 11 Jan; c, tied to nobody who bought, on 1 Jun. Of the other 24 customers, who all
    had not bought, b and one stranger began within 90 days: 2 of 24, so of 4 friends 1/3 was expected and 1 followed. d, tied to b, is open.
    """
    members = [{"customer_id": who, "community": 1, "size": 5} for who in "abcde"]
    ties = [{"from_customer_id": "a", "to_customer_id": "b"}, {"from_customer_id": "d", "to_customer_id": "b"}]
    days = [("a", "2025-01-01"), ("b", "2025-01-11"), ("c", "2025-06-01"), ("s0", "2025-02-01"), ("a", "2025-02-01")]
    bought = [(who, datetime.fromisoformat(on), "母婴") for who, on in days]
    bought += [(f"s{n}", datetime(2025, 1, 5), "日用百货") for n in range(20)]
    frame = {name: [row[place] for row in bought] for place, name in enumerate(("customer_id", "ordered_at", "category"))}
    (row,) = kezhi.circle_spread(
        pa.Table.from_pylist(members), pa.Table.from_pylist(ties), pa.table(frame), as_of=date(2025, 7, 1)
    ).to_pylist()
    assert (row["first_customer_id"], row["first_on"], row["buyers"]) == ("a", date(2025, 1, 1), 3)
    assert (row["followed_30d"], row["followed_90d"], row["followed_365d"]) == (1, 1, 2)
    assert (row["tied_followers"], row["open_members"]) == (1, 1)
    assert row["expected_90d"] == pytest.approx(4 * 2 / 24)
    assert row["lift_90d"] == pytest.approx(3.0)


def test_a_column_that_lacks_is_named():
    with pytest.raises(ColumnMissing, match="said_at"):
        kezhi.feedback_topics(table("feedback", []).drop("said_at"))
