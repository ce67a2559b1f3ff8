"""Days that a caller gives: a date, its ISO 8601 text, or a time at midnight such as a pandas Timestamp."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from kezhi.errors import WrongInput
from kezhi.locales import Phrase

_GIVEN = ParamSpec("_GIVEN")
_MADE = TypeVar("_MADE")
DAYS = ("as_of", "from_on")
_ISO = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def dated(function: Callable[_GIVEN, _MADE]) -> Callable[_GIVEN, _MADE]:
    """
    *function*, whose as_of and from_on may also be texts such as 2025-07-01, or times at midnight.

    Raises:
        WrongInput: A day is another text, a number, or a time within a day: the part of it that was seen cannot be told.
    """

    @wraps(function)
    def told(*given: _GIVEN.args, **named: _GIVEN.kwargs) -> _MADE:
        for name in DAYS:
            if named.get(name) is not None:
                named[name] = _day(name, named[name])
        return function(*given, **named)

    return told


def _day(name: str, given: Any) -> date:
    if isinstance(given, datetime):  # a datetime is a date to Python, and no day to what compares days
        if given == given and given.time() == time.min:  # NaT of pandas is a datetime that is not itself
            return given.date()
    elif isinstance(given, date):
        return given
    elif isinstance(given, str) and _ISO.fullmatch(given):
        with suppress(ValueError):  # a 31st of June
            return date.fromisoformat(given)
    raise WrongInput(problem=Phrase("frames.no_day", name=name, given=str(given)))
