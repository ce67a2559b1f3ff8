"""What people decide wins over the machine, and taking it back gives each exactly what it had."""

from __future__ import annotations

import random
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from identity_tables import TODAY, Made, customers_of, ids_of, made, record
from support import rows, table

from kezhi.identity.deciding import grouped
from kezhi.identity.history import history

PHONE, OTHER = "13907110001", "13907110002"
WANG, LI = record("a:1", phone=PHONE), record("b:1", phone=OTHER)


def rule(number: int, kind: str, one: str, other: str, undone: bool = False) -> dict:
    """A decision about two groups of records, blank separated."""
    return {
        "decision_id": f"d{number}", "number": number, "kind": kind, "one_records": one.split(), "other_records": other.split(),
        "author": "anna", "made_on": TODAY, "undone_on": TODAY if undone else None,
    }  # fmt: skip


def after(bench, records, decisions, last: Made | None = None) -> Made:
    """A run after *last*."""
    return made(
        bench, records, decisions=decisions, previous=last and last["identity_links"], history=last and last["identity_history"]
    )  # fmt: skip


def test_a_merge_joins_what_no_key_does_and_its_undo_gives_back_both_ids_and_all_orders(bench):
    """b:2 is tied to b:1 by the phone and comes along; orders follow and go back."""
    records = [{**WANG, "registered_at": "2024-01-01"}, LI, record("b:2", phone=OTHER)]
    orders = [
        {"order_id": f"o{n}", "record_id": r, "source": "a", "order_kind": "purchase", "ordered_at": "2025-01-01", "net_amount": 5, "status": "paid"}
        for n, r in enumerate(["a:1", "b:1", "b:2"])
    ]  # fmt: skip
    before = made(bench, records, orders=orders)
    once = made(
        bench,
        records,
        orders=orders,
        previous=before["identity_links"],
        history=before["identity_history"],
        decisions=[rule(1, "same", "a:1", "b:1")],
    )
    assert ids_of(once) == {"a:1": "a:1", "b:1": "a:1", "b:2": "a:1"}
    assert {row["customer_id"] for row in once["orders"]} == {"a:1"}
    assert {link["record_id"]: link["method"] for link in once["identity_links"]} == {"a:1": "decided", "b:1": "exact", "b:2": "exact"}
    back = made(
        bench,
        records,
        orders=orders,
        previous=once["identity_links"],
        history=once["identity_history"],
        decisions=[rule(1, "same", "a:1", "b:1", undone=True)],
    )
    for name in ("identity_links", "customers", "orders"):
        assert back[name] == before[name], name
    assert [(row["event"], row["former_id"], row["customer_id"], row["decision_id"]) for row in back["identity_history"] if row["record_id"] == "b:2"] == [
        ("new", None, "b:1", None), ("merged", "b:1", "a:1", None), ("split", "a:1", "b:1", None),
    ]  # fmt: skip
    assert [row["decision_id"] for row in back["identity_history"] if row["record_id"] == "b:1"] == [None, "d1", "d1"]


def test_a_split_wins_over_a_common_key_and_each_other_record_stays_with_its_strongest_tie(bench):
    """All three share a phone; c:1 also has b:1's member id, so it goes with b:1."""
    records = [record("a:1", phone=PHONE), record("b:1", phone=PHONE, member_id="M77"), record("c:1", phone=PHONE, member_id="M77")]
    assert customers_of(made(bench, records, decisions=[rule(1, "apart", "a:1", "b:1")])) == ["a:1", "b:1 c:1"]


def test_of_two_decisions_the_newer_holds_and_without_it_the_older():
    merge, split = rule(1, "same", "a:1", "b:1"), rule(2, "apart", "a:1", "b:1")
    assert grouped(["a:1", "b:1"], [split, merge], []) == {"a:1": "a:1", "b:1": "b:1"}
    assert grouped(["a:1", "b:1"], [merge], []) == {"a:1": "a:1", "b:1": "a:1"}


def test_a_person_may_join_what_a_guard_keeps_apart_and_a_gone_record_does_not_end_it():
    """b:1 is named first but no source has it any more; b:2 was its customer's too."""
    assert grouped(["a:1", "b:2"], [rule(1, "same", "a:1", "b:1 b:2")], []) == {"a:1": "a:1", "b:2": "a:1"}


def test_an_id_inherited_from_a_record_that_is_gone_comes_back_too(bench):
    """The second customer is named after x:9, which no source has any more."""
    past = [
        {"record_id": r, "number": 1, "event": "new", "customer_id": c, "as_of": date(2025, 1, 1), "recorded_on": date(2025, 1, 1)}
        for r, c in (("a:1", "a:1"), ("b:1", "x:9"))
    ]
    last = {"identity_links": [{"record_id": r, "customer_id": c, "source": r[0], "records": 1} for r, c in (("a:1", "a:1"), ("b:1", "x:9"))], "identity_history": past}  # fmt: skip
    both = after(bench, [WANG, LI], [rule(1, "same", "a:1", "b:1")], last)
    assert len(set(ids_of(both).values())) == 1
    assert ids_of(after(bench, [WANG, LI], [rule(1, "same", "a:1", "b:1", undone=True)], both)) == {"a:1": "a:1", "b:1": "x:9"}


def test_records_that_come_and_go_are_events():
    """b:1 leaves and comes back as somebody new; c:1 joins a:1 and is then found to be b:1's."""
    past = None
    for day, owners in enumerate(
        [{"a:1": "a:1", "b:1": "b:1"}, {"a:1": "a:1", "c:1": "a:1"}, {"a:1": "a:1", "b:1": "b:1", "c:1": "b:1"}], 1
    ):
        links = table("identity_links", [{"record_id": r, "customer_id": c, "source": r[0], "records": 1} for r, c in owners.items()])
        past = table("identity_history", rows(history(links, past, None, as_of=TODAY, recorded_on=date(2025, 7, day))))
    told = [(row["recorded_on"].day, row["record_id"], row["event"], row["customer_id"]) for row in rows(past)]
    assert sorted(told) == [
        (1, "a:1", "new", "a:1"), (1, "b:1", "new", "b:1"), (2, "b:1", "gone", None), (2, "c:1", "joined", "a:1"),
        (3, "b:1", "new", "b:1"), (3, "c:1", "split", "b:1"),
    ]  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_any_sequence_of_decisions_and_undos_gives_back_exactly_who_was_who(seed):
    """Grouping is a function of the decisions that hold: no `apart` pair is together unless a newer `same` chain says so."""
    rng = random.Random(seed)
    records = [f"{letter}:1" for letter in "abcdefgh"]
    ties = sorted({(rng.randint(0, 7), 0.0, *sorted(rng.sample(records, 2))) for _ in range(6)})
    before = grouped(records, [], ties)
    holding: list[dict] = []
    states: list[tuple[list[dict], dict[str, str]]] = [([], before)]
    for number in range(1, 7):
        sides = rng.sample(records, 3)
        holding = [rule(number, rng.choice(["same", "apart"]), sides[0], " ".join(sides[1:])), *holding]
        states.append((holding, grouped(records, holding, ties)))
        newest = states[-1][1]
        together = {newest[record_id] == newest[sides[0]] for record_id in sides[1:2]}
        assert together == {holding[0]["kind"] == "same"}, "the newest decision always holds"
    while len(states) > 1:
        states.pop()
        holding = holding[1:]
        assert grouped(records, holding, ties) == states[-1][1]
    assert grouped(reversed(records), [], ties) == before


def test_ids_and_golden_rows_come_back_through_runs_of_merges_and_undos(bench):
    """Merges of random customers run one after the other, then undone newest first: every earlier state comes back whole."""
    rng = random.Random(5)
    records = [
        record(f"{rng.choice('abc')}:{n}", phone=rng.choice([PHONE, OTHER, None]), name=rng.choice(["王伟", "李娜"]), registered_at=rng.choice(["2024-01-01", "2024-02-01", None]))
        for n in range(7)
    ]  # fmt: skip
    states = [made(bench, records)]
    rules: list[dict] = []
    for number in (1, 2):
        one, other = rng.sample([row["record_id"] for row in records], 2)
        rules.append(rule(number, "same", one, other))
        states.append(after(bench, records, rules, states[-1]))
    last = states.pop()
    while rules:
        rules = rules[:-1]
        last = after(bench, records, rules or None, last)
        wanted = states.pop()
        assert (last["identity_links"], last["customers"]) == (wanted["identity_links"], wanted["customers"])
