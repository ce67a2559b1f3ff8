"""The name of a time zone, checked where it is read."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator

from kezhi.locales import Phrase
from kezhi.settings.unfit import Unfit


def _known(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder of zones
        near = get_close_matches(name, available_timezones(), n=1)
        raise Unfit("zone", name=name, hint=Phrase("unfit.near", name=near[0]) if near else "") from None
    return name


Zone = Annotated[str, AfterValidator(_known)]
