"""Signing in with the company's own sign-in, against a provider that runs as a process of its own on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from starlette.testclient import TestClient

from kezhi.errors import WrongInput
from kezhi.serve.app import create_app
from kezhi.store import Database, audit, sqlite_url, users

PROVIDER = Path(__file__).with_name("provider.py")
PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def provider():
    """The address of the provider."""
    running = subprocess.Popen([sys.executable, PROVIDER], stdout=subprocess.PIPE, text=True)
    yield running.stdout.readline().strip()
    running.terminate()
    running.wait(10)


@pytest.fixture
def workspace(provider, tmp_path, monkeypatch):
    """Makes a workspace whose new people get a role, or none."""
    monkeypatch.setenv("KEZHI_OIDC_SECRET", "s3cret")

    def made(role="sales"):
        settings = f"serve:\n  sign_in:\n    issuer: {provider}\n    client_id: kezhi\n" + (f"    role: {role}\n" if role else "")
        (tmp_path / "kezhi.yaml").write_text(settings)
        store = Database(sqlite_url(tmp_path / f"{time.monotonic_ns()}.db"))
        return TestClient(create_app(tmp_path, store=store), follow_redirects=False), store

    return made


def person(**claims):
    return {"sub": "42", "email": "Anna@Example.com", "email_verified": True, "name": "Anna", **claims}


def through(browser, claims, next="/customers?city=x", **spoilt):
    """Go there and come back as the person of *claims*; *spoilt* changes what the provider does."""
    there = browser.get("/api/v1/sign-in/company", params={"next": next})
    assert there.status_code == 302, there.text
    asked = {"claims": json.dumps(claims), **{name: json.dumps(value) for name, value in spoilt.items()}}
    back = httpx2.get(
        there.headers["location"], params={**{k: v[0] for k, v in parse_qs(urlsplit(there.headers["location"]).query).items()}, **asked}
    )
    return back.json()["location"], browser.get(back.json()["location"])


def test_a_new_person_comes_in_with_the_role_of_the_settings_and_where_they_were_going(workspace):
    browser, store = workspace()
    assert browser.get("/api/v1/sign-in/ways").json() == {"company": True}
    _, answer = through(browser, person())
    assert (answer.status_code, answer.headers["location"]) == (303, "/customers?city=x")
    me = browser.get("/api/v1/me").json()
    assert (me["login"], me["shown_name"], me["role"]) == ("anna@example.com", "Anna", "sales")
    with store.reading() as session:
        assert [entry.action for entry in audit.entries(session)] == ["sign_in", "user.added"]


def test_the_request_has_pkce_nonce_and_state_and_an_answer_serves_once(workspace):
    browser, _ = workspace()
    there = parse_qs(urlsplit(browser.get("/api/v1/sign-in/company").headers["location"]).query)
    assert there["code_challenge_method"] == ["S256"]
    assert there.keys() >= {"code_challenge", "nonce", "state"}
    back, _answer = through(browser, person())
    assert browser.get(back).headers["location"] == "/sign-in?problem=expired"


def test_a_verified_mail_finds_the_account_that_is_there(workspace):
    browser, store = workspace(role=None)
    with store.session() as session:
        users.add_user(session, "anna@example.com", PASSWORD, "manager")
    through(browser, person())
    assert browser.get("/api/v1/me").json()["role"] == "manager"


@pytest.mark.parametrize("verified", [False, None, "true"])
def test_a_mail_that_is_not_verified_finds_nobodys_account(workspace, verified):
    """Who can write any mail address into the provider must not become the admin who has it here."""
    browser, store = workspace()
    with store.session() as session:
        users.add_user(session, "anna@example.com", PASSWORD, "admin")
    through(browser, person(email_verified=verified))
    me = browser.get("/api/v1/me").json()
    assert (me["role"], me["login"] != "anna@example.com") == ("sales", True)


def test_without_a_role_a_new_person_is_not_let_in(workspace):
    browser, store = workspace(role=None)
    _, answer = through(browser, person())
    assert answer.headers["location"] == "/sign-in?problem=unknown"
    assert browser.get("/api/v1/me").status_code == 401
    with store.reading() as session:
        assert [entry.action for entry in audit.entries(session)] == ["sign_in.failed"]


def test_a_disabled_account_stays_out(workspace):
    browser, store = workspace()
    with store.session() as session:
        users.add_user(session, "anna@example.com", None, "sales")
        users.change_user(session, "anna@example.com", disabled=True)
    assert through(browser, person())[1].headers["location"] == "/sign-in?problem=unknown"


@pytest.mark.parametrize(
    "spoilt",
    [
        {"nonce": "another"},
        {"aud": "another"},
        {"iss": "https://another.example"},
        {"exp": -900},
        {"key": "another"},
        {"error": "access_denied"},
    ],
)
def test_an_answer_that_is_not_the_providers_for_us_and_now_is_refused(workspace, spoilt):
    browser, _ = workspace()
    assert through(browser, person(), **spoilt)[1].headers["location"] == "/sign-in?problem=refused"
    assert browser.get("/api/v1/me").status_code == 401


def test_another_browsers_answer_is_refused(workspace):
    """Signing somebody in as oneself by sending them one's own answer."""
    browser, _ = workspace()
    back = browser.get("/api/v1/sign-in/company").headers["location"]
    victim = TestClient(browser.app, follow_redirects=False)
    state = parse_qs(urlsplit(back).query)["state"][0]
    assert (
        victim.get("/api/v1/sign-in/company/back", params={"code": "c", "state": state}).headers["location"] == "/sign-in?problem=expired"
    )
    victim.cookies.set("kezhi_company_sign_in", "e30=.0000")
    assert (
        victim.get("/api/v1/sign-in/company/back", params={"code": "c", "state": state}).headers["location"] == "/sign-in?problem=expired"
    )


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_nobody_is_sent_elsewhere_afterwards(workspace, elsewhere):
    browser, _ = workspace()
    assert through(browser, person(), next=elsewhere)[1].headers["location"] == "/"


def test_a_workspace_without_it_has_no_such_way_and_one_without_the_secret_does_not_start(workspace, tmp_path, monkeypatch, app):
    plain = TestClient(app)
    assert plain.get("/api/v1/sign-in/ways").json() == {"company": False}
    assert plain.get("/api/v1/sign-in/company").status_code == 404
    monkeypatch.delenv("KEZHI_OIDC_SECRET")
    with pytest.raises(WrongInput, match="KEZHI_OIDC_SECRET"):
        workspace()
    assert os.environ.get("KEZHI_OIDC_SECRET") is None


def test_a_provider_that_does_not_answer_is_told_on_the_page(tmp_path, monkeypatch):
    monkeypatch.setenv("KEZHI_OIDC_SECRET", "s3cret")
    (tmp_path / "kezhi.yaml").write_text("serve:\n  sign_in:\n    issuer: http://127.0.0.1:9\n    client_id: kezhi\n")
    browser = TestClient(create_app(tmp_path, store=Database(sqlite_url(tmp_path / "s.db"))), follow_redirects=False)
    assert browser.get("/api/v1/sign-in/company").headers["location"] == "/sign-in?problem=unreachable"
