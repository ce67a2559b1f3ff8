"""Answers that stay the same as long as what they were read from: a snapshot, or the served project."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

MOST = 200  # answers of one owner; then all are forgotten, which costs a question more
T = TypeVar("T")

_kept: WeakKeyDictionary[Any, dict[Hashable, Any]] = WeakKeyDictionary()
_changing = threading.Lock()


def kept(owner: Any, key: Hashable, make: Callable[[], T]) -> T:
    """What *make* gave for *key* when it was first asked of *owner*; goes away with the owner. Two at once may both make it."""
    with _changing:
        found = _kept.setdefault(owner, {}).get(key)
    if found is None:
        found = make()
        with _changing:
            answers = _kept.setdefault(owner, {})
            if len(answers) >= MOST:
                answers.clear()
            answers[key] = found
    answer: T = found
    return answer
