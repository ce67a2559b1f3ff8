"""What was loaded before: one JSON file beside the raw tables, replaced as a whole after each file."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

NAME = "index.json"
# A file changed within this time of being hashed may have changed again without a new mtime.
RACY_NS = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One loaded file: how it looked, how it was mapped, and what came of it."""

    size: int
    mtime_ns: int
    hashed_ns: int
    content: str
    mapping: str
    source_file: str
    raw: str
    rejects: str | None
    rows_in: int
    rows_rejected: int


def read(folder: Path) -> dict[str, Entry]:
    """The entries by `source/table/file`; none when there is no index or it cannot be understood: then all is read again."""
    try:
        data = json.loads((folder / NAME).read_text(encoding="utf-8"))
        return {key: Entry(**values) for key, values in data.items()}
    except (FileNotFoundError, ValueError, TypeError, AttributeError):
        return {}


def write(folder: Path, entries: dict[str, Entry]) -> None:
    """Replace the index; a crash leaves the old one or the new one."""
    temporary = folder / f".{NAME}.{os.getpid()}.tmp"
    with temporary.open("w", encoding="utf-8") as stream:
        json.dump({key: asdict(entry) for key, entry in sorted(entries.items())}, stream, ensure_ascii=False, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(folder / NAME)
