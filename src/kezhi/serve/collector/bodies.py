"""The body of a request to the collector: read with a limit, unpacked with a limit, understood whatever its type says."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from typing import Any
from urllib.parse import parse_qs

import orjson
from starlette.types import Receive

LARGEST = 4 * 1024 * 1024  # bytes, packed and unpacked


class Refused(Exception):
    """An answer that is no success: status, code (of `locales`, section `collector`), seconds to wait."""

    def __init__(self, status: int, code: str, wait: int | None = None) -> None:
        super().__init__(code)
        self.status, self.code, self.wait = status, code, wait


class Gone(Exception):
    """The sender hung up before the body was whole."""


async def read(receive: Receive, headers: dict[bytes, bytes]) -> bytes:
    """
    The body as sent.

    Raises:
        Refused: Larger than LARGEST.
        Gone: The connection ended.
    """
    announced = headers.get(b"content-length", b"0")
    if announced.isdigit() and int(announced) > LARGEST:
        raise Refused(413, "too_large")
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        part = message.get("body", b"")
        size += len(part)
        if size > LARGEST:
            raise Refused(413, "too_large")
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts) if len(parts) > 1 else part


def understood(raw: bytes, headers: dict[bytes, bytes]) -> tuple[Any, bytes]:
    """
    The JSON in *raw*, and its text, unpacked; no text where it had to be mended to be read.

    The content type is not looked at: rudder-sdk-node calls its gzip a form, browsers say text/plain.

    Raises:
        Refused: No gzip though it says so, too large when unpacked, or no JSON.
    """
    coding = headers.get(b"content-encoding", b"identity").lower().strip()
    if raw[:2] == b"\x1f\x8b":
        raw = _unpacked(raw, 31)
    elif coding == b"deflate":
        raw = _unpacked(raw, 15)
    elif coding in (b"gzip", b"x-gzip"):
        raise Refused(400, "bad_gzip")
    elif coding not in (b"identity", b""):
        raise Refused(400, "bad_encoding")
    if raw[:5] == b"data=":
        raw = _from_form(raw)
    try:
        return orjson.loads(raw), raw
    except orjson.JSONDecodeError:
        return _forgiving(raw), b""


def without_key(text: bytes, key: str, *, is_named: bool) -> bytes:
    """
    The JSON *text* on one line and without the write key; empty where that takes more than leaving out the one place where it stands.

    Args:
        text: As it was sent, unpacked.
        key: The write key.
        is_named: Whether the text names a write key: one that is written otherwise (with blanks or escapes) is not looked for.
    """
    before, named, after = text.partition(b'"writeKey":"%b"' % key.encode())
    here = before + b'"writeKey":""' + after if named else text
    return b"" if (is_named and not named) or b"\n" in here or key.encode() in here else here


def _unpacked(raw: bytes, window: int) -> bytes:
    unpacking = zlib.decompressobj(wbits=window)
    try:
        out = unpacking.decompress(raw, LARGEST)
    except zlib.error:
        raise Refused(400, "bad_gzip") from None
    if unpacking.unconsumed_tail:
        raise Refused(413, "too_large")
    if not unpacking.eof:
        raise Refused(400, "bad_gzip")
    return out


def _from_form(raw: bytes) -> bytes:
    """The field `data` of a form, plain or in base64: what old browser libraries send."""
    value = parse_qs(raw.decode("latin-1")).get("data", [""])[0].encode("latin-1")
    if value[:1] in (b"{", b"["):
        return value
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise Refused(400, "bad_json") from None


def _forgiving(raw: bytes) -> Any:
    """What orjson refuses and other parsers send all the same: half a surrogate pair, NaN, bytes that are no UTF-8."""
    try:
        found = json.loads(raw.decode("utf-8", "replace"), parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        raise Refused(400, "bad_json") from None
    return _sound(found)


def _sound(value: Any) -> Any:
    """*value* with only what can be written again as JSON."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_sound(key): _sound(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_sound(one) for one in value]
    if type(value) is int and not -(2**63) <= value < 2**64:
        return float(value) if abs(value) < 10**300 else None
    return value
