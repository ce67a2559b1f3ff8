"""Which values tie records together."""

from __future__ import annotations

from identity_tables import customers_of, made, record

ZHANG = "42010119900307123X"


def test_records_with_one_value_of_any_kind_are_one_customer(bench):
    values = {
        "member_id": "K7001",
        "app_id": "K7001",
        "wechat_id": "K7001",
        "email": "zhang@qq.com",
        "phone": "13907110001",
        "id_number": ZHANG,
    }
    result = made(bench, [record(f"{source}:{kind}", **{kind: value}) for kind, value in values.items() for source in ("app", "shop")])
    assert customers_of(result) == sorted(f"app:{kind} shop:{kind}" for kind in values)
    assert {(link["record_id"].split(":")[1], link["linked_by"]) for link in result["identity_links"]} == {(kind, kind) for kind in values}


def test_records_that_share_only_a_landline_stay_two_customers(bench):
    office = {"phone": "02785550001", "phone_kind": "landline"}
    assert customers_of(made(bench, [record("app:1", **office), record("shop:1", **office)])) == ["app:1", "shop:1"]


def test_an_invalid_id_number_ties_nobody(bench):
    wrong = {"id_number": "420101199003071230", "id_number_valid": False}
    assert customers_of(made(bench, [record("app:1", **wrong), record("shop:1", **wrong)])) == ["app:1", "shop:1"]


def test_the_same_text_under_two_kinds_ties_nobody(bench):
    assert customers_of(made(bench, [record("app:1", member_id="K7001"), record("shop:1", app_id="K7001")])) == ["app:1", "shop:1"]


def test_a_chain_of_keys_ties_its_ends(bench):
    """1 and 2 share a phone, 2 and 3 a mail, 3 and 4 a member id: one person, each tied by what it really shares."""
    result = made(
        bench,
        [
            record("app:1", phone="13907110001"),
            record("shop:2", phone="13907110001", email="z@qq.com"),
            record("shop:3", email="z@qq.com", member_id="M1"),
            record("vip:4", member_id="M1", app_id="nobody else's"),
        ],
    )
    assert customers_of(result) == ["app:1 shop:2 shop:3 vip:4"]
    assert [link["linked_by"] for link in result["identity_links"]] == ["phone", "email,phone", "email,member_id", "member_id"]
    assert {link["records"] for link in result["identity_links"]} == {4}


def test_a_record_without_keys_is_a_customer_of_its_own(bench):
    result = made(bench, [record("shop:1", is_bare=True)])
    (link,) = result["identity_links"]
    assert (link["customer_id"], link["linked_by"], link["method"], link["records"]) == ("shop:1", None, None, 1)


def test_no_records_give_empty_tables(bench):
    result = made(bench, [], orders=[], events=[])
    assert result == {
        key: [] for key in ["identity_links", "identity_history", "identity_conflicts", "customers", "customer_values", "orders", "events"]
    }
