"""What holds for any records: laws over random ones."""

from __future__ import annotations

import random
from collections import defaultdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from identity_tables import ids_of, made, record

FEW = settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
LIMITS = {"max_cluster_size": 5, "max_records_per_value": 4}


@st.composite
def people(draw) -> list[dict]:
    """Records whose few values collide often: chains, families, two id numbers, crowds."""
    rng = random.Random(draw(st.integers(0, 2**32)))
    return [
        record(
            f"{rng.choice('abc')}:{number:02d}",
            trust=rng.randint(1, 3),
            id_number=rng.choice([None, None, None, "ID1", "ID2", "ID3"]),
            member_id=rng.choice([None, None, "M1", "M2", "M3", "M4"]),
            phone=rng.choice([None, *(f"1390711000{i}" for i in range(9))]),
            email=rng.choice([None, None, *(f"m{i}@qq.com" for i in range(6))]),
            name=rng.choice([None, "王伟", "王玮", "李娜"]),
            registered_at=rng.choice([None, "2024-01-01", "2024-02-01"]),
        )
        for number in range(rng.randint(2, 28))
    ]


@FEW
@given(records=people(), seed=st.integers(0, 99))
def test_every_record_has_one_customer_that_can_be_one_person(bench, records, seed):
    """One link per record, at most one valid id number and five records; and the order of rows is without effect."""
    result = made(bench, records, **LIMITS)
    assert [link["record_id"] for link in result["identity_links"]] == sorted(r["record_id"] for r in records)
    numbers, sizes = defaultdict(set), defaultdict(int)
    by_id = {r["record_id"]: r for r in records}
    for record_id, customer_id in ids_of(result).items():
        sizes[customer_id] += 1
        numbers[customer_id] |= {by_id[record_id]["id_number"]} - {None}
    assert max(sizes.values()) <= 5
    assert max(len(found) for found in numbers.values()) <= 1
    assert {link["customer_id"]: link["records"] for link in result["identity_links"]} == sizes
    assert {row["customer_id"]: row["records"] for row in result["customers"]} == sizes
    assert made(bench, random.Random(seed).sample(records, len(records)), **LIMITS) == result


@FEW
@given(records=people(), later=people(), seed=st.integers(0, 99))
def test_ids_live_on_and_no_two_customers_share_one(bench, records, later, seed):
    """A re-run changes nothing; with records gone and come, an id that lives stays with one of its records' customers."""
    first = made(bench, records, **LIMITS)
    assert made(bench, records, previous=first["identity_links"], **LIMITS) == first
    kept = [r for r in records if random.Random(seed).random() < 0.7 or r["record_id"][0] == "a"]
    now = kept + [{**r, "record_id": "z" + r["record_id"]} for r in later]
    old, new = ids_of(first), ids_of(made(bench, now, previous=first["identity_links"], **LIMITS))
    ours = made(bench, now, **LIMITS)
    assert _grouping(new) == _grouping(ids_of(ours))  # ids are about names, never about who is who
    former = set(old.values())
    for record_id, customer_id in new.items():
        assert customer_id in former or customer_id in new  # the record_id of a founding record, then or now
        if customer_id in former:
            assert any(old.get(r) == customer_id or r == customer_id for r, c in new.items() if c == customer_id), record_id


def _grouping(ids: dict[str, str]) -> set[frozenset[str]]:
    found = defaultdict(set)
    for record_id, customer_id in ids.items():
        found[customer_id].add(record_id)
    return {frozenset(records) for records in found.values()}


@pytest.mark.spark
def test_spark_finds_the_same_customers(bench, spark_bench):
    """Families, chains, two id numbers, placeholders and a previous run."""
    rng = random.Random(11)
    records = [
        record(
            f"{rng.choice('abc')}:{number:02d}",
            id_number=rng.choice([None, None, "ID1", "ID2"]),
            phone=rng.choice([None, "13800138000", *(f"1390711000{i}" for i in range(7))]),
            email=rng.choice([None, None, *(f"m{i}@qq.com" for i in range(6))]),
            name=rng.choice([None, "王伟", "王玮", "李娜", "李 娜"]),
            address=rng.choice([None, "解放大道", "解放大道 1 号"]),
            flags=rng.choice([None, "impossible_age", "future_registration"]),
        )
        for number in range(30)
    ]
    previous = [{"record_id": "a:00", "customer_id": "gone:1", "source": "a", "records": 1}]
    there, here = (made(engine, records, previous=previous, **LIMITS) for engine in (spark_bench, bench))
    assert here["identity_conflicts"]
    assert there == here
