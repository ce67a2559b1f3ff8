"""New and changed records join customers that are known, and nothing else moves."""

from __future__ import annotations

import random
from collections import defaultdict

import pytest
from identity_tables import TODAY, Made, customers_of, ids_of, made, record
from support import table

from kezhi.flow.warehouse import Warehouse
from kezhi.identity.memory import recalled_matching
from kezhi.kit.engine import ibis
from kezhi.settings import IdentitySettings

AGAIN = {"probable_links": True, "review": True, "review_from": 0.01, "rematch_below": 0, "rematch_share": 0.5}
SURNAMES, GIVEN = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高",
    ("伟", "芳", "娜", "敏", "静", "磊", "军", "洋", "勇", "艳", "建国", "秀英", "志强", "桂兰"),
)
CITIES = ("武汉市", "北京市", "上海市", "广州市", "成都市")


def crowd(people: int = 60, seed: int = 5) -> list[dict]:
    """Two records each of *people*: the second in another system, now and then with a digit or the city another."""
    rng, found = random.Random(seed), []
    for number in range(people):
        facts = {
            "name": rng.choice(SURNAMES) + rng.choice(GIVEN),
            "phone": f"13{rng.randrange(10**9):09d}",
            "birth_date": f"{rng.randrange(1950, 2005)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}",
            "city": rng.choice(CITIES),
        }
        found.append(record(f"a:{number:03d}", **facts))
        other = facts | ({"phone": facts["phone"][:-1] + str((int(facts["phone"][-1]) + 1) % 10)} if number % 2 else {"city": "天津市"})
        found.append(record(f"b:{number:03d}", **other))
    return found


CROWD = crowd()
NEW = record("c:001", name=CROWD[2]["name"], phone=CROWD[2]["phone"][:-2] + "00", birth_date=CROWD[2]["birth_date"], city=CROWD[2]["city"])
STRANGER = record(
    "c:002", name="欧阳子轩", phone="13912340987", birth_date="1999-09-09", city="昆明市", email="feng.v@126.com", gender="female"
)


@pytest.fixture(scope="module")
def first(tmp_path_factory) -> Made:
    from kezhi.settings import EngineSettings

    with Warehouse(EngineSettings(memory_limit="2GB"), tmp_path_factory.mktemp("scratch")) as bench:
        return made(bench, CROWD, **AGAIN)


def how(found: Made) -> tuple[bool, int]:
    """Whether all were matched, and how many records came or changed."""
    return found["identity_matching"][0]["is_full"], found["identity_matching"][0]["fresh_records"]


def test_most_people_of_the_crowd_are_one_customer(first: Made):
    assert how(first) == (True, 120)
    assert sum(len(customer.split()) == 2 for customer in customers_of(first)) >= 50


def test_a_run_on_the_same_records_matches_nothing_and_changes_nothing(first: Made, bench: Warehouse):
    again = made(bench, CROWD, before=first, **AGAIN)
    assert how(again) == (False, 0)
    same = [name for name in first if name != "identity_matching"]
    assert {name: again[name] for name in same} == {name: first[name] for name in same}


def test_what_comes_joins_its_customer_and_no_other_changes(first: Made, bench: Warehouse):
    again = made(bench, [*CROWD, NEW, STRANGER], before=first, **AGAIN)
    assert how(again) == (False, 2)
    ids = ids_of(again)
    assert ids["c:001"] == ids_of(first)["a:001"]
    assert {one: ids[one] for one in ids_of(first)} == ids_of(first)
    assert "c:002" in customers_of(again)
    joined = [row for row in again["identity_history"] if row["event"] == "joined" and row["record_id"] == "c:001"]
    assert [row["customer_id"] for row in joined] == [ids["c:001"]]
    full = made(bench, [*CROWD, NEW, STRANGER], before=first, **AGAIN | {"rematch_share": 0})
    assert how(full) == (True, 122)
    assert customers_of(full) == customers_of(again)


def test_what_came_is_remembered_by_the_next_run(first: Made, bench: Warehouse):
    second = made(bench, [*CROWD, NEW], before=first, **AGAIN)
    third = made(bench, [*CROWD, NEW, STRANGER], before=second, **AGAIN)
    assert how(third) == (False, 1)
    assert third["identity_matching"][0]["learnt_records"] == 120
    assert ids_of(third)["c:001"] == ids_of(first)["a:001"]
    keys = [(row["left_record_id"], row["right_record_id"]) for row in third["identity_matches"]]
    assert len(keys) == len(set(keys)) >= len(first["identity_matches"])


def test_a_record_that_tells_of_another_person_goes_to_them(first: Made, bench: Warehouse):
    changed = [{**CROWD[2], "record_id": one["record_id"], "source": "b"} if one["record_id"] == "b:005" else one for one in CROWD]
    again = made(bench, changed, before=first, **AGAIN)
    assert how(again) == (False, 1)
    ids, before = ids_of(again), ids_of(first)
    assert ids["b:005"] == ids["a:001"] != ids["a:005"]
    others = set(ids) - {"b:005", "a:005"}
    assert {one: ids[one] for one in others} == {one: before[one] for one in others}


def test_a_record_that_is_gone_leaves_the_others_of_its_customer(first: Made, bench: Warehouse):
    left = [one for one in CROWD if one["record_id"] != "a:003"]
    again = made(bench, left, before=first, **AGAIN)
    assert how(again) == (False, 0)
    assert "b:003" in customers_of(again)
    assert all(
        "a:003" not in (row["left_record_id"], row["right_record_id"]) for row in again["identity_matches"] + again["identity_review"]
    )


def test_two_customers_become_one_when_what_comes_is_both(bench: Warehouse):
    """One tells a phone, the other a mail: nothing says that they are one, until a record tells both."""
    one = record("a:900", name="司徒慕容", phone="13700001234", birth_date="1981-02-03")
    other = record("b:900", name="司徒慕容", email="murong.situ@example.cn", wechat_id="situmr1981")
    bridge = record(
        "c:900", name="司徒慕容", phone="13700001235", email="murong.situ@example.cn", wechat_id="situmr1981", birth_date="1981-02-03"
    )
    start = made(bench, [*CROWD, one, other], **AGAIN | {"probability": 0.99})
    assert {"a:900", "b:900"} <= set(customers_of(start))
    again = made(bench, [*CROWD, one, other, bridge], before=start, **AGAIN | {"probability": 0.99})
    assert how(again) == (False, 1)
    assert "a:900 b:900 c:900" in customers_of(again)
    assert "merged" in {row["event"] for row in again["identity_history"]}


@pytest.mark.parametrize(
    ("change", "labels", "goes_on"),
    [
        ({}, [], True),
        ({"rematch_below": 121}, [], True),
        ({"rematch_below": 122}, [], False),
        ({"rematch_share": 1 / 121}, [], True),
        ({"rematch_share": 0.0}, [], False),
        ({"probability": 0.95}, [], False),
        ({"ignored_values": ["13000000001"]}, [], False),
        ({}, [{"left_record_id": "a:001", "right_record_id": "b:002", "label": 0}], True),
        ({"relearn_answers": 1}, [{"left_record_id": "a:001", "right_record_id": "b:002", "label": 0}], False),
    ],
)  # fmt: skip
def test_all_records_are_matched_again_when_something_else_changed(first: Made, bench: Warehouse, change, labels, goes_on):
    told = table("customer_records", [*CROWD, NEW], bench).mutate(is_left=ibis.null("boolean"))
    exact = told.select("record_id", cluster="record_id")
    said = ibis.memtable(labels) if labels else None
    previous = {name: table(name, first[name], bench) for name in first if name.startswith("identity_")}
    memory = recalled_matching(told, exact, said, previous, IdentitySettings(**AGAIN | change), bench)
    assert (memory is not None) == goes_on


def test_answers_hold_at_once_and_are_learnt_from_when_there_are_enough(first: Made, bench: Warehouse):
    ids = ids_of(first)
    one, other = next(pair for pair in (("a:001", "b:001"), ("a:007", "b:007"), ("a:009", "b:009")) if ids[pair[0]] == ids[pair[1]])
    told = {"decision_id": "d1", "number": 1, "kind": "apart", "author": "anna", "made_on": TODAY}
    decision = told | {"one_records": [one], "other_records": [other]}
    few = AGAIN | {"relearn_answers": 2}
    parted = made(bench, CROWD, before=first, decisions=[decision], **few)
    assert (how(parted), parted["identity_matching"][0]["answers_since"]) == ((False, 0), 1)
    assert ids_of(parted)[one] != ids_of(parted)[other]
    same = made(bench, CROWD, before=parted, decisions=[decision], **few)
    assert (how(same), same["identity_matching"][0]["answers_since"]) == ((False, 0), 1)
    back = made(bench, CROWD, before=parted, decisions=[decision | {"undone_on": TODAY}], **few)
    assert (how(back), back["identity_matching"][0]["answers_since"]) == ((True, 120), 0)
    assert customers_of(back) == customers_of(first)


def loads(seed: int) -> tuple[list[dict], list[list[dict]]]:
    """Records with a few valid id numbers, and how they come: some more, some gone, some changed each day."""
    rng = random.Random(seed)
    people = [
        one | ({"id_number": f"N{one['record_id'][2:]}", "id_number_valid": True} if rng.random() < 0.3 else {}) for one in crowd(40, seed)
    ]
    rng.shuffle(people)
    days, here = [], people[:60]
    for day in range(3):
        here = [one for one in here if rng.random() > 0.05] + people[60 + day * 7 : 67 + day * 7]
        here = [one | {"phone": rng.choice(people)["phone"]} if rng.random() < 0.04 else one for one in here]
        days.append(here)
    return people[:60], days


@pytest.mark.parametrize("seed", range(2))
def test_day_after_day_every_record_has_one_customer_that_can_be_one_person(seed: int, bench: Warehouse):
    """And what comes out day by day is nearly what all at once gives."""
    start, days = loads(seed)
    found = made(bench, start, **AGAIN, max_cluster_size=4)
    for records in days:
        found = made(bench, records, before=found, **AGAIN | {"rematch_share": 1.0}, max_cluster_size=4)
        assert not found["identity_matching"][0]["is_full"]
        held = defaultdict(set)
        by_id = {one["record_id"]: one for one in records}
        assert [row["record_id"] for row in found["identity_links"]] == sorted(by_id)
        assert [row["record_id"] for row in found["identity_forms"]] == sorted(by_id)
        for record_id, customer in ids_of(found).items():
            held[customer].add(record_id)
        for customer in held.values():
            assert len(customer) <= 4
            assert len({by_id[one].get("id_number") for one in customer} - {None}) <= 1
        numbers = [row["row"] for row in found["identity_forms"]]
        assert len(numbers) == len(set(numbers))
        ends = [(row["left_record_id"], row["right_record_id"]) for row in found["identity_matches"]]
        assert len(ends) == len(set(ends))
        assert {end for pair in ends for end in pair} <= set(by_id)
        asked = {row["pair_id"] for row in found["identity_review"]}
        assert {row["pair_id"] for row in found["identity_evidence"]} == asked
    whole = set(customers_of(made(bench, days[-1], **AGAIN, max_cluster_size=4)))
    mine = set(customers_of(found))
    assert len(whole & mine) >= 0.95 * len(whole | mine)


@pytest.mark.spark
def test_both_engines_join_the_same(first: Made, bench: Warehouse, spark_bench: Warehouse):
    here, there = (made(one, [*CROWD, NEW, STRANGER], before=first, **AGAIN) for one in (bench, spark_bench))
    assert here == there
    forms = next(row for row in there["identity_forms"] if row["record_id"] == "c:002")
    assert (forms["email"], forms["gender"]) == ("feng.v@126.com", "f"), "Spark's trim takes more than blanks"
