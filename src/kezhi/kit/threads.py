"""Parts of a table worked on side by side by a few threads, with the outcome of working on them one after the other."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any, TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")


def threads_for(wanted: int | None, most: int) -> int:
    """How many threads: as many as *wanted*, else as there are processors; never more than *most*."""
    return max(1, min(wanted or os.cpu_count() or 1, most))


def unhelped() -> AbstractContextManager[Any]:
    """
    Linear algebra within this `with` works in the caller's thread alone, and its sums do not depend on how many processors there are.

    For searches that take many small steps: to wake other threads at each costs more than they help, and they wait for the next one at full speed.
    """
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[Any] = threadpool_limits(1, user_api="blas")
    return limits


def in_order(work: Callable[[Given], Made], parts: Iterable[Given], *, threads: int) -> Generator[Made, None, None]:
    """
    What *work* makes of each of *parts*, in their order; the same for any number of threads, if *work* depends on its part alone.

    Worth it where *work* is NumPy's, SciPy's or Arrow's, which let other threads go on meanwhile. At most *threads* + 1 parts, or what was
    made of them, are held at once. An error of *work* or of *parts* comes out as it is, in its turn; a caller who stops early waits for what
    has begun, and nothing else begins.

    Args:
        work: Runs in a thread.
        parts: Asked for in the caller's thread.
        threads: At once; 1 needs none beside the caller's.
    """
    if threads == 1:
        yield from map(work, parts)
        return
    waiting: deque[Future[Made]] = deque()
    with ThreadPoolExecutor(threads, thread_name_prefix="kezhi-part") as pool:
        try:
            for part in parts:
                waiting.append(pool.submit(work, part))
                if len(waiting) > threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:  # also when the caller gives up
            for future in waiting:
                future.cancel()
