"""What must be remembered while the browser is at the company's sign-in: in a signed cookie of ten minutes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

NAME = "kezhi_company_sign_in"
SECONDS = 600


def seal(value: dict[str, Any], secret: str) -> str:
    """*value* as the text of a cookie that only who has *secret* can make."""
    said = base64.urlsafe_b64encode(json.dumps({**value, "until": int(time.time()) + SECONDS}).encode())
    return f"{said.decode()}.{_sign(said, secret)}"


def unseal(cookie: str, secret: str) -> dict[str, Any] | None:
    """What `seal` was given; none if it was not sealed with *secret*, or too long ago."""
    said, _, signature = cookie.partition(".")
    if not hmac.compare_digest(signature.encode(), _sign(said.encode(), secret).encode()):
        return None
    value: dict[str, Any] = json.loads(base64.urlsafe_b64decode(said))
    return value if value.pop("until") >= time.time() else None


def _sign(said: bytes, secret: str) -> str:
    key = hashlib.sha256(b"kezhi state of the company's sign-in\0" + secret.encode()).digest()  # of its own: the secret signs nothing else
    return hmac.new(key, said, hashlib.sha256).hexdigest()
