"""Accounts, sessions, tokens and the audit log, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import update

from kezhi.errors import NotFound, SignInFailed, StoreUnreachable, WrongInput
from kezhi.store import Database, audit, sessions, sqlite_url, users
from kezhi.store.records import AuditEntry, User, WebSession, utc_now

PASSWORD = "correct horse battery"


@pytest.fixture
def anna(store):
    with store.session() as session:
        return users.add_user(session, " Anna ", PASSWORD, "sales")


def test_a_password_opens_only_its_account(store, anna):
    with store.session() as session:
        assert users.check_password(session, "ANNA", PASSWORD).user_id == anna.user_id
    for login, password in (("anna", "wrong"), ("nobody", PASSWORD), ("anna", "")):
        with pytest.raises(SignInFailed), store.session() as session:
            users.check_password(session, login, password)


def test_five_wrong_tries_lock_the_account_even_for_the_right_password(store, anna):
    for _ in range(users.TRIES):
        with store.session() as session, pytest.raises(SignInFailed):
            users.check_password(session, "anna", "wrong")
    with store.session() as session, pytest.raises(SignInFailed):
        users.check_password(session, "anna", PASSWORD)
    with store.session() as session:
        session.execute(update(User).values(locked_until=utc_now() - timedelta(seconds=1)))
    with store.session() as session:
        assert users.check_password(session, "anna", PASSWORD)


def test_a_login_is_given_once_and_a_weak_password_never(store, anna):
    for login, password in (("anna", PASSWORD), ("", PASSWORD), ("ben", "short"), ("benjamin-b", "BENJAMIN-B")):
        with pytest.raises(WrongInput), store.session() as session:
            users.add_user(session, login, password, "sales")
    with pytest.raises(WrongInput), store.session() as session:
        users.add_user(session, "ben", PASSWORD, "king")


def test_the_last_admin_stays(store):
    with store.session() as session:
        users.add_user(session, "root", PASSWORD, "admin")
    for change in ({"role": "sales"}, {"disabled": True}):
        with pytest.raises(WrongInput), store.session() as session:
            users.change_user(session, "root", **change)


def test_a_session_lives_until_its_end_or_until_the_account_is_disabled(store, anna):
    with store.session() as session:
        key = sessions.begin_session(session, anna.user_id)
        assert sessions.session_account(session, key) == (anna, False)
        assert sessions.session_account(session, key + "x") is None
        session.execute(update(WebSession).values(expires_at=utc_now() + timedelta(hours=1)))
        assert sessions.session_account(session, key)[1], "somebody at work: its end is to be put off"
        sessions.put_off(session, key)
        assert not sessions.session_account(session, key)[1]
        users.change_user(session, "anna", disabled=True)
        assert sessions.session_account(session, key) is None


def test_a_token_does_what_it_names_until_it_is_revoked(store, anna):
    with store.session() as session:
        token, key = sessions.add_token(session, anna.user_id, "script", ["customers.read"])
        assert sessions.token_account(session, key)[:2] == (anna, ("customers.read",))
        with pytest.raises(NotFound):
            sessions.revoke_token(session, "another user", token.token_id)
        sessions.revoke_token(session, anna.user_id, token.token_id)
        assert sessions.token_account(session, key) is None


def test_another_password_ends_all_sessions(store, anna):
    with store.session() as session:
        key = sessions.begin_session(session, anna.user_id)
        users.set_password(session, users.find_user(session, "anna"), PASSWORD + "!")
        assert sessions.session_account(session, key) is None


def test_an_audit_entry_that_is_changed_or_taken_out_is_found(store):
    with store.session() as session:
        for number in range(5):
            audit.note(session, "seen", f"c{number}", login="anna", details={"字段": ["phone"]})
        assert audit.first_broken(session) is None
    with store.reading() as session:
        session.execute(update(AuditEntry).where(AuditEntry.number == 3).values(subject="c9"))
        assert audit.first_broken(session) == 3
    with store.reading() as session:
        session.delete(session.get(AuditEntry, 2))
        session.flush()
        assert audit.first_broken(session) == 3


def test_entries_of_many_writers_at_once_follow_one_another(store):
    def write(login: str) -> None:
        for _ in range(10):
            with store.session() as session:
                audit.note(session, "seen", login=login)

    threads = [threading.Thread(target=write, args=(f"u{i}",)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as session:
        assert audit.first_broken(session) is None
        assert len(audit.entries(session, limit=100)) == 40


def test_an_error_takes_the_whole_transaction_back(store, anna):
    def fails_in_the_middle() -> None:
        with store.session() as session:
            audit.note(session, "seen", login="anna")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails_in_the_middle()
    with store.reading() as session:
        assert audit.entries(session) == []


def test_a_store_that_is_none_says_so(tmp_path):
    (tmp_path / "store.db").write_text("no database at all, and long enough to be looked at as one" * 10)
    for url in (sqlite_url(tmp_path / "store.db"), "nonsense", "postgresql://nobody@127.0.0.1:1/none"):
        with pytest.raises(StoreUnreachable) as error:
            Database(url)
        assert "nobody:" not in str(error.value)
