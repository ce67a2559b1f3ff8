"""In which language an answer speaks."""

from __future__ import annotations

from starlette.requests import HTTPConnection


def language_of(request: HTTPConnection) -> str:
    """`zh` or `en`: `?lang=` of the address, else the first of the two that Accept-Language names, else `zh`."""
    asked = request.query_params.get("lang", "")
    if asked[:2] in ("zh", "en"):
        return asked[:2]
    weighed = []
    for place, part in enumerate(request.headers.get("accept-language", "").lower().split(",")):
        name, _, weight = part.strip().partition(";q=")
        if name[:2] in ("zh", "en"):
            try:
                weighed.append((-float(weight or 1), place, name[:2]))
            except ValueError:
                continue  # a weight that is no number: as if the part were not there
    return min(weighed)[2] if weighed else "zh"
