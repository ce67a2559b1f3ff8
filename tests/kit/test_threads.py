"""Parts worked on by threads come to what they come to one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Barrier, Event, get_ident

import pytest

from kezhi.kit.threads import in_order, threads_for

MINUTE = 60.0


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_results_come_in_the_order_of_the_parts(threads):
    """With more than one thread the second part is done before the first, which waits for it, and still comes second."""
    second_is_done = Event()

    def work(part: int) -> int:
        if part == 1 and threads > 1:
            assert second_is_done.wait(MINUTE)
        if part == 2:
            second_is_done.set()
        return part * 10

    assert [10, 20, 30, 40, 50] == list(in_order(work, [1, 2, 3, 4, 5], threads=threads))
    assert [] == list(in_order(work, [], threads=threads))


def test_two_threads_work_at_once_and_one_is_the_callers():
    meeting = Barrier(2)
    list(in_order(lambda _: meeting.wait(MINUTE), [1, 2], threads=2))  # BrokenBarrierError if one waited for the other
    assert [get_ident()] * 2 == list(in_order(lambda _: get_ident(), [1, 2], threads=1))


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_at_most_a_part_more_than_threads_is_asked_for_ahead(threads):
    asked: list[int] = []

    def parts() -> Iterator[int]:
        for part in range(20):
            asked.append(part)
            yield part

    for handed, made in enumerate(in_order(lambda part: part, parts(), threads=threads), start=1):
        assert made == handed - 1
        assert len(asked) - (handed - 1) <= threads + 1
    assert list(range(20)) == asked


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_an_error_comes_out_as_it_is_after_what_was_before_it(threads):
    """Part 3 of 6 fails: 1 and 2 come, then its own error; the same where asking for part 3 fails."""

    class Broken(Exception):
        pass

    def work(part: int) -> int:
        if part == 3:
            raise Broken("third")
        return part

    def until_third() -> Iterator[int]:
        yield from (1, 2)
        raise Broken("no third")

    came: list[int] = []
    with pytest.raises(Broken, match=r"^third$"):
        came.extend(in_order(work, range(1, 7), threads=threads))
    assert came == [1, 2]
    with pytest.raises(Broken, match=r"^no third$"):
        list(in_order(work, until_third(), threads=threads))


def test_who_stops_early_ends_the_work():
    """After the first of a hundred results nothing is begun but what was asked for ahead, and the parts are closed."""
    begun: list[int] = []
    closed = Event()

    def parts() -> Iterator[int]:
        try:
            yield from range(100)
        finally:
            closed.set()

    made = in_order(lambda part: begun.append(part) or part, parts(), threads=2)
    assert next(made) == 0
    made.close()
    del made
    assert closed.is_set()
    assert len(begun) <= 3


def test_threads_are_those_of_the_settings_within_bounds():
    assert (1, 3, 4) == (threads_for(1, 4), threads_for(3, 4), threads_for(64, 4))
    assert 1 <= threads_for(None, 4) <= 4
