"""
Files of the log and their records, read back.

A segment is a file of lines: eight hexadecimal digits of CRC-32, a blank, and one JSON object, which is one batch as it was
accepted: its events one by one, or the whole body as it was sent where nothing of it was left out (`body`), which need not be
written again. A server that starts begins a segment of its own and never writes to an older one, so a line that a crash tore
stays the last of its file: it has no end or a wrong checksum, and is passed over. Its batch was never acknowledged.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

COLLECTOR_FOLDER = Path(".kezhi", "collector")
LOG_FOLDER = COLLECTOR_FOLDER / "log"
SUFFIX = ".log"
PIECE = 5 * 1024


@dataclass(frozen=True, slots=True)
class Batch:
    """
    One accepted batch: its source, when it came and was sent, the good events with their ids, the bad ones with why.

    `end` is the byte after it in its segment.
    """

    source: str
    received_at: str
    sent_at: Any
    events: list[tuple[str, dict[str, Any]]]
    bad: list[tuple[str, str, Any]]
    end: int


def said_of(batch: dict[str, Any], body: bytes = b"") -> bytes:
    """What the line of *batch* says; *body* is JSON on one line, an object with the events under `batch`."""
    return orjson.dumps({**batch, "body": orjson.Fragment(body)} if body else batch, option=orjson.OPT_NON_STR_KEYS)


def line_of(said: bytes) -> bytes:
    """The line that says *said*."""
    return b"%08x %b\n" % (_checksum(said), said)


def _checksum(said: bytes) -> int:
    """
    CRC-32, piece by piece: of more than 5 KiB `zlib.crc32` lets go of the interpreter.

    To have it back from the thread that answers takes a thousand times as long as the checksum.
    """
    found, view = 0, memoryview(said)
    for start in range(0, len(said), PIECE):
        found = zlib.crc32(view[start : start + PIECE], found)
    return found


def segments(folder: Path) -> list[Path]:
    """The segments in *folder*, oldest first."""
    return sorted(folder.glob(f"*{SUFFIX}"))


def batches(segment: Path, start: int = 0) -> Iterator[Batch]:
    """
    The whole batches of *segment* from byte *start* on.

    Where *start* is in the middle of a line, the rest of that line is passed over. What is still being written is left for
    the next reading.
    """
    with segment.open("rb") as stream:
        if start:
            stream.seek(start - 1)
            if stream.read(1) != b"\n":
                stream.readline()
        end = stream.tell()
        for line in stream:
            if not line.endswith(b"\n"):
                return
            end += len(line)
            batch = _read(line, end)
            if batch is not None:
                yield batch


def _read(line: bytes, end: int) -> Batch | None:
    """The batch of a line; None when its checksum is wrong."""
    said = line[9:-1]
    try:
        if int(line[:8], 16) != zlib.crc32(said):
            return None
        found = orjson.loads(said)
        listed = found["body"]["batch"] if "body" in found else found["events"]
        events = [(name, event) for name, event in zip(found["ids"], listed, strict=True)]
        return Batch(found["source"], found["received_at"], found["sent_at"], events, [tuple(one) for one in found["bad"]], end)
    except (ValueError, KeyError, TypeError):
        return None
