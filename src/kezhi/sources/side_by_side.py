"""Files read side by side by a few threads, with the outcome of reading them one after the other."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from threading import Event
from typing import Generic, TypeVar

MOST_AT_ONCE = 4  # each holds some pieces of its file; more would wait for Python's lock
Given = TypeVar("Given")
Made = TypeVar("Made")


class Stopped(Exception):
    """Nobody needs the outcome any more: another file cannot be read, or the user gave up."""


@dataclass(slots=True)
class Job(Generic[Given]):
    """Something to read: how large it is, and whether it is still needed."""

    given: Given
    size: int
    _unwanted: Event = field(default_factory=Event)

    def go_on(self) -> None:
        """
        To be called every now and then by who reads.

        Raises:
            Stopped: The outcome is not needed any more.
        """
        if self._unwanted.is_set():
            raise Stopped

    def stop(self) -> None:
        """Say that the outcome is not needed."""
        self._unwanted.set()


def side_by_side(
    jobs: Sequence[Job[Given]], read: Callable[[Job[Given]], Made], *, threads: int, begins: Callable[[Given], None]
) -> Generator[tuple[Given, Made], None, None]:
    """
    What *read* makes of each job, the largest begun first, each handed on when it is done.

    The first job in the order of *jobs* that fails is the one whose error is raised, whichever failed first by the clock: those before it
    are read to their end, those behind it are stopped.

    Args:
        jobs: In the order in which they would be read one by one.
        read: Runs in a thread; calls `Job.go_on` between its pieces.
        threads: Jobs at once.
        begins: Told before each is begun, in the caller's thread.
    """
    waiting = sorted(range(len(jobs)), key=lambda i: -jobs[i].size)
    running: dict[Future[Made], int] = {}
    failed: tuple[int, BaseException] | None = None
    with ThreadPoolExecutor(threads, thread_name_prefix="kezhi-read") as pool:
        try:
            while waiting or running:
                while waiting and len(running) < threads:
                    i = waiting.pop(0)
                    begins(jobs[i].given)
                    running[pool.submit(read, jobs[i])] = i
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    i = running.pop(future)
                    error = future.exception()
                    if error is None:
                        yield jobs[i].given, future.result()
                    elif failed is None or i < failed[0]:
                        failed = i, error
                        waiting = [other for other in waiting if other < i]
                        for other in running.values():
                            if other > i:
                                jobs[other].stop()
        finally:  # also when the caller or the user gives up
            for i in running.values():
                jobs[i].stop()
    if failed is not None:
        raise failed[1]
