"""The browser snippet on a shop's page of another site, and the collector's page in the workspace."""

from __future__ import annotations

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from collecting import KEY, events, project, served
from support import missing

from kezhi.store import users

pytestmark = pytest.mark.browser
PASSWORD = "correct horse battery"
SHOP = """<!doctype html><title>Shop</title><h1>Shop</h1>
<script>
  window.kezhi = window.kezhi || [];
  kezhi.push(["load", "%s"], ["page", "home"], ["track", "add_to_cart", { product_id: "P1" }]);
</script>
<script async src="%s/collector.js"></script>"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("collector")


@pytest.fixture(scope="module")
def workspace(folder):
    from kezhi.serve.app import STATIC

    if not (STATIC / "index.html").is_file():
        missing("the built pages: python tools/web.py build")
    app = project(folder)
    with app.state.workspace.store.session() as session:
        users.add_user(session, "admin", PASSWORD, "admin")
    app.state.limits.hit = lambda *_: None
    with served(app) as address:
        yield address


@pytest.fixture(scope="module")
def shop(workspace, tmp_path_factory):
    """The address of a page on another host name."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "index.html").write_text(SHOP % (KEY, workspace), encoding="utf-8")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()


def test_a_visit_arrives_and_becomes_somebodys_on_identify(browser, shop, folder):
    context = browser.new_context()
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" and "favicon" not in said.text else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    with page.expect_response(lambda answer: answer.url.endswith("/v1/batch")) as first:
        page.goto(shop)
    assert first.value.status == 200
    with page.expect_response(lambda answer: answer.url.endswith("/v1/batch")):
        page.evaluate("kezhi.identify('user-1', { email: 'li@example.test' }); kezhi.flush()")
    page.evaluate("kezhi.track('leaves', {})")
    page.goto("about:blank")  # what waits is handed over while the page goes
    with page.expect_response(lambda answer: answer.url.endswith("/v1/batch")):
        page.goto(shop)
    page.wait_for_function("(localStorage.getItem('kezhi.waiting') || '[]') === '[]'")
    context.close()
    found = events(folder)
    assert [one["type"] for one in found[:3]] == ["page", "track", "identify"]
    assert len({one["anonymousId"] for one in found}) == 1
    assert [one["userId"] for one in found[:3]] == [None, None, "user-1"]
    assert [one["event"] for one in found if one.get("event") == "leaves"] == ["leaves"]  # by beacon and again, kept once
    assert found[0]["context"]["page"]["path"] == "/"
    assert [said for said in problems if "404" not in said] == []


@pytest.mark.parametrize(("lang", "width", "dark"), [("zh", 1440, False), ("en", 390, True)])
def test_the_page_shows_what_comes_in_and_is_accessible(browser, workspace, accessible, lang, width, dark):
    from playwright.sync_api import expect

    expect.set_options(timeout=20_000)
    context = browser.new_context(
        base_url=workspace,
        locale={"zh": "zh-CN", "en": "en-US"}[lang],
        viewport={"width": width, "height": 900},
        reduced_motion="reduce",
        color_scheme="dark" if dark else "light",
    )
    context.request.post("/v1/batch", data={"writeKey": KEY, "batch": [{"type": "track", "event": "scan", "userId": "u"}, {"type": "odd"}]})
    assert context.request.post("/api/v1/sign-in", data={"login": "admin", "password": PASSWORD}).status == 204
    page = context.new_page()
    page.goto("/collector")
    expect(page.get_by_role("img", name={"zh": "每分钟收到的事件", "en": "Events received per minute"}[lang])).to_be_visible()
    expect(page.get_by_text({"zh": "事件类型不是", "en": "The event's type is none of"}[lang]).first).to_be_visible()
    page.get_by_label({"zh": "来源", "en": "Source"}[lang], exact=True).fill(f"made-{lang}")
    page.get_by_role("button", name={"zh": "生成密钥", "en": "Make a key"}[lang]).click()
    expect(page.get_by_role("cell", name=f"made-{lang}", exact=True)).to_be_visible()
    accessible(page)
    context.close()
