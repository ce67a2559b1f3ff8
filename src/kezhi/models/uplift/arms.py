"""Who was treated and what came of it, as they come: read and checked."""

from __future__ import annotations

from typing import Any

import numpy as np

from kezhi.errors import WrongInput
from kezhi.locales import Phrase

SHOWN = 6


def arms_of(treatment: Any, rows: int, *, control: Any, arm: Any) -> tuple[Any, Any]:
    """
    Which rows are looked at, and of those who was treated.

    Raises:
        WrongInput: A length that differs, a missing value, not two arms, no telling which is the control.
    """
    values = _values(treatment)
    if len(values) != rows:
        raise WrongInput(problem=Phrase("uplift.rows", what="treatment", came=len(values), rows=rows))
    if any(_missing(value) for value in values):
        raise WrongInput(problem=Phrase("uplift.missing", what="treatment"))
    found = sorted(set(values), key=lambda value: (str(type(value)), value))
    shown = ", ".join(str(value) for value in found[:SHOWN]) or "–"
    base = control if control is not None else next((value for value in found if value in (0, False)), None)
    for named in (base, arm):
        if named is not None and named not in found:
            raise WrongInput(problem=Phrase("uplift.no_arm", arm=named, shown=shown))
    if base is None:
        raise WrongInput(problem=Phrase("uplift.no_control", shown=shown))
    others = [value for value in found if value != base]
    if arm is None and len(others) != 1:
        raise WrongInput(problem=Phrase("uplift.arms", count=len(found), shown=shown))
    chosen = others[0] if arm is None else arm
    if chosen == base:
        raise WrongInput(problem=Phrase("uplift.no_arm", arm=chosen, shown=shown))
    treated = np.fromiter((value == chosen for value in values), dtype=bool, count=rows)
    kept = treated | np.fromiter((value == base for value in values), dtype=bool, count=rows)
    return kept, treated[kept]


def numbers_of(y: Any, rows: int) -> Any:
    """
    What came of each row as float64.

    Raises:
        WrongInput: A length that differs, a missing value, something that is no number.
    """
    values = _values(y)
    if len(values) != rows:
        raise WrongInput(problem=Phrase("uplift.rows", what="y", came=len(values), rows=rows))
    if any(_missing(value) for value in values):
        raise WrongInput(problem=Phrase("uplift.missing", what="y"))
    try:
        found = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise WrongInput(problem=Phrase("uplift.no_numbers")) from error
    if any(isinstance(value, str) for value in values) or not np.isfinite(found).all():
        raise WrongInput(problem=Phrase("uplift.no_numbers"))
    return found


def chances_given(propensity: Any, rows: int) -> Any:
    """The chances to be treated that the caller knows; raises `WrongInput` unless they lie between 0 and 1."""
    try:
        found = np.asarray(_values(propensity), dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise WrongInput(problem=Phrase("uplift.no_numbers")) from error
    if found.size == 1:
        found = np.full(rows, found.item())
    if len(found) != rows:
        raise WrongInput(problem=Phrase("uplift.rows", what="propensity", came=len(found), rows=rows))
    if not ((found > 0) & (found < 1)).all():
        raise WrongInput(problem=Phrase("uplift.share", name="propensity", value=float(found.min()) if len(found) else None))
    return found


def _values(given: Any) -> list[Any]:
    values = given.to_pylist() if hasattr(given, "to_pylist") else np.asarray(given, dtype=object).reshape(-1).tolist()
    return [value.item() if isinstance(value, np.generic) else value for value in values]


def _missing(value: Any) -> bool:
    return value is None or value != value or str(value) == "<NA>"
