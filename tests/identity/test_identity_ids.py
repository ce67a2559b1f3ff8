"""Customer ids live through re-runs, new records, merges and splits."""

from __future__ import annotations

from identity_tables import ids_of, made, record

PHONE, OTHER = "13907110001", "13907110002"


def test_the_founding_record_is_the_first_registered(bench):
    """Earliest registration first, without one last; then trust; then the smaller id."""
    records = [
        record("a:1", phone=PHONE),
        record("b:1", phone=PHONE, registered_at="2024-02-01"),
        record("c:1", phone=PHONE, registered_at="2024-01-01"),
    ]
    assert set(ids_of(made(bench, records)).values()) == {"c:1"}
    assert set(ids_of(made(bench, [record("a:1", phone=PHONE), record("b:1", phone=PHONE, trust=2)])).values()) == {"b:1"}
    assert set(ids_of(made(bench, [record("b:1", phone=PHONE), record("a:1", phone=PHONE)])).values()) == {"a:1"}


def test_a_rerun_on_its_own_result_changes_nothing(bench):
    records = [record("a:1", phone=PHONE), record("b:1", phone=PHONE), record("c:1")]
    first = made(bench, records)
    assert made(bench, records, previous=first["identity_links"]) == first


def test_an_older_record_that_arrives_later_does_not_take_the_id(bench):
    first = made(bench, [record("b:1", phone=PHONE, registered_at="2024-02-01")])
    records = [record("b:1", phone=PHONE, registered_at="2024-02-01"), record("a:1", phone=PHONE, registered_at="2020-01-01")]
    assert ids_of(made(bench, records, previous=first["identity_links"])) == {"a:1": "b:1", "b:1": "b:1"}


def test_of_merged_customers_the_older_lives(bench):
    """b:1 registered before a:1; the new record c:1 shows that both are one."""
    old = [record("a:1", phone=PHONE, registered_at="2024-02-01"), record("b:1", phone=OTHER, registered_at="2023-02-01", email="b@qq.com")]
    first = made(bench, old)
    assert ids_of(first) == {"a:1": "a:1", "b:1": "b:1"}
    result = made(bench, [*old, record("c:1", phone=PHONE, email="b@qq.com")], previous=first["identity_links"])
    assert set(ids_of(result).values()) == {"b:1"}


def test_of_a_split_customer_the_part_with_the_founding_record_keeps_the_id(bench):
    """a:1 founded the customer; b:1 and c:1 turn out to be someone else, who gets an id of their own."""
    first = made(bench, [record("a:1", phone=PHONE), record("b:1", phone=PHONE), record("c:1", phone=PHONE)])
    assert set(ids_of(first).values()) == {"a:1"}
    apart = [record("a:1", phone=PHONE), record("b:1", phone=OTHER), record("c:1", phone=OTHER)]
    assert ids_of(made(bench, apart, previous=first["identity_links"])) == {"a:1": "a:1", "b:1": "b:1", "c:1": "b:1"}


def test_a_customer_outlives_its_founding_record(bench):
    """The founding record was deleted in its system: the id stays with the first of the others."""
    first = made(bench, [record("a:1", phone=PHONE), record("b:1", phone=PHONE), record("c:1", phone=PHONE)])
    left = [record("b:1", phone=PHONE), record("c:1", phone=OTHER)]
    assert ids_of(made(bench, left, previous=first["identity_links"])) == {"b:1": "a:1", "c:1": "c:1"}


def test_a_founding_record_that_comes_back_gets_its_id_back(bench):
    """No two customers have one id: a:1 is the record the id is named after."""
    previous = [{"record_id": "b:1", "customer_id": "a:1", "source": "b", "records": 1}]
    result = made(bench, [record("a:1", phone=PHONE), record("b:1", phone=OTHER)], previous=previous)
    assert ids_of(result) == {"a:1": "a:1", "b:1": "b:1"}


def test_orders_and_events_follow_their_record_to_the_customer(bench):
    """Anonymous sales and unknown visitors stay so; nothing is lost or doubled."""
    orders = [
        {
            "order_id": f"o{i}",
            "record_id": r,
            "source": "a",
            "order_kind": "purchase",
            "ordered_at": "2025-01-01",
            "net_amount": 5,
            "status": "paid",
        }
        for i, r in enumerate(["a:1", "b:1", None, "b:1"])
    ]
    events = [
        {"event_id": f"e{i}", "record_id": r, "source": "a", "occurred_at": "2025-01-01", "event_name": "view"}
        for i, r in enumerate([None, "b:1"])
    ]
    result = made(bench, [record("a:1", phone=PHONE), record("b:1", phone=PHONE)], orders=orders, events=events)
    assert [(row["order_id"], row["customer_id"]) for row in result["orders"]] == [
        ("o0", "a:1"),
        ("o1", "a:1"),
        ("o2", None),
        ("o3", "a:1"),
    ]
    assert [(row["event_id"], row["customer_id"]) for row in result["events"]] == [("e0", None), ("e1", "a:1")]
    assert "record_id" not in result["orders"][0]
