"""Notes and assignments in the store, on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import date

import pytest

from kezhi.errors import NotFound, WrongInput
from kezhi.store import owners, users
from kezhi.store.notes import notes_of, withdraw_note, write_note

TODAY = date(2025, 7, 1)


def write(session, words="爱喝茶", **other):
    return write_note(session, other.pop("customer_id", "c1"), words, **{"author": "anna", "learnt_on": TODAY, "today": TODAY} | other)


def test_a_note_is_kept_and_a_withdrawn_one_too(store):
    with store.session() as session:
        kept = write(session, tag=" 茶客 ", source="front_desk").note_id
        gone = write(session, customer_id="c2").note_id
    with store.session() as session:
        withdraw_note(session, gone, by="bo")
        withdraw_note(session, gone, by="carl")  # who came first stays
    with store.reading() as session:
        assert [(note.note_id, note.tag, note.source) for note in notes_of(session, {"c1"})] == [(kept, "茶客", "front_desk")]
        assert [(note.note_id, note.withdrawn_by) for note in notes_of(session, {"c2"})] == [(gone, "bo")]
        assert [note.note_id for note in notes_of(session, withdrawn=False)] == [kept]


@pytest.mark.parametrize(
    "wrong",
    [
        {"words": " ", "tag": " "},
        {"words": "x" * 4001},
        {"tag": "x" * 121},
        {"tag": "two\nlines"},
        {"source": "rumour"},
        {"learnt_on": date(2025, 7, 2)},
    ],
    ids=lambda wrong: "-".join(wrong),
)
def test_a_note_that_says_nothing_or_cannot_be_is_refused(store, wrong):
    with store.session() as session, pytest.raises(WrongInput):
        write(session, **wrong)


def test_a_note_of_another_customer_is_not_found(store):
    with store.session() as session:
        note = write(session).note_id
        with pytest.raises(NotFound):
            withdraw_note(session, note, by="bo", customer_ids={"c2"})
        with pytest.raises(NotFound):
            withdraw_note(session, "none", by="bo")


def test_a_customer_is_one_users_at_a_time(store):
    with store.session() as session:
        anna, bo = (users.add_user(session, login, None, "sales").user_id for login in ("anna", "bo"))
        many = [f"c{n}" for n in range(1200)]  # more than one statement binds
        assert owners.give(session, anna, many) == 1200
        assert owners.give(session, anna, many) == 0
        assert owners.give(session, bo, ["c1", "c2"]) == 2
        assert owners.counts(session) == {anna: 1198, bo: 2}
        assert owners.take(session, anna, many) == 1198
        assert owners.counts(session) == {bo: 2}
