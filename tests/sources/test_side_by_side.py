"""Reading side by side comes to the same as reading one after the other."""

from __future__ import annotations

from threading import Event

import pytest

from kezhi.sources.side_by_side import Job, Stopped, side_by_side


def ignore(_: object) -> None:
    """Tell nobody."""


def test_each_outcome_is_handed_on_once_and_large_files_begin_first():
    said: list[str] = []
    jobs = [Job("small", 1), Job("large", 9), Job("middle", 5)]
    made = dict(side_by_side(jobs, lambda job: job.size * 10, threads=2, begins=said.append))
    assert ({"small": 10, "large": 90, "middle": 50}, ["large", "middle", "small"]) == (made, said)


def test_the_first_file_in_order_that_fails_gives_the_error_though_another_failed_sooner():
    later_failed = Event()

    def read(job: Job[str]) -> None:
        if job.given == "b":
            later_failed.set()
            raise ValueError("b")
        later_failed.wait(10)
        raise ValueError(job.given)

    with pytest.raises(ValueError, match="a"):
        list(side_by_side([Job("a", 1), Job("b", 2)], read, threads=2, begins=ignore))


def test_after_a_failure_files_before_it_are_read_and_those_behind_it_stop():
    ended: list[str] = []
    begun: list[str] = []
    running = Event()

    def read(job: Job[str]) -> str:
        if job.given == "b":
            running.wait(10)
            raise ValueError("b")
        running.set()
        while job.given == "d":  # a long file
            try:
                job.go_on()
            except Stopped:
                ended.append("d")
                raise
        return job.given

    made: list[str] = []
    with pytest.raises(ValueError, match="b"):
        made += (
            given for given, _ in side_by_side([Job("a", 1), Job("b", 9), Job("c", 2), Job("d", 8)], read, threads=2, begins=begun.append)
        )
    assert (["b", "d", "a"], ["d"]) == (begun, ended)


def test_who_leaves_early_leaves_no_thread_behind():
    stopped = Event()

    def read(job: Job[str]) -> None:
        while job.given == "long":
            try:
                job.go_on()
            except Stopped:
                stopped.set()
                raise

    made = side_by_side([Job("long", 9), Job("short", 1)], read, threads=2, begins=ignore)
    assert "short" == next(made)[0]
    made.close()
    assert stopped.is_set()
