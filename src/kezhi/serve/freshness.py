"""
ETags: an answer of the API that its asker has already is not sent again, and where it can be told beforehand not even worked out.

A tag is weak (the same answer may be compressed) and holds who asks, with role, scopes and rows, and in which language: what
could differ between two askers never shares one. An answer without a tag is `no-store`.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kezhi.serve.language import language_of
from kezhi.serve.workspace import workspace

if TYPE_CHECKING:
    from kezhi.serve.access.who import Who

API = "/api/v1/"
# Operations whose answer follows from the snapshot, the settings, the address, the language and who asks, and from nothing in the
# store: their tag is known before they are asked. All others that read are tagged by what they answered.
FROM_SNAPSHOT = frozenset({
    "listCustomers", "getTimeline", "getCircle", "getRfm", "getLifecycle", "getRetention", "getFunnel", "getClusters", "getWays",
    "listProducts", "listCategories", "getProduct", "listRules", "getSources", "getDataExamples", "getLineage",
})  # fmt: skip
# each answer is in the audit log, so each is asked for anew
NOT_KEPT = frozenset({"exportCustomers"})
VARY = "Cookie, Authorization, Accept-Language"


class NotModified(Exception):
    """Who asks has the answer already."""


def look(request: Request, who: Who) -> None:
    """
    Note for the answer's tag, and for the log, who asks for what; called once it is certain that they may.

    Raises:
        NotModified: The asker's tag is still right.
    """
    state = request.scope.setdefault("state", {})
    operation = getattr(request.scope.get("route"), "operation_id", "")
    one = who.account
    state["asker"] = repr((one.user_id, one.role, one.regions, one.own_customers_only, who.scopes, language_of(request)))
    state["user_id"], state["keep"] = one.user_id, operation not in NOT_KEPT
    # whose customer somebody is stands in the store
    if request.method != "GET" or operation not in FROM_SNAPSHOT or one.regions or one.own_customers_only:
        return
    served = workspace(request)
    address = f"{request.url.path}?{request.url.query}"
    state["tag"] = _tag(state["asker"], built(), served.settings_digest, served.reader().snapshot.name, address)
    if _has(request.headers, state["tag"]):
        raise NotModified


@cache
def built() -> str:
    """Which code answers: the version, and when the newest file of it was written."""
    here = Path(__file__).parent.parent
    return f"{version('kezhi')} {max(file.stat().st_mtime_ns for end in ('py', 'toml') for file in here.rglob(f'*.{end}'))}"


class Freshness:
    """Puts the tag on answers of the API, and answers 304 where the asker has it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(API):
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        start: Message | None = None
        body, gone = b"", False

        async def out(message: Message) -> None:
            nonlocal start, body, gone
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.add_vary_header(VARY)
                if message["status"] not in (200, 304) or not state.get("keep", True):
                    del headers["etag"]
                elif "tag" in state:
                    headers["ETag"] = state["tag"]
                elif "etag" in headers:  # of a file: when it was written and how long it is
                    gone = await self._tagged(scope, message, headers["etag"].encode(), send)
                    return
                elif headers.get("content-type", "").startswith("application/json"):
                    start = message
                    return
                await send(message)
            elif gone:
                return
            elif start is None:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    gone = await self._tagged(scope, start, body, send)
                    if not gone:
                        await send({"type": "http.response.body", "body": body})

        await self.app(scope, receive, out)

    async def _tagged(self, scope: Scope, start: Message, content: bytes, send: Send) -> bool:
        """Send the start of an answer with its tag; whether the asker has the rest already."""
        connection = HTTPConnection(scope)
        tag = _tag(scope["state"].get("asker", language_of(connection)), hashlib.sha256(content).hexdigest())
        headers = MutableHeaders(scope=start)
        headers["ETag"] = tag
        if not _has(connection.headers, tag):
            await send(start)
            return False
        kept = [(name, value) for name, value in start["headers"] if name not in (b"content-length", b"content-type")]
        await send({**start, "status": 304, "headers": kept})
        await send({"type": "http.response.body", "body": b""})
        return True


def _tag(*parts: str) -> str:
    return f'W/"{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"'


def _has(headers: Headers, tag: str) -> bool:
    """Whether `If-None-Match` names *tag*; weak and strong are alike to it."""
    opaque = tag.removeprefix("W/")
    return any(one.strip().removeprefix("W/") == opaque for one in headers.get("if-none-match", "").split(","))
