"""What the server serves: one project, its store, and the snapshot that is current."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from fastapi import Request

from kezhi.errors import NoSnapshot
from kezhi.flow.lake import CURRENT, Lake
from kezhi.flow.reader import Reader
from kezhi.kit.engine import ir
from kezhi.settings import Settings, load
from kezhi.sources.collector import LOG_FOLDER
from kezhi.sources.collector.tail import Tail
from kezhi.store import Database


class Workspace:
    """One project that is served; safe to use from many threads."""

    def __init__(self, folder: Path, store: Database) -> None:
        self.folder = folder
        self.settings: Settings = load(folder)
        self.settings_digest = hashlib.sha256(self.settings.model_dump_json().encode()).hexdigest()
        self.store = store
        self.tail = Tail(folder / LOG_FOLDER, self.zone)
        self._lake = Lake(folder / ".kezhi" / "lake")
        self._readers: list[Reader] = []  # the last two: a request that began before a new snapshot ends on the old one
        self._pointer: tuple[int, int] | None = None
        self._changing = threading.Lock()

    def zone(self, source: str) -> ZoneInfo:
        """The time zone of a source's business time."""
        known = self.settings.sources.get(source)
        return ZoneInfo((known.timezone if known else None) or self.settings.timezone)

    def reader(self) -> Reader:
        """
        The tables of the current snapshot.

        Raises:
            NoSnapshot: The project has not been run.
        """
        try:
            stat = (self._lake.folder / CURRENT).stat()
        except OSError:
            raise NoSnapshot(folder=str(self.folder), what="a snapshot") from None
        pointer = (stat.st_mtime_ns, stat.st_ino)
        if pointer != self._pointer:
            with self._changing:
                current = self._lake.current()
                if current is None:
                    raise NoSnapshot(folder=str(self.folder), what="a snapshot")
                if not self._readers or self._readers[-1].snapshot.name != current.name:
                    self._readers.append(Reader(current, memory_limit=self.settings.serve.memory_limit))
                    for old in self._readers[:-2]:
                        old.close()
                    del self._readers[:-2]
                self._pointer = pointer
        return self._readers[-1]

    def close(self) -> None:
        """Let go of the snapshots and the store."""
        for reader in self._readers:
            reader.close()
        self._readers.clear()
        self.store.close()


def workspace(request: Request) -> Workspace:
    """The workspace of the application that answers *request*."""
    found: Workspace = request.app.state.workspace
    return found


def rows(reader: Reader, asked: ir.Table) -> list[dict[str, Any]]:
    """The rows of *asked* as dictionaries: a page, never a whole table."""
    table: pa.Table = reader.answer(asked)
    return list(table.to_pylist())
