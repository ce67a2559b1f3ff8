"""The collector's log: what is acknowledged is there once, a torn end is told apart, old ids are known after a restart."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kezhi.sources.collector import Busy, Log, NotKept
from kezhi.sources.collector.events import sift
from kezhi.sources.collector.seen import Seen
from kezhi.sources.collector.segments import batches, line_of, said_of, segments

NOW = "2026-11-22T06:00:00+00:00"


def event(name: str) -> dict:
    return {"type": "track", "event": "view", "userId": "u", "messageId": name}


def append(log: Log, *groups: list[str], source: str = "web") -> list:
    async def at_once():
        sent = [log.append(source, *sift([event(name) for name in names]), received_at=NOW, sent_at=None, size=100) for names in groups]
        return await asyncio.gather(*sent, return_exceptions=True)

    return asyncio.run(at_once())


def ids(folder: Path) -> list[str]:
    return [name for path in segments(folder) for batch in batches(path) for name, _ in batch.events]


def test_batches_that_wait_together_are_written_with_one_sync(tmp_path):
    syncs = []
    log = Log(tmp_path, sync=syncs.append)
    assert append(log, *([f"{i}"] for i in range(50))) == [1] * 50
    log.close()
    assert sorted(ids(tmp_path), key=int) == [str(i) for i in range(50)]
    assert len(syncs) < 50


def test_an_id_counts_once_per_source(tmp_path):
    log = Log(tmp_path)
    assert sum(append(log, ["a", "a", "b"], ["b", "c"])) == 3  # whichever of the two comes first
    assert append(log, ["a", "c"]) == [0]
    assert append(log, ["a"], source="app") == [1]
    log.close()
    assert sorted(ids(tmp_path)) == ["a", "a", "b", "c"]


def test_a_new_process_knows_what_the_old_one_wrote(tmp_path):
    for expected in (2, 0):
        log = Log(tmp_path)
        assert append(log, ["a", "b"]) == [expected]
        log.close()
    assert ids(tmp_path) == ["a", "b"]


@given(cut=st.integers(1, 400), data=st.data())
def test_a_torn_end_is_passed_over_and_whole_batches_before_it_are_read(tmp_path_factory, cut, data):
    folder = tmp_path_factory.mktemp("torn")
    lines = [
        line_of(said_of({"source": "web", "received_at": NOW, "sent_at": None, "ids": [n], "events": [event(n)], "bad": []})) for n in "abc"
    ]
    whole = b"".join(lines)
    kept = whole[: max(0, len(whole) - cut)]
    noise = data.draw(st.binary(max_size=30)) if cut < 100 else b""
    (folder / "1.log").write_bytes(kept + noise)
    complete = sum(len(kept) >= len(b"".join(lines[: i + 1])) for i in range(3))
    assert ids(folder)[:complete] == list("abc")[:complete]
    assert set(ids(folder)) <= set("abc")


def test_reading_can_begin_in_the_middle_of_a_line(tmp_path):
    lines = [
        line_of(said_of({"source": "web", "received_at": NOW, "sent_at": None, "ids": [n], "events": [event(n)], "bad": []})) for n in "abc"
    ]
    path = tmp_path / "1.log"
    path.write_bytes(b"".join(lines))
    for start in range(len(lines[0]) + 1):
        assert [batch.events[0][0] for batch in batches(path, start)] == (list("abc") if start == 0 else list("bc"))
    assert [batch.end for batch in batches(path)] == [len(lines[0]), len(lines[0]) * 2, len(lines[0]) * 3]


def test_a_damaged_line_costs_only_itself(tmp_path):
    lines = [
        line_of(said_of({"source": "web", "received_at": NOW, "sent_at": None, "ids": [n], "events": [event(n)], "bad": []})) for n in "abc"
    ]
    lines[1] = lines[1].replace(b"view", b"vyew")
    (tmp_path / "1.log").write_bytes(b"".join(lines))
    assert ids(tmp_path) == ["a", "c"]


def test_a_refusing_disk_fails_the_batch_and_the_next_try_succeeds(tmp_path):
    def refuse(_: int) -> None:
        raise OSError(28, "No space left on device")

    log = Log(tmp_path)
    assert append(log, ["a"]) == [1]
    works, log._sync = log._sync, refuse
    first, second = append(log, ["b"], ["b", "c"])
    assert isinstance(first, NotKept)
    assert isinstance(second, NotKept)
    log._sync = works
    assert append(log, ["b", "c"]) == [2]
    log.close()
    assert ids(tmp_path) == ["a", "b", "c"]


def test_more_than_may_wait_is_told_to_come_again(tmp_path):
    log = Log(tmp_path, most_waiting=150)
    (answer,) = append(log, ["a"])
    assert answer == 1
    log.most_waiting = 50
    (answer,) = append(log, ["b"])
    assert isinstance(answer, Busy)


def test_a_full_segment_is_followed_by_another(tmp_path):
    log = Log(tmp_path, segment_bytes=300)
    for name in "abcdef":
        append(log, [name])
    log.close()
    assert ids(tmp_path) == list("abcdef")
    assert len(segments(tmp_path)) > 1


@pytest.mark.parametrize("most", [1, 10])
def test_the_newest_ids_stay_known_and_memory_is_bounded(most):
    seen = Seen(most)
    for i in range(100):
        assert seen.new("web", [str(i)]) == [True]
        assert seen.new("web", [str(i)]) == [False]
        held = sum(len(one) for generation in (seen._young, seen._old) for one in generation.values())
        assert held <= 2 * most + 2
    assert seen.new("web", [str(i) for i in range(100 - most, 100)]) == [False] * most
