"""A real Chromium, and the workspace of the demo city on a port of this machine."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from functools import cache

import pytest
from support import missing

CHROMIUM = os.environ.get("KEZHI_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
# on a closed machine Chromium looks for its maker's hosts at every start, unless it is told not to
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "correct horse battery"


@pytest.fixture(scope="session")
def browser() -> Iterator:
    """Chromium; without one the tests are skipped, in CI they fail."""
    if shutil.which(CHROMIUM) is None:
        missing(f"Chromium at {CHROMIUM}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def served(city_project, tmp_path_factory) -> Iterator[str]:
    """The address of the workspace of the demo city, with a user of each role."""
    import uvicorn

    from kezhi.serve.app import STATIC, create_app
    from kezhi.store import Database, sqlite_url, users

    if not (STATIC / "index.html").is_file():
        missing("the built pages: python tools/web.py build")
    store = Database(sqlite_url(tmp_path_factory.mktemp("store") / "store.db"))
    with store.session() as session:
        for role in users.ROLES:
            users.add_user(session, role, PASSWORD, role)
    app = create_app(city_project.folder, store=store)
    app.state.limits.hit = lambda *_: None  # all tests sign in from one address
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="session")
def signed_in(browser, served) -> Callable:
    """The cookies of a role's one session, `signed_in("sales")`: checking a password costs a quarter of a second, by design."""

    @cache
    def session_of(role: str) -> dict:
        context = browser.new_context(base_url=served)
        answer = context.request.post("/api/v1/sign-in", data={"login": role, "password": PASSWORD})
        assert answer.status == 204, answer.text()
        cookies = context.storage_state()
        context.close()
        return cookies

    return session_of


@pytest.fixture
def visit(browser, served, signed_in) -> Iterator[Callable]:
    """
    Opens an address of the workspace as a role: `visit("/customers", role="sales", lang="en", width=390)`.

    A page that logs an error, or asks for what it may not have, has failed.
    """
    contexts, problems = [], []

    def visited(path: str, *, role: str = "admin", lang: str = "zh", width: int = 1440, dark: bool = False):
        context = browser.new_context(
            base_url=served,
            locale={"zh": "zh-CN", "en": "en-US"}[lang],
            viewport={"width": width, "height": 900},
            reduced_motion="reduce",
            color_scheme="dark" if dark else "light",
            storage_state=signed_in(role),
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(path)
        settled(page)
        return page

    yield visited
    for context in contexts:
        context.close()
    assert problems == []


def settled(page) -> None:
    """Wait until nothing is loading: a table behind a veil fails on contrast."""
    from playwright.sync_api import expect

    page.wait_for_load_state("networkidle")
    expect(page.locator(".ant-spin-spinning, .ant-skeleton-active")).to_have_count(0, timeout=15_000)  # a busy machine counts slowly


@pytest.fixture
def accessible() -> Callable:
    """Asserts that axe finds nothing on a page, and that nothing sticks out to the right of it."""
    from axe_playwright_python.sync_playwright import Axe

    def check(page) -> None:
        settled(page)
        found = Axe().run(page).response["violations"]
        assert [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), "the page scrolls sideways"

    return check
