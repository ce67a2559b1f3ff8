"""Reads one file the way a project does, and gives back its rows and rejects."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from kezhi.settings import FilesSettings
from kezhi.sources.formats import open_file


class Read(NamedTuple):
    """What came of a file."""

    header: list[str]
    rows: list[list[str | None]]
    lines: list[int]
    rejects: dict[int, str]  # line to reason
    raw: dict[int, str]  # line to text
    settings: FilesSettings


def read(path: Path, wanted: Sequence[str] = (), **settings: Any) -> Read:
    """All columns of *path*."""
    reading = open_file(path, FilesSettings(files=path.name, columns={}, **settings), wanted)
    rows: list[list[str | None]] = []
    lines: list[int] = []
    rejects: dict[int, str] = {}
    raw: dict[int, str] = {}
    for block in reading.blocks(reading.header):
        columns = [column.to_pylist() for column in block.table.columns]
        found = [list(row) for row in zip(*columns, strict=True)]
        assert len(found) == len(block.lines)
        rows += found
        lines += [int(line) for line in block.lines]
        for reject in block.rejects:
            assert reject.line not in rejects
            rejects[reject.line], raw[reject.line] = reject.reason, reject.raw_text
    return Read(list(reading.header), rows, lines, rejects, raw, reading.settings)


def read_bytes(folder: Path, data: bytes, name: str = "f.csv", **settings: Any) -> Read:
    """The bytes as a file."""
    path = folder / name
    path.write_bytes(data)
    return read(path, **settings)
