"""Values that say nothing, or that several people use, join nobody and are reported."""

from __future__ import annotations

from collections import Counter

from identity_tables import customers_of, made, record

PHONE = "13907110001"


PLACEHOLDERS = {
    "phone": ["13800000000", "13800138000", "11111111111", "12345678901", "13912345678"],
    "email": ["test@qq.com", "test01@163.com", "noreply@shop.cn", "no-reply@shop.cn", "zhang@example.com", "zhang@", "@qq.com", "zhang"],
    "member_id": ["000000", "0", "无"],
    "app_id": ["NULL", "99999999"],
    "wechat_id": ["123456", "aaaaaaaa"],
}
ORDINARY = {
    "phone": ["13888888881"],
    "email": ["tester.li@qq.com", "li@testing.cn", "nonesuch@qq.com"],
    "member_id": ["7", "11", "1234567"],
    "app_id": ["1000000"],
    "wechat_id": ["none_but_me"],
}


def two_records_each(values: dict[str, list[str]]) -> list[dict]:
    """Two records per value, which nothing else ties to others."""
    return [
        record(f"{source}:{kind}:{number}", **{kind: value})
        for kind, some in values.items()
        for number, value in enumerate(some)
        for source in ("app", "shop")
    ]


def test_a_placeholder_joins_nobody_and_is_reported(bench):
    result = made(bench, two_records_each(PLACEHOLDERS))
    assert {link["records"] for link in result["identity_links"]} == {1}
    assert {(c["reason"], c["records"], c["customers"]) for c in result["identity_conflicts"]} == {("placeholder", 2, 2)}
    assert Counter(c["key_kind"] for c in result["identity_conflicts"]) == {kind: len(some) for kind, some in PLACEHOLDERS.items()}


def test_an_ordinary_value_that_looks_like_a_placeholder_joins(bench):
    result = made(bench, two_records_each(ORDINARY))
    assert {link["records"] for link in result["identity_links"]} == {2}
    assert result["identity_conflicts"] == []


def test_ignored_values_of_the_settings_join_nobody(bench):
    records = [record("app:1", email="kasse@laden.cn"), record("shop:1", email="kasse@laden.cn")]
    result = made(bench, records, ignored_values=[" Kasse@Laden.cn "])
    assert customers_of(result) == ["app:1", "shop:1"]
    assert result["identity_conflicts"][0]["masked_value"] == "k***@laden.cn"


def test_a_phone_of_too_many_records_joins_nobody(bench):
    """The shop's own number, typed for three customers without names, where two are allowed."""
    records = [record(f"shop:{i}", phone=PHONE) for i in (1, 2, 3)]
    result = made(bench, records, max_records_per_value=2)
    assert customers_of(result) == ["shop:1", "shop:2", "shop:3"]
    assert result["identity_conflicts"] == [
        {
            "conflict_id": "shared_value:phone:shop:1",
            "reason": "shared_value",
            "key_kind": "phone",
            "masked_value": "139****0001",
            "records": 3,
            "customers": 3,
        }
    ]
    assert customers_of(made(bench, records, max_records_per_value=3)) == ["shop:1 shop:2 shop:3"]


def test_a_member_id_may_be_on_many_records(bench):
    records = [record(f"shop:{i}", member_id="M1", name=f"name {i}") for i in (1, 2, 3)]
    assert customers_of(made(bench, records, max_records_per_value=2)) == ["shop:1 shop:2 shop:3"]


def test_a_mail_with_too_many_names_joins_nobody(bench):
    records = [record(f"shop:{i}", email="team@firm.cn", name=name) for i, name in enumerate(["王伟", "李娜", "张敏", "王 伟"])]
    result = made(bench, records)
    assert customers_of(result) == ["shop:0", "shop:1", "shop:2", "shop:3"]
    assert result["identity_conflicts"][0]["reason"] == "shared_value"


def test_a_couple_with_one_phone_stays_two_customers_each_with_its_own_records(bench):
    """Husband and wife use his number; a record without a name could be either's and joins neither."""
    result = made(
        bench,
        [
            record("app:1", phone=PHONE, name="王伟"),
            record("app:2", phone=PHONE, name="李娜"),
            record("shop:1", phone=PHONE, name="王 伟"),
            record("shop:2", phone=PHONE, name="李娜"),
            record("vip:9", phone=PHONE),
        ],
    )
    assert customers_of(result) == ["app:1 shop:1", "app:2 shop:2", "vip:9"]
    conflict = result["identity_conflicts"][0]
    assert (conflict["reason"], conflict["records"], conflict["customers"]) == ("shared_value", 5, 3)


def test_a_name_misspelt_by_one_character_is_the_same_person(bench):
    """Replaced, added, left out; a name of one character leaves too little to go by."""
    names = [("王晓明", "王小明"), ("Ann Lee", "Anne Lee"), ("王伟", "王玮"), ("欧阳若曦", "欧阳若"), ("王", "李")]
    records = [
        record(f"{s}:{i}", phone=f"1390711000{i}", name=name) for i, pair in enumerate(names) for s, name in zip("ab", pair, strict=True)
    ]
    assert customers_of(made(bench, records)) == ["a:0 b:0", "a:1 b:1", "a:2 b:2", "a:3 b:3", "a:4", "b:4"]


def test_brothers_whose_names_differ_by_one_character_stay_two(bench):
    """Birthday, gender or the birthday of an id number tells them apart; what only one of them tells does not."""
    told = [
        ({"birth_date": "1990-01-01"}, {"birth_date": "1994-05-05"}),
        ({"gender": "male"}, {"gender": "female"}),
        ({"id_birth_date": "1990-01-01"}, {"birth_date": "1994-05-05"}),
        ({"birth_date": "1990-01-01"}, {"gender": "female"}),
    ]
    records = [
        record(f"{name}:{i}", phone=f"1390711000{i}", name=name, **fields)
        for i, pair in enumerate(told)
        for name, fields in zip(("王建国", "王建民"), pair, strict=True)
    ]
    assert customers_of(made(bench, records)) == [
        "王建国:0",
        "王建国:1",
        "王建国:2",
        "王建国:3 王建民:3",
        "王建民:0",
        "王建民:1",
        "王建民:2",
    ]


def test_records_without_a_name_join_by_a_phone_of_one_name(bench):
    records = [record("app:1", phone=PHONE, name="王伟"), record("shop:1", phone=PHONE)]
    assert customers_of(made(bench, records)) == ["app:1 shop:1"]


def test_a_couple_that_a_member_id_shows_to_be_one_person_is_no_conflict(bench):
    """Name changed by marriage: the phone alone would not join them, the member id does."""
    records = [
        record("app:1", phone=PHONE, name="Ann Lee", member_id="M1"),
        record("vip:1", phone=PHONE, name="Ann Miller", member_id="M1"),
    ]
    result = made(bench, records)
    assert customers_of(result) == ["app:1 vip:1"]
    assert result["identity_conflicts"] == []
    assert {link["linked_by"] for link in result["identity_links"]} == {"member_id"}
