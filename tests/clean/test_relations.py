"""Relations of people: read, refused with a reason, and given to customers."""

from __future__ import annotations

from raw_shop import cleaned, pick
from support import only_row, table

from kezhi import identity

PEOPLE = [{"record_id": one} for one in "abc"]


def relation(one, other, kind=None, weight=None, at=None):
    return {"from_record_id": one, "to_record_id": other, "kind": kind, "weight": weight, "related_at": at}


def test_relations_are_read_and_those_without_meaning_refused(bench):
    """Of seven rows two are good, one repeats a good one exactly, four are refused, each with its reason."""
    made = cleaned(
        bench,
        customer_records=PEOPLE,
        relations=[
            relation("a", "b", "家庭", None, "2024-01-02"),
            relation("a", "b", "家庭", None, "2024-01-02"),
            relation("b", "c", "bowling", "2.5"),
            relation("a", "a", "call", "1"),
            relation("a", "z", "call", "1"),
            relation("a", "c", "call", "-1"),
            relation("a", "c", "call", "many"),
        ],
    )
    assert pick(made["clean_relations"], "from_record_id", "to_record_id", "kind", "weight") == [
        ("shop:a", "shop:b", "household", 1.0),
        ("shop:b", "shop:c", "other", 2.5),
    ]
    assert pick(made["rejects"], "source_line", "reason") == [
        (5, "self_relation"),
        (6, "unknown_record"),
        (7, "weight_not_above_0"),
        (8, "unreadable_value"),
    ]
    assert pick(made["reconciliation"], "table_name", "rows_in", "rows_out", "rows_rejected", "rows_merged")[1] == ("relations", 7, 2, 4, 1)
    assert "unknown_relation" in pick(made["corrections"], "rule")


def test_calls_without_a_moment_are_calls_of_their_own(bench):
    made = cleaned(bench, customer_records=PEOPLE, relations=[relation("a", "b", "call")] * 3)
    assert len(made["clean_relations"]) == 3


def test_a_relation_alone_makes_no_customer(bench):
    """Nobody knows the two: nothing is made of them, and the row is accounted for."""
    made = cleaned(bench, relations=[relation("a", "b", "call")])
    assert pick(made["rejects"], "reason") == ["unknown_record"]
    assert not made.get("customer_records")


def test_two_records_of_one_person_stand_under_one_customer(bench):
    links = [{"record_id": "s:1", "customer_id": "s:1", "source": "s"}, {"record_id": "s:2", "customer_id": "s:1", "source": "s"}]
    told = [{"relation_id": "f#2", "source": "s", "from_record_id": "s:1", "to_record_id": "s:2", "kind": "call", "weight": 1.0}]
    row = only_row(identity.related(table("clean_relations", told, bench), table("identity_links", links, bench)), bench)
    assert (row["from_customer_id"], row["to_customer_id"]) == ("s:1", "s:1")
