"""What every reader hands on: the header it found, then blocks of rows as text with the line each came from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import pyarrow as pa

from kezhi.errors import ColumnMissing
from kezhi.locales import Phrase
from kezhi.settings import FilesSettings


class Reject(NamedTuple):
    """A row that could not be read: its first line, a code of `locales` section `rejects`, and the text as it came."""

    line: int
    reason: str
    detail: str | None
    raw_text: str


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of a file: text columns named after the header, `lines[i]` the line of row i, and the rows left out."""

    table: pa.Table
    lines: np.ndarray
    rejects: list[Reject] = field(default_factory=list)


class Reading(Protocol):
    """An opened file: `header` is known at once, the rows come in blocks so that memory stays bounded."""

    @property
    def header(self) -> list[str]:
        """Names of the columns, unique."""
        ...

    @property
    def header_line(self) -> int | None:
        """The line of the header; none when the format or the file has no such line."""
        ...

    @property
    def source_suffix(self) -> str:
        """What to add to the path to name the part that is read: `#sheet`."""
        ...

    @property
    def settings(self) -> FilesSettings:
        """The settings with what was found out filled in: format, encoding, delimiter, sheet."""
        ...

    def blocks(self, wanted: Sequence[str]) -> Iterator[Block]:
        """The rows with the *wanted* header columns; an empty cell is null."""
        ...


class Reader(Protocol):
    """Opens one format."""

    def __call__(self, path: Path, settings: FilesSettings, wanted: Sequence[str]) -> Reading:
        """Open *path*; *wanted* header names help to find the header row and the delimiter."""
        ...


def missing_columns(place: str, header: Sequence[str], wanted: Sequence[str]) -> ColumnMissing | None:
    """The error for *wanted* names that *header* lacks, with the nearest name as a hint."""
    missing = [name for name in wanted if name not in header]
    if not missing:
        return None
    near = get_close_matches(missing[0], list(header), n=1, cutoff=0.4)
    hint = Phrase("sources.hints.nearest", missing=missing[0], near=near[0]) if near else ""
    return ColumnMissing(table=place, missing=missing, present=list(header), hint=hint)
