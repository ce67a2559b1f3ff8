"""Uncertain pairs for people, what is said for and against each, what answers teach."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from identity_tables import TODAY, customers_of, made, record

from kezhi.identity.comparing import comparisons
from kezhi.identity.weighing import Patterns, learnt

PEOPLE = [
    record("a:1", name="张伟", phone="13856781234", birth_date="1985-03-07", city="武汉市", member_id="M1"),
    record("b:1", name="张偉", birth_date="1985-03-07", city="武汉市", phone="13856781235"),  # traditional, one digit
    record("a:2", name="王芳", birth_date="1990-05-06", city="北京市"),
    record("b:2", name="Wang Fang", birth_date="1990-05-06", city="北京市"),
    record("a:3", name="欧阳明", phone="02785551234", phone_kind="landline", city="武汉市"),
    record("b:3", name="欧阳晓", phone="02785551234", phone_kind="landline", city="武汉市"),
    record("a:4", name="李强", city="上海市"),
    record("b:4", name="李强", city="上海市"),
]
APART = {
    "decision_id": "d1", "number": 1, "kind": "apart", "one_records": ["a:1"], "other_records": ["b:1"], "author": "anna", "made_on": TODAY,
}  # fmt: skip
LINKS = ("joined", "contradicted", "too_large")  # what nothing but the other links stands against
ASKED = {"probable_links": True, "review": True, "review_from": 0.01}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    from kezhi.flow.warehouse import Warehouse
    from kezhi.settings import EngineSettings

    with Warehouse(EngineSettings(memory_limit="2GB"), tmp_path_factory.mktemp("scratch")) as bench:
        return made(bench, PEOPLE, decisions=[APART], **ASKED)


def test_what_people_keep_apart_stays_apart_though_the_evidence_joins_it(found):
    joined = {(row["left_record_id"], row["right_record_id"]) for row in found["identity_matches"] if row["outcome"] == "joined"}
    assert ("a:1", "b:1") in joined
    assert {"a:1", "b:1"} <= set(customers_of(found))
    assert "a:2 b:2" in customers_of(found)


def test_uncertain_pairs_come_with_their_evidence_and_certain_ones_do_not_come(found):
    asked = {(row["left_record_id"], row["right_record_id"]): row for row in found["identity_review"]}
    assert ("a:4", "b:4") in asked, "a common name in one city: who knows"
    assert all(row["probability"] < 0.99 or row["outcome"] not in ("joined", "below_threshold") for row in asked.values())
    evidence = [row for row in found["identity_evidence"] if row["pair_id"] == asked["a:4", "b:4"]["pair_id"]]
    assert {(row["comparison"], row["agreement"]) for row in evidence} == {("name", "same"), ("city", "same")}
    assert all(row["weight_bits"] > 0 for row in evidence)


def test_a_higher_threshold_gives_fewer_and_surer_links(found):
    rows = sorted(found["identity_trade_off"], key=lambda row: row["threshold"])
    assert [row["threshold"] for row in rows if row["is_chosen"]] == [0.9]
    for low, high in pairwise(rows):
        assert low["links"] >= high["links"]
        assert low["expected_recall"] >= high["expected_recall"]
        assert high["expected_precision"] is None or low["expected_precision"] <= high["expected_precision"]
    for row in rows:
        pairs = [one for one in found["identity_matches"] if one["probability"] >= row["threshold"] and one["outcome"] in LINKS]
        assert row["threshold"] < 0.9 or row["links"] == len(pairs)
        assert row["threshold"] < 0.9 or row["likely_links"] == pytest.approx(sum(one["probability"] for one in pairs), abs=1e-3)
        assert row["links"] == 0 or row["expected_precision"] == pytest.approx(row["likely_links"] / row["links"], abs=1e-4)
    assert rows[0]["links"] > 0


def test_answers_teach_what_agreement_is_worth():
    """A hundred people whose city differs between their records: that it differs speaks less against the next one."""
    chosen = comparisons(("phone", "city"))
    levels = np.array([[0, 3]], np.int8)  # the same phone, another city

    def weight(label: int) -> float:
        patterns = Patterns(np.array([0]), levels, np.array([100.0]), np.array([label], np.int8))
        strangers = Patterns(np.array([0]), np.array([[4, 3]], np.int8), np.array([1000.0]), np.array([-1], np.int8))
        return float(learnt(patterns, strangers, 1e6, chosen).bits(1)[3])

    assert weight(1) > weight(-1) + 1
    assert weight(0) == pytest.approx(weight(-1))
