"""Loops that neither SQL nor numpy can say, compiled by numba, which is loaded when the first of them is called."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from threading import RLock
from typing import Any

_one_at_a_time = RLock()  # threads that first call a function together share its code


class Compiled:
    """A function that becomes machine code on its first call; it may call other such functions."""

    def __init__(self, function: Callable[..., Any], options: dict[str, bool]) -> None:
        self._function, self._options = function, options
        self._code: Callable[..., Any] | None = None
        update_wrapper(self, function)

    def __call__(self, *args: Any) -> Any:
        """The function's answer."""
        return self.code()(*args)

    def code(self) -> Callable[..., Any]:
        """The function as numba knows it."""
        with _one_at_a_time:
            if self._code is None:
                import numba

                known = self._function.__globals__
                for name in self._function.__code__.co_names:  # numba reads what it calls from the module, and knows only its own
                    if isinstance(called := known.get(name), Compiled):
                        known[name] = called.code()
                try:
                    self._code = numba.njit(cache=True, **self._options)(self._function)
                except RuntimeError:  # numba's "no locator available": nowhere to keep the code
                    self._code = numba.njit(**self._options)(self._function)
            return self._code


def compiled(function: Callable[..., Any], *, parallel: bool = False, fastmath: bool = False) -> Compiled:
    """
    *function* as machine code, kept beside the source or in the user's cache so that only the first call waits.

    Where neither folder may be written the code is kept for this process only. Other threads go on beside a loop that has none of its own.
    """
    return Compiled(function, {"parallel": parallel, "fastmath": fastmath, "nogil": not parallel})
