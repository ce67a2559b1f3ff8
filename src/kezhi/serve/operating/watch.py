"""Around everything: counts and times each request, and writes its line."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Mapping
from itertools import count

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kezhi.serve.collector.door import ROUTES
from kezhi.serve.operating.lines import REQUESTS
from kezhi.serve.operating.meters import Meters

GIVEN = re.compile(rb"[A-Za-z0-9._-]{8,64}")  # an id that a proxy gives
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})


class Watch:
    """Each request has an id, which its answer and its line bear; the route is the template, without what was asked for."""

    def __init__(self, app: ASGIApp, *, meters: Meters, templates: Mapping[str, str]) -> None:
        self.app, self.meters, self.templates = app, meters, templates
        self._process, self._turn = secrets.token_hex(4), count()  # chance once: asking the system for it lets go of the interpreter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
        name = given.decode() if GIVEN.fullmatch(given) else f"{self._process}{next(self._turn):08x}"
        began, status = time.perf_counter(), 500  # an answer that never began

        async def out(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = name
            await send(message)

        self.meters.running.inc()
        try:
            await self.app(scope, receive, out)
        finally:
            took = time.perf_counter() - began
            self.meters.running.dec()
            method = scope["method"] if scope["method"] in METHODS else "other"
            route = self._route(scope)
            self.meters.requests.labels(method, route, str(status)).observe(took)
            if REQUESTS.isEnabledFor(20):
                told = {"request_id": name, "method": method, "route": route, "status": status, "ms": round(took * 1000, 1)}
                REQUESTS.info("request", extra={**told, "user_id": state.get("user_id")})

    def _route(self, scope: Scope) -> str:
        """The template of the route; what is no route of ours is `static` or `other`."""
        path: str = scope["path"]
        if path in ROUTES or path.removesuffix("/") in ROUTES:
            return path.removesuffix("/")
        operation = str(getattr(scope.get("route"), "operation_id", ""))
        if operation in self.templates:
            return self.templates[operation]
        return path if path == "/metricsz" else "other" if path.startswith(("/api/", "/v1/", "/i/")) else "static"
