"""Headers of every answer."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from kezhi.serve.headers import Headers


def _answer(*, secure: bool):
    async def said(_request):
        return PlainTextResponse("yes")

    app = Starlette(routes=[Route("/", said)])
    app.add_middleware(Headers, secure=secure)
    return TestClient(app).get("/").headers


def test_a_server_behind_https_tells_browsers_to_come_by_nothing_else():
    assert _answer(secure=True)["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in _answer(secure=False)


def test_every_answer_has_the_headers_that_bind_a_browser(stranger):
    for path in ("/", "/api/v1/me", "/healthz", "/no-such"):
        headers = stranger.get(path).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"], path
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_what_does_not_fit_a_request_is_told_in_the_language_asked_for(sign_in):
    client = sign_in("analyst")
    for language, told in (("zh", "应为整数"), ("en", "must be a whole number")):
        answer = client.get("/api/v1/customers", params={"limit": "many"}, headers={"Accept-Language": language})
        assert answer.status_code == 422
        assert answer.json()["fields"] == {"query.limit": told}
