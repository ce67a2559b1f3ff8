"""The delimiter of a file, told by which one cuts the top of it into rows of one width."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from kezhi.sources.encodings import show
from kezhi.sources.header import TOP_ROWS, unique_names
from kezhi.sources.quoting import LINE_ENDS, next_record

CANDIDATES = (",", "\t", ";", "|")
TOP_BYTES = 1 << 20


class TopRecord(NamedTuple):
    """A record near the top: its fields, the byte after it, the line it begins on and the line after it."""

    fields: list[str]
    end: int
    line: int
    next_line: int


def top_records(top: bytes, delimiter: str, most: int = TOP_ROWS) -> list[TopRecord]:
    """The first *most* records of *top* that are not blank; a broken one is one field."""
    lines = top[:TOP_BYTES].splitlines(keepends=True)
    if len(top) > TOP_BYTES and len(lines) > 1:
        lines.pop()  # cut off
    records: list[TopRecord] = []
    i = at = 0
    while i < len(lines) and len(records) < most:
        text = lines[i].rstrip(LINE_ENDS)
        record = None if delimiter == " " else next_record(lines, i, delimiter.encode("ascii"), None, final=True)
        begin, used = i, 1 if record is None else record.lines
        fields = text.split() if record is None else record.fields or [text]
        i += used
        at += sum(map(len, lines[begin:i]))
        if text.strip():
            records.append(TopRecord([show(value) for value in fields], at, begin + 1, i + 1))
    return records


def find_delimiter(top: bytes, wanted: Sequence[str]) -> str:
    """
    The delimiter among `, tab ; |`; a comma for a file with one column.

    A delimiter that brings out more of the *wanted* header names is better than one that does not; then the
    share of rows that have the most frequent width, the first row counting half.
    """

    def score(delimiter: str) -> tuple[int, float, int]:
        rows = [record.fields for record in top_records(top, delimiter)]
        hits = max((len(set(wanted) & set(unique_names(row))) for row in rows), default=0)
        widths = Counter(len(row) for row in rows if len(row) > 1)
        if not widths:
            return hits, 0.0, -CANDIDATES.index(delimiter)
        width, count = widths.most_common(1)[0]
        share = count / len(rows)
        return hits, share if len(rows[0]) == width else share / 2, -CANDIDATES.index(delimiter)

    return max(CANDIDATES, key=score)
