"""Tags of notes: who had which one when, by hand-checked days; that both engines agree is told by tests/flow/test_parity.py."""

from __future__ import annotations

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import rows, table

from kezhi.profile import notes
from kezhi.profile.hand_given import hand_given_history, hand_given_tags

AS_OF = date(2025, 7, 1)


def noted(note_id, learnt, withdrawn=None, who="a", tag="VIP", author="anna"):
    return {
        "note_id": note_id, "customer_id": who, "tag": tag, "words": "", "author": author, "source": "phone",
        "learnt_on": learnt, "withdrawn_on": withdrawn,
    }  # fmt: skip


def spells_of(found, bench):
    return [
        (str(row["valid_from"]), row["valid_to"] and str(row["valid_to"]))
        for row in sorted(rows(found, bench), key=lambda row: row["valid_from"])
    ]


def test_notes_that_overlap_are_one_spell_and_a_gap_makes_two(bench):
    """1 to 10 May and 5 to 20 May hold from 1 to 20; from 1 June on it holds again."""
    written = [
        noted("n1", "2025-05-01", "2025-05-10"),
        noted("n2", "2025-05-05", "2025-05-20"),
        noted("n3", "2025-06-01"),
        noted("n4", "2025-06-02", "2025-06-03"),
    ]
    made = hand_given_history(table("notes", written, bench), as_of=AS_OF)
    assert spells_of(made, bench) == [("2025-05-01", "2025-05-20"), ("2025-06-01", None)]


def test_what_was_learnt_and_withdrawn_on_one_day_held_on_none_and_words_alone_are_no_tag(bench):
    written = [noted("n1", "2025-05-01", "2025-05-01"), noted("n2", "2025-05-01", tag=None)]
    assert spells_of(hand_given_history(table("notes", written, bench), as_of=AS_OF), bench) == []


def test_a_note_after_the_day_of_the_run_is_told_as_that_day(bench):
    """Orders may come days after people spoke: the run knows the note, the day of the data is earlier."""
    made = table("notes", [noted("n1", "2025-07-20")], bench)
    assert spells_of(hand_given_history(made, as_of=AS_OF), bench) == [("2025-07-01", None)]


def test_a_tag_counts_its_notes_and_names_who_said_so_last(bench):
    written = [noted("n1", "2025-05-01"), noted("n2", "2025-06-01", author="bo"), noted("n3", "2025-06-10", "2025-06-11", author="carl")]
    (tag,) = rows(hand_given_tags(table("notes", written, bench)), bench)
    assert (tag["evidence"], tag["author"], tag["learnt_on"], tag["basis"]) == (2, "bo", date(2025, 6, 1), "hand_given")


def test_a_note_follows_its_customer_into_a_merge(bench):
    """b was merged into a: record b belongs to a now. Somebody whom no source knows any more keeps the id."""
    links = [{"record_id": one, "customer_id": "a", "source": "s", "records": 2} for one in ("a", "b")]
    made = notes(
        table("notes", [noted("n1", "2025-05-01", who="b"), noted("n2", "2025-05-01", who="gone")], bench),
        table("identity_links", links, bench),
    )
    assert {row["note_id"]: row["customer_id"] for row in rows(made, bench)} == {"n1": "a", "n2": "gone"}


DAYS = st.integers(1, 28)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(DAYS, st.one_of(st.none(), DAYS)), min_size=1, max_size=6))
def test_on_every_day_the_history_says_what_the_notes_say(bench, spans):
    """A tag holds on day D where some note was learnt on or before D and not withdrawn by then."""
    written = [noted(f"n{n}", f"2025-05-{a:02d}", b and f"2025-05-{b:02d}") for n, (a, b) in enumerate(spans)]
    spells = rows(hand_given_history(table("notes", written, bench), as_of=AS_OF), bench)
    for day in range(1, 31):
        on = date(2025, 5, day)
        wanted = any(a <= day and (b is None or b > day) for a, b in spans)
        held = [one for one in spells if one["valid_from"] <= on and (one["valid_to"] is None or one["valid_to"] > on)]
        assert len(held) == wanted
