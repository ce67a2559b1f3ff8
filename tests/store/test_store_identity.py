"""Decisions about who is who in the store, on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest

from kezhi.errors import NotFound, WrongInput
from kezhi.store.identity import decide, decisions, undo


def test_a_decision_is_kept_in_order_and_an_undone_one_too(store):
    with store.session() as session:
        first = decide(session, "same", ["a:1", "a:2"], ["b:1"], author="anna", reason=" 同一人 ").decision_id
        second = decide(session, "apart", ["a:1"], ["b:1"], author="bo").decision_id
    with store.session() as session:
        undo(session, second, by="carl", reason="wrong")
        undo(session, second, by="dora")  # who came first stays
    with store.reading() as session:
        assert [(made.decision_id, made.reason) for made in decisions(session, {"a:2", "x"})] == [(first, "同一人")]
        assert [(made.decision_id, made.undone_by) for made in decisions(session)] == [(second, "carl"), (first, None)]
        assert [made.decision_id for made in decisions(session, undone=False)] == [first]


@pytest.mark.parametrize(("kind", "one", "other"), [("maybe", ["a"], ["b"]), ("same", [], ["b"]), ("apart", ["a", "b"], ["b"])])
def test_a_decision_that_says_nothing_is_refused(store, kind, one, other):
    with store.session() as session:
        with pytest.raises(WrongInput):
            decide(session, kind, one, other, author="anna")
        with pytest.raises(NotFound):
            undo(session, "none", by="anna")
