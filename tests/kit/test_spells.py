"""A dated history grows by one run at a time, and a run of the same day again changes nothing."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kezhi.kit.engine import ibis, ir
from kezhi.kit.spells import spells

SCHEMA = pa.schema([("who", pa.string()), ("valid_from", pa.date32()), ("valid_to", pa.date32())])


def held(who: str) -> ir.Table:
    return ibis.memtable(pa.table({"who": pa.array(list(who), pa.string())}))


def grown(runs: list[tuple[date, str]]) -> list[tuple[str, date, date | None]]:
    """The history after *runs*, each a day and whom it saw."""
    rows: list[dict] = []
    before = None
    for day, who in runs:
        known = ibis.memtable(pa.Table.from_pylist(rows, SCHEMA)) if before else None
        rows = spells(held(who), keys=("who",), as_of=day, previous=known, previous_as_of=before).to_pyarrow().to_pylist()
        before = day
    return sorted((row["who"], row["valid_from"], row["valid_to"]) for row in rows if row["valid_to"]) + sorted(
        (row["who"], row["valid_from"], None) for row in rows if not row["valid_to"]
    )


D1, D2, D3 = date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1)


def test_who_leaves_gets_an_end_and_who_comes_back_a_new_beginning():
    """a stays, b leaves and comes back, c comes."""
    assert grown([(D1, "ab"), (D2, "ac"), (D3, "abc")]) == [("b", D1, D2), ("a", D1, None), ("b", D3, None), ("c", D2, None)]


@pytest.mark.parametrize("again", ["", "b", "abc"])
def test_a_run_of_the_same_day_takes_back_what_the_first_said(again: str):
    assert grown([(D1, "ab"), (D2, again), (D2, "ac")]) == grown([(D1, "ab"), (D2, "ac")])


def test_a_run_of_an_earlier_day_begins_anew():
    assert grown([(D2, "ab"), (D1, "b")]) == [("b", D1, None)]


@given(st.lists(st.sets(st.sampled_from("abc")), min_size=1, max_size=5))
@settings(max_examples=40, deadline=None)
def test_on_the_day_of_each_run_the_history_has_whom_the_run_saw(seen: list[set[str]]):
    runs = [(date(2025, 1, 1 + n), "".join(sorted(who))) for n, who in enumerate(seen)]
    history = grown(runs)
    for day, who in runs:
        found = {name for name, start, end in history if start <= day and (end is None or end > day)}
        assert found == set(who)
