"""
The collector's addresses, before everything else of the application: no cookie, no redirect, no model per event.

An answer of 200 means that the batch is on disk. Bad events do not fail their batch, for an SDK would throw all of it away:
they are kept apart with a reason.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import orjson
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from kezhi.locales import text
from kezhi.serve.collector.bodies import Gone, Refused, read, understood, without_key
from kezhi.serve.collector.keys import Keys
from kezhi.serve.language import language_of
from kezhi.serve.operating.meters import Meters
from kezhi.sources.collector import Busy, Log, NotKept
from kezhi.sources.collector.events import sift
from kezhi.sources.collector.posthog import from_posthog

BATCH, POSTHOG, POSTHOG_V1, FLAGS, IGNORED = "batch", "posthog", "posthog_v1", "flags", "ignored"
KINDS = {"t": "track", "i": "identify", "p": "page", "s": "screen", "g": "group", "a": "alias"}
ROUTES: dict[str, str] = {
    **{f"/v1/{name}": BATCH for name in ("batch", "import", "b")},
    **{f"/v1/{name}": kind for kind in KINDS.values() for name in (kind, kind[0])},
    "/v1/m": IGNORED,  # how Segment's browser library does: figures about itself
    **dict.fromkeys(("/batch", "/capture", "/e", "/i/v0/e"), POSTHOG),
    "/i/v1/analytics/events": POSTHOG_V1,
    **dict.fromkeys(("/flags", "/decide"), FLAGS),
}
PLAIN = frozenset(("batch", "sentAt", "writeKey", "integrations"))  # what SDKs say beside the events and need not be looked at
SETTINGS = ("/v1/projects/", "/settings")
SNIPPET = "/collector.js"
OURS = ("/v1/", "/i/")  # below these nothing else of the application has an address

SUCCESS = orjson.dumps({"success": True})
POSTHOG_SUCCESS = orjson.dumps({"status": "Ok", "success": True})
NO_FLAGS = orjson.dumps({"flags": {}, "featureFlags": {}, "featureFlagPayloads": {}, "errorsWhileComputingFlags": False})
JSON = (b"content-type", b"application/json")
ASKED_HEADERS = b"authorization, content-type, content-encoding, x-retry-count, posthog-sdk-info, posthog-attempt, posthog-request-id"
CORS = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
    (b"access-control-max-age", b"86400"),
    (b"access-control-expose-headers", b"retry-after"),
]


class Collector:
    """Answers the collector's addresses and passes everything else on to *app*."""

    def __init__(self, app: ASGIApp, *, log: Log, keys: Keys, meters: Meters) -> None:
        self.app, self.log, self.keys = app, log, keys
        self._good, self._bad = meters.events.labels("good"), meters.events.labels("bad")
        self._snippet = files("kezhi.serve.collector").joinpath("collector.js").read_bytes()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]
        kind = ROUTES.get(path) or (ROUTES.get(path[:-1]) if path[-1:] == "/" else None)
        if kind is None and not path.startswith(OURS) and path != SNIPPET:
            await self.app(scope, receive, send)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        try:
            await self._answer(scope, kind, path, headers, receive, send)
        except Gone:
            return
        except Refused as refused:
            await self._refuse(scope, refused, send)

    async def _answer(self, scope: Scope, kind: str | None, path: str, headers: dict[bytes, bytes], receive: Receive, send: Send) -> None:
        method = scope["method"]
        if method == "OPTIONS":
            asked = headers.get(b"access-control-request-headers", ASKED_HEADERS)
            await _send(send, 204, b"", [(b"access-control-allow-headers", asked), *CORS])
        elif kind is None and method in ("GET", "HEAD"):
            await self._read_only(scope, path, send)
        elif kind is None:
            raise Refused(404, "no_such_address")
        elif kind == FLAGS:
            await _send(send, 200, NO_FLAGS, [JSON, *CORS])
        elif method != "POST":
            raise Refused(405, "wrong_method")
        elif kind == IGNORED:
            await read(receive, headers)
            await _send(send, 200, SUCCESS, [JSON, *CORS])
        else:
            await _send(send, 200, await self._take(kind, headers, await read(receive, headers)), [JSON, *CORS])

    async def _take(self, kind: str, headers: dict[bytes, bytes], raw: bytes) -> bytes:
        """Keep the events of a body; the answer once they are on disk."""
        received = datetime.now(UTC).isoformat()
        body, said = understood(raw, headers)
        key = write_key(headers, body)
        source = await self.keys.source_of(key)
        events = events_of(kind, body)
        good, bad = sift(events)
        try:
            await self.log.append(
                source,
                good,
                bad,
                received_at=received,
                sent_at=sent_at(body, headers),
                size=len(raw),
                body=as_sent(said, body, events, key),
            )
        except Busy:
            raise Refused(503, "busy", wait=1) from None
        except NotKept:
            raise Refused(503, "not_kept", wait=10) from None
        self._good.inc(len(good))
        self._bad.inc(len(bad))
        if kind == POSTHOG_V1:
            dropped = {event.get("messageId") for _, _, event in bad if isinstance(event, dict)}
            names = [event["messageId"] for event in events if isinstance(event, dict) and isinstance(event.get("messageId"), str)]
            return orjson.dumps({"results": {name: {"result": "drop" if name in dropped else "ok"} for name in names}})
        return POSTHOG_SUCCESS if kind == POSTHOG else SUCCESS

    async def _read_only(self, scope: Scope, path: str, send: Send) -> None:
        if path == SNIPPET:
            extra = [(b"cache-control", b"public, max-age=3600"), (b"cross-origin-resource-policy", b"cross-origin")]
            await _send(send, 200, self._snippet, [(b"content-type", b"text/javascript; charset=utf-8"), *extra, *CORS])
            return
        key = path.rstrip("/")
        if not (key.startswith(SETTINGS[0]) and key.endswith(SETTINGS[1])):
            raise Refused(404, "no_such_address")
        key = key[len(SETTINGS[0]) : -len(SETTINGS[1])]
        await self.keys.source_of(key)
        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
        ours = {"apiKey": key, "apiHost": f"{host}/v1", "protocol": scope["scheme"], "unbundledIntegrations": []}
        await _send(send, 200, orjson.dumps({"integrations": {"Segment.io": ours}, "plan": {}, "metrics": {}}), [JSON, *CORS])

    async def _refuse(self, scope: Scope, refused: Refused, send: Send) -> None:
        """Code and message always: rudder-sdk-python tries a 401 again and again where one is lacking."""
        message = text(f"collector.{refused.code}", language_of(HTTPConnection(scope)))
        content = orjson.dumps({"success": False, "code": refused.code, "message": message, "detail": message})
        wait = [(b"retry-after", b"%d" % refused.wait)] if refused.wait else []
        await _send(send, refused.status, content, [JSON, *wait, *CORS])


def write_key(headers: Mapping[bytes, bytes], body: Any) -> str:
    """
    The key: the user name of Basic, the token of Bearer, else the body's.

    Raises:
        Refused: The header cannot be read, or there is no key.
    """
    scheme, _, value = headers.get(b"authorization", b"").partition(b" ")
    key: object = None
    if scheme.lower() == b"basic":
        try:
            key = base64.b64decode(value.strip(), validate=True).decode().split(":", 1)[0]
        except (binascii.Error, UnicodeDecodeError):
            raise Refused(401, "invalid_write_key") from None
    elif scheme.lower() == b"bearer":
        key = value.strip().decode("latin-1")
    if not key:
        here = body[0] if isinstance(body, list) and body else body
        if isinstance(here, dict):
            properties = here.get("properties")
            inner = properties.get("token") if isinstance(properties, dict) else None
            key = here.get("writeKey") or here.get("api_key") or here.get("token") or inner
    if not isinstance(key, str) or not key:
        raise Refused(401, "invalid_write_key")
    return key


def events_of(kind: str, body: Any) -> list[Any]:
    """
    The events of *body* in Segment's form.

    Raises:
        Refused: JSON, but neither an object nor a list.
    """
    if not isinstance(body, (dict, list)):
        raise Refused(400, "bad_shape")
    listed = body.get("batch") if isinstance(body, dict) else body
    events = listed if isinstance(listed, list) else [body]
    if kind in (POSTHOG, POSTHOG_V1):
        return [from_posthog(event) for event in events]
    if kind != BATCH:
        return [{**_keyless(event), "type": kind} if isinstance(event, dict) else event for event in events]
    if events is not listed and not isinstance(body, list):
        return [_keyless(body)]
    context = body.get("context") if isinstance(body, dict) and listed is not None else None
    return [_within(context, event) for event in events] if isinstance(context, dict) else events


def _keyless(event: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name != "writeKey"}


def as_sent(text: bytes, body: Any, events: list[Any], key: str) -> bytes:
    """The *text* of *body* to be kept as it is, without the write key: where it says *events* and nothing that is not known; else empty."""
    same = isinstance(body, dict) and events is body.get("batch") and body.keys() <= PLAIN and body.get("writeKey", key) == key
    return without_key(text, key, is_named="writeKey" in body) if same else b""


def _within(context: dict[str, Any], event: Any) -> Any:
    """*event* with the context of its batch, where its own says nothing else."""
    own = (event.get("context") or {}) if isinstance(event, dict) else None
    return {**event, "context": {**context, **own}} if isinstance(own, dict) else event


def sent_at(body: Any, headers: Mapping[bytes, bytes]) -> Any:
    """When the sender's clock said that it sent."""
    if isinstance(body, dict):
        told = body.get("sentAt") or body.get("sent_at")
        if told:
            return told
    stamp = headers.get(b"posthog-request-timestamp")
    return stamp.decode("latin-1") if stamp else None


async def _send(send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [length, *headers]})
    await send({"type": "http.response.body", "body": body})
