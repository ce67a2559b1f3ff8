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
from kezhi.sources.collector.segments import SUFFIX, batches, line_of, said_of, segments

SEGMENT_BYTES = 64 * 1024 * 1024
MOST_WAITING = 64 * 1024 * 1024  # bytes of requests that wait for the disk; more are told to come again
KNOWN_IDS = 250_000  # see Seen; some 70 MB at most
DURABLE: Callable[[int], None] = getattr(os, "fdatasync", os.fsync)


class Busy(Exception):
    """More waits for the disk than memory may hold."""


class NotKept(Exception):
    """The disk refused; nothing of the batch counts as accepted."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """One batch on its way to the disk: what its line says (empty when nothing of it is new) and the ids that were marked for it."""

    said: bytes
    source: str
    marked: list[str]
    kept: int
    size: int
    done: asyncio.Future[int]


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
        self._remembered = threading.Event()
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
        body: bytes = b"",
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
            body: The same events as JSON on one line (see `segments.said_of`), if there is such; it is kept when all are new and good.

        Raises:
            Busy: Too much is waiting.
            NotKept: The disk refused.
        """
        if not self._remembered.is_set():
            await asyncio.to_thread(self._remember)
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        with self._changed:
            if self._closed or self._waiting_bytes + size > self.most_waiting:
                raise Busy
            item = self._item(source, good, bad, received_at, sent_at, size, body, done)
            if not item.said and not self._waiting_bytes:
                return 0  # all of it is on disk already
            self._waiting.append(item)
            self._waiting_bytes += size
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="collector-log", daemon=True)
                self._thread.start()
            self._changed.notify()
        return await done

    def close(self) -> None:
        """Write what waits, and stop."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()
        self._end_segment()

    def _work(self) -> None:
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
                if problem is not None:  # nor does what was sent again meanwhile, and waits behind it
                    group += self._waiting
                    self._waiting_bytes -= sum(item.size for item in self._waiting)
                    self._waiting = []
                    for item in group:
                        self._seen.forget(item.source, item.marked)
            for loop in {item.done.get_loop() for item in group}:
                if not loop.is_closed():
                    loop.call_soon_threadsafe(_tell, [item for item in group if item.done.get_loop() is loop], problem)

    def _remember(self) -> None:
        """The ids of the newest events of the folder, so that what comes again after a restart is recognised."""
        with self._changed:
            if self._remembered.is_set():
                return
            found: list[tuple[str, list[str]]] = []
            count = 0
            for segment in reversed(segments(self.folder)):
                here = [(one.source, [name for name, _ in one.events] + [name for name, _, _ in one.bad]) for one in batches(segment)]
                found = here + found
                count += sum(len(ids) for _, ids in here)
                if count >= self._seen.most:
                    break
            for source, ids in found:
                self._seen.new(source, ids)
            self._remembered.set()

    def _item(
        self,
        source: str,
        good: list[tuple[str, Event]],
        bad: list[tuple[str, str, Any]],
        received_at: str,
        sent_at: Any,
        size: int,
        body: bytes,
        done: asyncio.Future[int],
    ) -> _Waiting:
        """
        What is new of a batch, marked as known.

        An id that was marked a moment ago may not be on disk yet. Whoever sends it again waits with an empty one behind it.
        """
        names = [name for name, _ in good]
        fresh = self._seen.new(source, names)
        if not all(fresh):
            body = b""
            good = [one for one, is_new in zip(good, fresh, strict=True) if is_new]
            names = [name for name, _ in good]
        if bad:
            body = b""
            fresh = self._seen.new(source, [name for name, _, _ in bad])
            bad = [one for one, is_new in zip(bad, fresh, strict=True) if is_new]
        if not good and not bad:
            return _Waiting(b"", source, [], 0, size, done)
        said: dict[str, Any] = {"source": source, "received_at": received_at, "sent_at": sent_at, "ids": names, "bad": bad}
        if not body:
            said["events"] = [event for _, event in good]
        return _Waiting(said_of(said, body), source, names + [name for name, _, _ in bad], len(good), size, done)

    def _write(self, group: list[_Waiting]) -> Exception | None:
        """Write the lines of *group*; on an error nothing of it counts."""
        block = memoryview(b"".join([line_of(item.said) for item in group if item.said]))
        size = len(block)
        if not size:
            return None
        try:
            if self._fd is None:
                self._begin_segment()
            assert self._fd is not None
            while block:
                block = block[os.write(self._fd, block) :]
            self._sync(self._fd)
        except OSError as error:
            self._give_up_segment()
            return NotKept(str(error))
        self._written += size
        if self._written >= self.segment_bytes:
            self._end_segment()
        return None

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
