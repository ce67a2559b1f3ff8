"""The workspace of the demo city, asked in process; a user of each role."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from kezhi.serve.app import create_app
from kezhi.store import users

PASSWORD = "correct horse battery"


@pytest.fixture(scope="session")
def app(city_project, tmp_path_factory) -> FastAPI:
    """The application; its store is a file of this test process."""
    from kezhi.store import Database, sqlite_url

    store = Database(sqlite_url(tmp_path_factory.mktemp("store") / "store.db"))
    with store.session() as session:
        for role in users.ROLES:
            users.add_user(session, role, PASSWORD, role)
    return create_app(city_project.folder, store=store)


@pytest.fixture(scope="session")
def sign_in(app) -> Callable[[str], TestClient]:
    """A browser of the user with this login."""
    kept: dict[str, TestClient] = {}

    def signed_in(login: str) -> TestClient:
        if login not in kept:
            app.state.limits.__init__()  # many tests sign in from one address
            client = TestClient(app, headers={"Accept-Language": "en"})
            answer = client.post("/api/v1/sign-in", json={"login": login, "password": PASSWORD})
            assert answer.status_code == 204, answer.text
            kept[login] = client
        return kept[login]

    return signed_in


@pytest.fixture
def stranger(app) -> TestClient:
    """A browser that has not signed in."""
    app.state.limits.__init__()
    return TestClient(app, headers={"Accept-Language": "en"})
