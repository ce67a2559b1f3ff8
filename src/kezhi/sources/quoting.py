r"""
Records of delimited text read line by line, for the pieces that are not regular.

Understood besides the standard form: blanks around a quoted field, quotes inside an unquoted field (taken
literally), and `\"` where the standard form would be broken. What is broken costs its own line only: the next line is tried again as the beginning
of a record.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

QUOTE = b'"'
LINE_ENDS = b"\r\n"
MOST_BYTES = 1 << 20  # a quoted field that is not closed within this many bytes is taken as unclosed
_QUOTED = re.compile(rb'"((?:[^"]|"")*+)"[ \t]*')
_ESCAPED = re.compile(rb'"((?:[^"\\]|\\.|"")*+)"[ \t]*', re.DOTALL)
_ESCAPE = re.compile(rb'\\(["\\])')


class Record(NamedTuple):
    """One record: its fields (none when broken), how many lines it spans, and why it is broken."""

    fields: list[bytes] | None
    lines: int
    reason: str | None = None


def fields_of(text: bytes, delimiter: bytes, *, escaped: bool = False) -> list[bytes] | str:
    r"""The fields of one record; `open` when a quote is not closed, `broken` when text follows a closing quote."""
    if QUOTE not in text:
        return text.split(delimiter)
    fields, at = [], 0
    while True:
        start = at
        while start < len(text) and text[start] in b" \t" and text[start : start + 1] != delimiter:
            start += 1
        if text[start : start + 1] == QUOTE:
            match = (_ESCAPED if escaped else _QUOTED).match(text, start)
            if match is None:
                return "open"
            at = match.end()
            if at < len(text) and text[at : at + 1] != delimiter:
                # a delimiter of blank or tab was taken as padding: look right behind the quote
                at = match.end(1) + 1
                if text[at : at + 1] != delimiter:
                    return "broken"
            value = match[1].replace(b'""', QUOTE)
            fields.append(_ESCAPE.sub(rb"\1", value) if escaped else value)
        else:
            end = text.find(delimiter, at)
            fields.append(text[at:] if end < 0 else text[at:end])
            at = len(text) if end < 0 else end
        if at >= len(text):
            return fields
        at += 1


def next_record(lines: Sequence[bytes], i: int, delimiter: bytes, width: int | None, *, final: bool) -> Record | None:
    """
    The record that begins at `lines[i]` (line ends kept); none when more lines are needed to tell.

    Args:
        lines: The lines in hand.
        i: Where the record begins.
        delimiter: One byte.
        width: Fields expected; it tells an unclosed quote that swallowed good lines. None: any.
        final: No more lines will come.
    """
    text = lines[i].rstrip(LINE_ENDS)
    fields = fields_of(text, delimiter)
    if isinstance(fields, list):
        return Record(fields, 1)
    if b'\\"' in text:
        escaped = fields_of(text, delimiter, escaped=True)
        if isinstance(escaped, list) and (width is None or len(escaped) == width):
            return Record(escaped, 1)
    if fields == "broken":
        return Record(None, 1, "broken_quotes")
    pieces, size = [lines[i]], len(lines[i])
    for j in range(i + 1, len(lines)):
        pieces.append(lines[j])
        size += len(lines[j])
        if QUOTE in lines[j]:
            fields = fields_of(b"".join(pieces).rstrip(LINE_ENDS), delimiter)
            if fields == "broken":
                return Record(None, 1, "unclosed_quote")
            if isinstance(fields, list):
                span = j + 1 - i
                swallowed = width is not None and len(fields) != width and _are_records(lines[i + 1 : j + 1], delimiter, width)
                return Record(None, 1, "unclosed_quote") if swallowed else Record(fields, span)
        if size > MOST_BYTES:
            return Record(None, 1, "unclosed_quote")
    return Record(None, 1, "unclosed_quote") if final else None


def _are_records(lines: Sequence[bytes], delimiter: bytes, width: int) -> bool:
    """Whether most of *lines* are whole records by themselves."""
    good = sum(isinstance(f := fields_of(line.rstrip(LINE_ENDS), delimiter), list) and len(f) == width for line in lines)
    return good * 2 >= len(lines)


def canonical(fields: Sequence[bytes], delimiter: bytes) -> bytes:
    """The fields as one record in the standard form, with its line end."""
    if len(fields) == 1 and not fields[0]:
        return b'""\n'  # an empty line would be no record
    special = (delimiter, QUOTE, b"\n", b"\r")
    return delimiter.join(QUOTE + f.replace(QUOTE, b'""') + QUOTE if any(s in f for s in special) else f for f in fields) + b"\n"
