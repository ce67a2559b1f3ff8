"""The log's writer: one thread, one `fdatasync` for all batches that wait, each id once."""

from __future__ import annotations

import asyncio
import os
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kezhi.sources.collector.events import Event
from kezhi.sources.collector.seen import Seen
from kezhi.sources.collector.segments import SUFFIX, batches, line_of, segments

SEGMENT_BYTES = 64 * 1024 * 1024
MOST_WAITING = 64 * 1024 * 1024  # bytes of requests that wait for the disk; more are told to come again
KNOWN_IDS = 250_000  # see Seen; some 70 MB at most
DURABLE: Callable[[int], None] = getattr(os, "fdatasync", os.fsync)


class Busy(Exception):
    """More waits for the disk than memory may hold."""


class NotKept(Exception):
    """The disk refused; nothing of the batch counts as accepted."""


@dataclass(slots=True)
class _Waiting:
    """One batch on its way to the disk."""

    source: str
    received_at: str
    sent_at: Any
    good: list[tuple[str, Event]]
    bad: list[tuple[str, str, Any]]
    size: int
    done: asyncio.Future[int]
    kept: int = 0
    marked: list[str] | None = None


class Log:
    """
    The log in *folder*, for one process; others may have theirs in the same folder.

    Args:
        folder: Is made when the first batch comes.
        segment_bytes: A segment is closed once it is larger.
        most_waiting: Bytes that may wait for the disk.
        known_ids: How many ids are recognised when they come again.
        sync: What makes written bytes durable.
    """

    def __init__(
        self,
        folder: Path,
        *,
        segment_bytes: int = SEGMENT_BYTES,
        most_waiting: int = MOST_WAITING,
        known_ids: int = KNOWN_IDS,
        sync: Callable[[int], None] = DURABLE,
    ) -> None:
        self.folder, self.segment_bytes, self.most_waiting = folder, segment_bytes, most_waiting
        self._seen, self._sync = Seen(known_ids), sync
        self._waiting: list[_Waiting] = []
        self._waiting_bytes = 0
        self._changed = threading.Condition()
        self._closed = False
        self._thread: threading.Thread | None = None
        self._fd: int | None = None
        self._written = 0

    async def append(
        self,
        source: str,
        good: list[tuple[str, Event]],
        bad: list[tuple[str, str, Any]],
        *,
        received_at: str,
        sent_at: Any,
        size: int,
    ) -> int:
        """
        Keep a batch; on disk when this returns. Gives how many of its events had not come before.

        Args:
            source: Of the write key.
            good: Events and their ids, from `events.sift`.
            bad: Id, reason and event of those that cannot be used.
            received_at: ISO 8601 in UTC.
            sent_at: As the sender said.
            size: Bytes that the request took.

        Raises:
            Busy: Too much is waiting.
            NotKept: The disk refused.
        """
        loop = asyncio.get_running_loop()
        item = _Waiting(source, received_at, sent_at, good, bad, size, loop.create_future())
        with self._changed:
            if self._closed or self._waiting_bytes + size > self.most_waiting:
                raise Busy
            self._waiting.append(item)
            self._waiting_bytes += size
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="collector-log", daemon=True)
                self._thread.start()
            self._changed.notify()
        return await item.done

    def close(self) -> None:
        """Write what waits, and stop."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()
        self._end_segment()

    def _work(self) -> None:
        self._remember()
        while True:
            with self._changed:
                while not self._waiting and not self._closed:
                    self._changed.wait()
                group, self._waiting = self._waiting, []
            if not group:
                return
            problem = self._write(group)
            with self._changed:
                self._waiting_bytes -= sum(item.size for item in group)
            for loop in {item.done.get_loop() for item in group}:
                if not loop.is_closed():
                    loop.call_soon_threadsafe(_tell, [item for item in group if item.done.get_loop() is loop], problem)

    def _remember(self) -> None:
        """The ids of the newest events of the folder, so that what comes again after a restart is recognised."""
        found: list[tuple[str, list[str]]] = []
        count = 0
        for segment in reversed(segments(self.folder)):
            here = [(batch.source, [name for name, _ in batch.events] + [name for name, _, _ in batch.bad]) for batch in batches(segment)]
            found = here + found
            count += sum(len(ids) for _, ids in here)
            if count >= self._seen.most:
                break
        for source, ids in found:
            self._seen.new(source, ids)

    def _write(self, group: list[_Waiting]) -> Exception | None:
        """Write what is new of *group*; on an error nothing of it counts."""
        lines = [line for item in group if (line := self._line(item))]
        if not lines:
            return None
        try:
            if self._fd is None:
                self._begin_segment()
            assert self._fd is not None
            block = memoryview(b"".join(lines))
            size = len(block)
            while block:
                block = block[os.write(self._fd, block) :]
            self._sync(self._fd)
        except OSError as error:
            for item in group:
                self._seen.forget(item.source, item.marked or [])
            self._give_up_segment()
            return NotKept(str(error))
        self._written += size
        if self._written >= self.segment_bytes:
            self._end_segment()
        return None

    def _line(self, item: _Waiting) -> bytes:
        """The line of what is new in *item*; empty when nothing is."""
        names = [name for name, _ in item.good]
        bad_names = [name for name, _, _ in item.bad]
        fresh = self._seen.new(item.source, names)
        fresh_bad = self._seen.new(item.source, bad_names)
        new = item.good if all(fresh) else [one for one, is_new in zip(item.good, fresh, strict=True) if is_new]
        new_bad = [one for one, is_new in zip(item.bad, fresh_bad, strict=True) if is_new]
        item.kept = len(new)
        item.marked = [name for name, _ in new] + [name for name, _, _ in new_bad]
        if not new and not new_bad:
            return b""
        return line_of(
            {
                "source": item.source,
                "received_at": item.received_at,
                "sent_at": item.sent_at,
                "ids": [name for name, _ in new],
                "events": [event for _, event in new],
                "bad": new_bad,
            }
        )

    def _begin_segment(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{time.time_ns():020d}-{secrets.token_hex(4)}{SUFFIX}"
        self._fd = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, 0o600)
        self._written = 0
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _end_segment(self) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def _give_up_segment(self) -> None:
        """After an error: cut off what may have been written of the group, and go on in a new segment."""
        if self._fd is None:
            return
        with suppress(OSError):  # what stays is recognised by its ids
            os.ftruncate(self._fd, self._written)
        self._end_segment()


def _tell(items: list[_Waiting], problem: Exception | None) -> None:
    for item in items:
        if not item.done.done():  # the request may have gone away
            if problem is None:
                item.done.set_result(item.kept)
            else:
                item.done.set_exception(problem)
