"""Which row is the header, and what its columns are called."""

from __future__ import annotations

import re
from collections.abc import Sequence

TOP_ROWS = 50  # a header stands within the first so many rows
_BY_POSITION = re.compile(r"#([1-9]\d*)")
_VALUE = re.compile(r"[-+￥¥$€£]?[\d,.]*\d%?|\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?([ T]\d{1,2}:\d{2}(:\d{2}.*)?)?")


def clean_name(cell: object) -> str:
    """A header cell without byte order mark, outer blanks and line ends."""
    return " ".join(str(cell if cell is not None else "").replace("\ufeff", "").split())


def unique_names(cells: Sequence[object]) -> list[str]:
    """Names of the columns: a repeated one gets `.1`, `.2`; an empty one is named by position, `#3`."""
    names: dict[str, None] = {}
    repeats: dict[str, int] = {}
    for position, cell in enumerate(cells, start=1):
        name = candidate = clean_name(cell) or f"#{position}"
        while candidate in names:
            repeats[name] = repeats.get(name, 0) + 1
            candidate = f"{name}.{repeats[name]}"
        names[candidate] = None
    return list(names)


def by_position(wanted: Sequence[str]) -> bool:
    """Whether the mapping names columns as `#1`, `#2`: then the file has no header."""
    return bool(wanted) and all(_BY_POSITION.fullmatch(name) for name in wanted)


def header_row(rows: Sequence[Sequence[object]], wanted: Sequence[str]) -> int:
    """
    The index of the header among the top *rows*; -1 when the mapping says there is none.

    With *wanted* names it is the first row that holds most of them. Without, it is the first row that is more than half as wide as
    the widest and has no number or date in it; so titles above a table are passed over.
    """
    if by_position(wanted):
        return -1
    names = [set(unique_names(row)) for row in rows]
    if wanted:
        hits = [len(set(wanted) & found) for found in names]
        if hits and max(hits) > 0:
            return hits.index(max(hits))
    filled = [sum(1 for cell in row if clean_name(cell)) for row in rows]
    if not filled:
        return 0
    width = max(filled)
    for i, row in enumerate(rows):
        if filled[i] * 2 > width and not any(looks_like_value(cell) for cell in row) and (filled[i] > 1 or width == 1):
            return i
    return next((i for i, count in enumerate(filled) if count), 0)


def looks_like_value(cell: object) -> bool:
    """Whether a cell is a number or a date, which no header is."""
    return _VALUE.fullmatch(clean_name(cell)) is not None
