"""Headers of every answer: what a browser may do with it, how long it may keep it, and no request from another site."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kezhi.locales import text
from kezhi.serve.language import language_of

SECURITY = {
    # antd writes its styles in <style> elements, hence unsafe-inline for styles; scripts come from files of ours alone
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; object-src 'none'; "
    "frame-ancestors 'none'; base-uri 'self'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
TLS_ONLY = "max-age=31536000"  # a browser that came once by https comes by nothing else for a year
KEPT = "public, max-age=31536000, immutable"  # the name of a built asset holds its hash
SAFE = ("GET", "HEAD", "OPTIONS")


class Headers:
    """Security headers and cache rules on every answer; *secure* where browsers find the server by https."""

    def __init__(self, app: ASGIApp, secure: bool) -> None:
        self.app = app
        self.added = SECURITY | ({"Strict-Transport-Security": TLS_ONLY} if secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add what the answer itself does not say."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def out(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.added.items():
                    headers.setdefault(name, value)
                asset = scope["path"].startswith("/assets/") and message["status"] in (200, 304)
                own = scope["path"].startswith("/api/")  # kept only where a tag can tell whether it still holds
                headers.setdefault("Cache-Control", KEPT if asset else _own(headers) if own else "no-cache")
            await send(message)

        await self.app(scope, receive, out)


def _own(headers: MutableHeaders) -> str:
    return "private, no-cache" if "etag" in headers else "no-store"


class SameOrigin:
    """
    Refuses a request that changes something and that a browser says comes from another site (CSRF).

    Sec-Fetch-Site decides where a browser sends it, else Origin against Host. A request with neither comes from a
    program: it has no cookie of a browser to misuse. The collector's addresses are open to other sites by design.
    """

    def __init__(self, app: ASGIApp, open_to_all: tuple[str, ...]) -> None:
        self.app, self.open_to_all = app, open_to_all

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let pass or answer 403."""
        if scope["type"] == "http" and scope["method"] not in SAFE and not scope["path"].startswith(self.open_to_all):
            connection = HTTPConnection(scope)
            site, origin = connection.headers.get("sec-fetch-site"), connection.headers.get("origin")
            own = site in ("same-origin", "none") if site else origin is None or urlsplit(origin).netloc == connection.headers.get("host")
            if not own:
                message = text("serve.other_site", language_of(connection))
                await JSONResponse({"code": "other_site", "message": message, "fields": {}}, 403)(scope, receive, send)
                return
        await self.app(scope, receive, send)
