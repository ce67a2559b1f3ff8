"""Which value of a field survives, and where it came from."""

from __future__ import annotations

from datetime import date, datetime

from identity_tables import made, record

PHONE, OTHER = "13907110001", "13907110002"

M = {"member_id": "M1"}


def customer(bench, *records):
    """The one customer of *records*."""
    (only,) = made(bench, [{**r, **M} for r in records])["customers"]
    return only


def test_a_name_comes_from_the_most_trusted_source_then_the_newest(bench):
    row = customer(
        bench,
        record("app:1", name="小王", updated_at="2025-05-01"),
        record("shop:1", name="王伟", trust=3, updated_at="2024-01-01"),
        record("vip:1", name="王 伟", trust=3, updated_at="2024-06-01"),
        record("vip:2", trust=9),
    )
    assert (row["name"], row["name_source"]) == ("王 伟", "vip")


def test_what_changes_comes_from_the_newest_record_that_has_it(bench):
    """Last change counts, else registration; a record without either is the oldest."""
    fields = ("email", "wechat_id", "province", "city", "occupation", "phone")
    row = customer(
        bench,
        record("app:1", **dict.fromkeys(fields, "13907110001"), updated_at="2025-05-01"),
        record("shop:1", **dict.fromkeys(fields, "13907110002"), trust=9, updated_at="2024-01-01"),
        record("vip:1", **dict.fromkeys(fields, "13907110003"), trust=9),
        record("vip:2", registered_at="2025-06-01"),
    )
    assert {(row[field], row[f"{field}_source"]) for field in fields} == {("13907110001", "app")}


def test_a_mobile_survives_a_newer_landline(bench):
    row = customer(
        bench,
        record("app:1", phone="13907110001", updated_at="2020-01-01"),
        record("shop:1", phone="02785550001", phone_kind="landline", updated_at="2025-01-01"),
    )
    assert (row["phone"], row["phone_source"]) == ("13907110001", "app")


def test_an_address_is_the_longest_of_the_most_trusted(bench):
    row = customer(
        bench,
        record("app:1", address="解放大道 1 号 2 栋 303 室，放门口", updated_at="2025-05-01"),
        record("shop:1", address="解放大道 1 号", trust=3, updated_at="2024-08-01"),
        record("vip:1", address="解放大道 1 号 2 栋", trust=3),
    )
    assert (row["address"], row["address_source"]) == ("解放大道 1 号 2 栋", "vip")


def test_a_valid_id_number_and_what_it_tells_come_first(bench):
    """Whatever a more trusted source wrote."""
    row = customer(
        bench,
        record(
            "vip:1",
            trust=9,
            id_number="420101199003070000",
            id_number_valid=False,
            birth_date="1991-01-01",
            gender="male",
            updated_at="2025-01-01",
        ),
        record(
            "shop:1",
            id_number="420101199003071230",
            birth_date="1970-01-01",
            id_birth_date="1990-03-07",
            id_gender="female",
            id_region="湖北省",
        ),
    )
    assert (row["id_number"], row["id_number_source"]) == ("420101199003071230", "shop")
    assert (row["birth_date"], row["gender"], row["gender_source"]) == (date(1990, 3, 7), "female", "shop")
    assert row["province"] is None  # the region of an id number is where its owner was registered at birth


def test_a_field_nobody_has_is_null_and_so_is_its_source(bench):
    row = customer(bench, record("app:1"), record("shop:1"))
    assert row["email"] is row["email_source"] is row["flags"] is row["registered_at"] is None


def test_equal_records_are_told_apart_by_the_smallest_id(bench):
    row = customer(bench, record("b:1", city="武汉市"), record("a:1", city="宜昌市"))
    assert (row["city"], row["city_source"]) == ("宜昌市", "a")


def test_a_customer_counts_records_sources_and_flags(bench):
    row = customer(
        bench,
        record("shop:1", flags="impossible_age", registered_at="2024-05-01"),
        record("app:1", flags="future_registration,impossible_age", registered_at="2023-05-01"),
        record("app:2"),
    )
    assert (row["records"], row["sources"], row["flags"]) == (3, "app,shop", "future_registration,impossible_age")
    assert row["registered_at"] == datetime(2023, 5, 1)


def test_every_customer_of_the_links_has_one_row(bench):
    result = made(bench, [record("app:1", phone="13907110001"), record("shop:1", phone="13907110001"), record("shop:2", is_bare=True)])
    assert [(row["customer_id"], row["records"]) for row in result["customers"]] == [("app:1", 2), ("shop:2", 1)]


def test_a_rule_of_the_settings_chooses_and_what_lost_is_kept(bench):
    """李娜 twice against the most trusted 李 娜娜; the phone of the fullest record."""
    records = [
        record("a:1", trust=3, name="李娜娜", member_id="M1", updated_at="2024-03-01"),
        record("b:1", name="李娜", member_id="M1", phone=PHONE, city="武汉市", gender="female"),
        record("c:1", name="李娜", member_id="M1", phone=OTHER, updated_at="2024-02-01"),
    ]
    result = made(bench, records, survivorship={"name": "frequent", "phone": "complete"})
    (customer,) = result["customers"]
    assert (customer["name"], customer["phone"], customer["phone_source"]) == ("李娜", PHONE, "b")
    told = [
        (row["field"], row["record_id"], row["is_kept"], row["records"], row["sources"], row["alternatives"])
        for row in result["customer_values"]
    ]
    assert [row for row in told if row[0] in ("name", "phone")] == [
        ("name", "a:1", False, 1, "a", 1), ("name", "c:1", True, 2, "b,c", 1), ("phone", "b:1", True, 1, "b", 1), ("phone", "c:1", False, 1, "c", 1),
    ]  # fmt: skip
