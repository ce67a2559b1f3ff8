"""What a model of purchases may be asked: times, numbers and shares that can be, else an error that says what came."""

from __future__ import annotations

import math
from typing import Any

from kezhi.errors import WrongInput
from kezhi.locales import Phrase


def at_least(name: str, value: Any, least: float, *, whole: bool = False) -> None:
    """
    Refuse a *value* of *name* that is no number, infinite, below *least*, or broken where it must be *whole*.

    Raises:
        WrongInput: It is.
    """
    number = _number(value)
    if not (math.isfinite(number) and number >= least and (not whole or number == math.floor(number))):
        key = "models.not_a_whole_number" if whole else "models.not_at_least"
        raise WrongInput(problem=Phrase(key, name=name, value=str(value), least=least))


def share(name: str, value: Any) -> None:
    """
    Refuse a *value* of *name* that does not lie between 0 and 1.

    Raises:
        WrongInput: It does not.
    """
    if not 0 < _number(value) < 1:
        raise WrongInput(problem=Phrase("models.not_a_share", name=name, value=str(value)))


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return math.nan
