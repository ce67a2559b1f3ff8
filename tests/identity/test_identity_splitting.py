"""Clusters that cannot be one person: two valid id numbers, or too many records."""

from __future__ import annotations

from identity_tables import customers_of, made, record

LI, WANG = "420101199003071230", "420101198801014567"


def reasons(result) -> list[tuple[str, str | None, int, int]]:
    return sorted((c["reason"], c["key_kind"] or "", c["records"], c["customers"]) for c in result["identity_conflicts"])


def test_two_id_numbers_with_one_app_account_stay_two_customers(bench):
    result = made(
        bench,
        [
            record("shop:1", id_number=LI, app_id="A1"),
            record("shop:2", id_number=WANG, app_id="A1"),
            record("vip:1", id_number=LI),
            record("app:1", app_id="A1"),
        ],
    )
    assert customers_of(result) == ["app:1", "shop:1 vip:1", "shop:2"]
    assert reasons(result) == [("two_id_numbers", "", 4, 3), ("two_id_numbers", "app_id", 3, 3)]


def test_between_two_id_numbers_the_weaker_key_yields(bench):
    """app:1 has the phone of Li and the mail of Wang: the phone is stronger, so it is Li's."""
    result = made(
        bench,
        [
            record("shop:1", id_number=LI, phone="13907110001"),
            record("app:1", phone="13907110001", email="w@qq.com"),
            record("shop:2", id_number=WANG, email="w@qq.com"),
        ],
    )
    assert customers_of(result) == ["app:1 shop:1", "shop:2"]
    assert reasons(result) == [("two_id_numbers", "", 3, 2)]
    assert [link["linked_by"] for link in result["identity_links"]] == ["phone", "phone", None]


def test_a_stray_follows_its_strongest_key_to_a_part_with_an_id_number(bench):
    """
    Mail ties all five: dropped, it leaves vip:1 with nobody, though its mail leads to Wang alone.
    The mail of app:1 leads to both Li and Wang, so it decides nothing.
    """
    result = made(
        bench,
        [
            record("shop:1", id_number=LI, phone="13907110001"),
            record("app:1", phone="13907110001", email="both@qq.com"),
            record("shop:2", id_number=WANG, member_id="M2", email="both@qq.com"),
            record("shop:3", member_id="M2", email="w@qq.com"),
            record("vip:1", email="w@qq.com"),
        ],
    )
    assert customers_of(result) == ["app:1 shop:1", "shop:2 shop:3 vip:1"]


def test_other_clusters_keep_their_weak_keys(bench):
    """A conflict elsewhere does not cost two mail friends their tie."""
    result = made(
        bench,
        [
            record("shop:1", id_number=LI, wechat_id="w1"),
            record("shop:2", id_number=WANG, wechat_id="w1"),
            record("app:8", email="z@qq.com"),
            record("vip:8", email="z@qq.com"),
        ],
    )
    assert customers_of(result) == ["app:8 vip:8", "shop:1", "shop:2"]


def test_a_part_in_order_keeps_the_weak_keys_it_was_reached_with(bench):
    """Once the shared account is dropped, both sides are in order and keep their mails."""
    result = made(
        bench,
        [
            record("shop:1", id_number=LI, app_id="A1", email="li@qq.com"),
            record("shop:2", id_number=WANG, app_id="A1", email="wang@qq.com"),
            record("vip:1", email="li@qq.com"),
            record("vip:2", email="wang@qq.com"),
        ],
    )
    assert customers_of(result) == ["shop:1 vip:1", "shop:2 vip:2"]


def test_a_cluster_too_large_loses_its_weakest_keys(bench):
    """Four records where three may be one customer: two pairs by member id, tied by a mail."""
    records = [
        record("shop:1", member_id="M1", email="all@qq.com"),
        record("shop:2", member_id="M1"),
        record("shop:3", member_id="M2", email="all@qq.com"),
        record("shop:4", member_id="M2"),
    ]
    assert customers_of(made(bench, records, max_cluster_size=4)) == ["shop:1 shop:2 shop:3 shop:4"]
    result = made(bench, records, max_cluster_size=3)
    assert customers_of(result) == ["shop:1 shop:2", "shop:3 shop:4"]
    assert reasons(result) == [("too_large", "", 4, 2)]
    assert result["identity_conflicts"][0]["conflict_id"] == "too_large:cluster:shop:1"


def test_too_many_records_of_one_id_number_fall_apart(bench):
    """A clerk typed one number for everybody: nothing stronger is left to go by."""
    records = [record(f"shop:{i}", id_number=LI) for i in range(4)]
    result = made(bench, records, max_cluster_size=3)
    assert customers_of(result) == ["shop:0", "shop:1", "shop:2", "shop:3"]
    assert reasons(result) == [("too_large", "", 4, 4)]


def test_strays_do_not_make_a_part_too_large(bench):
    """Two strays would follow their mails to Wang, who has room for none."""
    records = [
        record("shop:1", id_number=LI, phone="13907110001"),
        record("app:1", phone="13907110001", email="both@qq.com"),
        record("shop:2", id_number=WANG, email="both@qq.com", member_id="M2"),
        record("shop:3", member_id="M2", email="w@qq.com"),
        record("vip:1", email="w@qq.com"),
        record("vip:2", email="w@qq.com"),
    ]
    assert customers_of(made(bench, records, max_cluster_size=3)) == ["app:1 shop:1", "shop:2 shop:3", "vip:1", "vip:2"]
