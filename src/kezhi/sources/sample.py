"""The first rows of a file that nothing is known of yet, with its header found by the names we know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kezhi.settings import FilesSettings
from kezhi.sources.formats import format_of, open_file
from kezhi.sources.header import looks_like_value, unique_names
from kezhi.sources.headers import known_names
from kezhi.sources.reading import Reading

ROWS = 5000


@dataclass(frozen=True, slots=True)
class Sample:
    """The top of a file: `columns` maps each header to its first values."""

    path: Path
    settings: FilesSettings  # only what must be said to read the file so again
    columns: dict[str, list[str | None]]
    has_header: bool
    encoding: str | None
    encoding_is_sure: bool
    delimiter: str | None

    @property
    def header(self) -> list[str]:
        """The names of the columns."""
        return list(self.columns)

    def column(self, header: str) -> Iterator[str | None]:
        """All values of one column; the file is read on as far as they are asked for."""
        for block in open_file(self.path, self.settings, self.header).blocks([header]):
            yield from block.table.column(header).to_pylist()


def take_sample(path: Path) -> Sample:
    """
    Find out how *path* is to be read and read its first rows.

    Raises:
        FileUnreadable: It cannot be opened or parsed at all.
        NothingToRead: It is empty.
    """
    kind = format_of(path)
    settings = FilesSettings(files=path.name, columns={}, format=kind)
    reading = open_file(path, settings, [])
    if kind == "csv" and len(reading.header) == 1 and _is_set_apart_by_blanks(_top(reading)):
        settings = settings.model_copy(update={"delimiter": " "})
        reading = open_file(path, settings, [])
    has_header = True
    if kind in ("csv", "excel"):
        best = max(_top(reading), key=known_names)
        if known_names(best) > known_names(reading.header):
            reading = open_file(path, settings, [name for name in best if not name.startswith("#")])
        elif known_names(reading.header) == 0 and _is_data(reading.header):
            has_header = False
            reading = open_file(path, settings, [f"#{i + 1}" for i in range(max(map(len, _top(reading))))])
    columns: dict[str, list[str | None]] = {name: [] for name in reading.header}
    for block in reading.blocks(reading.header):
        for name in reading.header:
            columns[name] += block.table.column(name)[: ROWS - len(columns[name])].to_pylist()
        if not columns or len(next(iter(columns.values()))) >= ROWS:
            break
    return Sample(
        path,
        settings,
        columns,
        has_header,
        reading.settings.encoding,
        getattr(reading, "encoding_is_sure", True),
        reading.settings.delimiter,
    )


def _top(reading: Reading) -> list[list[str]]:
    rows = getattr(reading, "top_rows", [])
    return [unique_names(row) for row in rows] or [reading.header]


def _is_data(header: list[str]) -> bool:
    """A first row with a number or date in it is data."""
    return any(looks_like_value(name) for name in header if not name.startswith("#"))


def _is_set_apart_by_blanks(rows: list[list[str]]) -> bool:
    """Whether at least nine in ten lines fall into the same number of words, three or more."""
    widths = Counter(len(row[0].split()) for row in rows if row)
    width, count = widths.most_common(1)[0]
    return len(rows) > 1 and width >= 3 and count * 10 >= len(rows) * 9
