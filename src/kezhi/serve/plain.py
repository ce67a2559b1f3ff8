"""JSON of any shape that a store can keep and give back as it came."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import AfterValidator

from kezhi.settings.unfit import Unfit


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    try:
        written = json.dumps(value, ensure_ascii=False, allow_nan=False)
        written.encode()
    except ValueError:  # half of a surrogate pair, or a number past every float
        raise Unfit("not_plain") from None
    if "\\u0000" in written:
        raise Unfit("not_plain")
    return value


Plain = Annotated[dict[str, Any], AfterValidator(_plain)]
