"""Loops that neither SQL nor numpy can say, compiled by numba."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba


def compiled(function: Callable[..., Any], *, parallel: bool = False, fastmath: bool = False) -> Callable[..., Any]:
    """
    *function* as machine code, kept beside the source or in the user's cache so that only the first call waits.

    Where neither folder may be written the code is kept for this process only.
    """
    options = {"parallel": parallel, "fastmath": fastmath}
    try:
        return numba.njit(cache=True, **options)(function)  # type: ignore[no-any-return]
    except RuntimeError:  # numba's "no locator available": nowhere to keep the code
        return numba.njit(**options)(function)  # type: ignore[no-any-return]
