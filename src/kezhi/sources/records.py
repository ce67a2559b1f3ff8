"""
Delimited text cut into good records and rejects, each with its exact line.

How it stays fast: for a piece of 4 MB, NumPy finds all line ends, delimiters and quotes at once. A quote
opens or closes by whether an even or odd number of quotes stands before it, so delimiters and line ends
outside quotes are known without a loop, and so are the fields of each record and the lines before it.
If each record has the right number of fields, the piece goes to the CSV parser untouched. Where a quote stands
in a strange place, or a record over several lines has the wrong width, `quoting` reads a window of lines
one by one (some ten times slower) and the fast way goes on behind it; a piece with many such places
is read by lines to its end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from kezhi.sources.encodings import UNDECODABLE, show
from kezhi.sources.quoting import LINE_ENDS, QUOTE, canonical, next_record
from kezhi.sources.reading import Reject

MOST_PENDING_BYTES = 2 << 20
WINDOW_BYTES = 16 << 10
MOST_WINDOWS = 12
_LF, _CR = 10, 13
_BLANKS = re.compile(rb"[ \t]+")
_OUTER_BLANKS = re.compile(rb"(?m)^\t|\t$")


@dataclass(frozen=True, slots=True)
class Records:
    """Good records in standard form, ended by LF, the line each begins on, and what was rejected."""

    text: bytes
    lines: np.ndarray
    rejects: list[Reject]
    has_inner_newlines: bool


class Splitter:
    """
    Cuts pieces of UTF-8 text into `Records`.

    Args:
        delimiter: One ASCII character; a blank means any run of blanks and tabs, without quotes.
        width: Fields of a good record. More is accepted when the rest is empty, as some exports end each row with a delimiter.
        first_line: The line the first piece begins on.
    """

    def __init__(self, delimiter: str, width: int, first_line: int) -> None:
        self.by_blanks = delimiter == " "
        self.delimiter = b"\t" if self.by_blanks else delimiter.encode("ascii")
        self.width = width
        self.line = first_line
        self.pending = b""

    def split(self, piece: bytes, *, final: bool = False) -> Records:
        """The records that are complete with *piece*; what is left waits for the next one."""
        data = self.pending + piece
        held = b""
        if not final and data.endswith(b"\r"):  # its LF may be the next piece's first byte
            data, held = data[:-1], b"\r"
        if final and data and data[-1] not in LINE_ENDS:
            data += b"\n"
        if self.by_blanks or QUOTE not in data:
            records, rest = self._plain(data)
        else:
            records, rest = self._mend(data, final=final)
        self.pending = rest + held
        return records

    def _mend(self, data: bytes, *, final: bool) -> tuple[Records, bytes]:
        """The fast way as far as it goes, line by line where it does not."""
        parts: list[Records] = []
        window = WINDOW_BYTES
        for _ in range(MOST_WINDOWS):
            records, used, lines, is_regular = self._quoted(data)
            parts.append(records)
            self.line += lines
            data = data[used:]
            if is_regular and len(data) <= (0 if final else MOST_PENDING_BYTES):
                return _joined(parts), data
            cut = data.rfind(b"\n", 0, window) + 1
            if is_regular or not cut:  # a quote that is never closed, or a very long line
                break
            records, rest = self._careful(data[:cut], final=final and cut == len(data))
            parts.append(records)
            window = WINDOW_BYTES if len(rest) < cut else window * 8
            data = rest + data[cut:]
        records, rest = self._careful(data, final=final)
        return _joined([*parts, records]), rest

    def _plain(self, data: bytes) -> tuple[Records, bytes]:
        """Without quotes each line is a record."""
        if b"\r" in data:
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        cut = data.rfind(b"\n") + 1
        data, rest = data[:cut], data[cut:]
        if self.by_blanks:
            data = _OUTER_BLANKS.sub(b"", _BLANKS.sub(b"\t", data))
        array = np.frombuffer(data, np.uint8)
        ends = np.flatnonzero(array == _LF)
        counts = np.diff(np.searchsorted(np.flatnonzero(array == self.delimiter[0]), ends), prepend=0)
        lines = self.line + np.arange(len(ends), dtype=np.int64)
        self.line += len(ends)
        return self._select(data, ends, counts, lines, False), rest

    def _quoted(self, data: bytes) -> tuple[Records, int, int, bool]:
        """Records, the bytes and lines they took, and whether it was all that *data* holds in standard form."""
        array, dropped = _line_ends_outside_quotes(np.frombuffer(data, np.uint8))
        quotes = np.flatnonzero(array == QUOTE[0])
        feeds = np.flatnonzero(array == _LF)
        ends = feeds[np.searchsorted(quotes, feeds) & 1 == 0]
        cut = int(ends[-1]) + 1 if len(ends) else 0
        # also those behind the cut: after an unclosed quote all line ends seem to stand inside quotes
        opening, closing = quotes[0::2], quotes[1::2]
        before, after = array[opening - 1], np.append(array, np.uint8(_LF))[closing + 1]
        opens_field = (opening == 0) | (before == self.delimiter[0]) | (before == _LF) | (before == QUOTE[0])
        closes_field = np.ones(len(opening), bool)
        closes_field[: len(closing)] = (after == self.delimiter[0]) | (after == _LF) | (after == QUOTE[0])
        strange = np.flatnonzero(~(opens_field & closes_field))
        if len(strange):  # trust what ends before the pair of quotes that is not in standard form
            ends = ends[: np.searchsorted(ends, opening[strange[0]])]
        delimiters = np.flatnonzero(array == self.delimiter[0])
        delimiters = delimiters[np.searchsorted(quotes, delimiters) & 1 == 0]
        delimiters = delimiters[delimiters < cut]
        counts = np.diff(np.searchsorted(delimiters, ends), prepend=0)
        # every line end counts for the line numbers, also inside quotes: LF, CRLF, and a CR alone
        returns = np.flatnonzero(array[:cut] == _CR)
        alone = returns[array[returns + 1] != _LF]
        breaks = np.sort(np.concatenate([feeds, alone])) if len(alone) else feeds
        upto = np.searchsorted(breaks, ends, side="right")
        spans = np.diff(upto, prepend=0)
        wrong = np.flatnonzero((spans > 1) & (counts != self.width - 1))
        regular = len(strange) == 0 and len(wrong) == 0
        if len(wrong):
            ends, counts, upto, spans = (values[: wrong[0]] for values in (ends, counts, upto, spans))
        cut = int(ends[-1]) + 1 if len(ends) else 0
        lines = (self.line + upto - spans).astype(np.int64)
        records = self._select(array[:cut].tobytes(), ends, counts, lines, bool((spans > 1).any()))
        used = cut + int(np.searchsorted(dropped, cut, side="right")) if cut < len(array) else len(data)
        return records, used, int(upto[-1]) if len(upto) else 0, regular

    def _select(self, data: bytes, ends: np.ndarray, counts: np.ndarray, lines: np.ndarray, inner: bool) -> Records:
        """The records of the right width; a loop only over the others."""
        starts = np.concatenate([[0], ends[:-1] + 1]).astype(np.int64)[: len(ends)]
        odd = counts != self.width - 1
        if self.width == 1:
            odd |= ends == starts  # a blank line of a file with one column
        if b"\xed" in data:
            bad = [match.start() for match in UNDECODABLE.finditer(data)]
            odd[np.searchsorted(ends, bad)] = True
        if not odd.any():
            return Records(data, lines, [], inner)
        pieces: list[bytes] = []
        rejects: list[Reject] = []
        at = 0
        for i in np.flatnonzero(odd):
            start, end = int(starts[i]), int(ends[i])
            pieces.append(data[at:start])
            at = end + 1
            good = self._judge(data[start:end], int(counts[i]) + 1, int(lines[i]), rejects)
            if good is not None:
                pieces.append(good)
                odd[i] = False
        pieces.append(data[at : int(ends[-1]) + 1])
        return Records(b"".join(pieces), lines[~odd], rejects, inner)

    def _is_blank(self, raw: bytes) -> bool:
        """A blank line is no record and no reject."""
        return not raw if self.width == 1 else not raw.strip(b" " if self.delimiter == b"\t" else b" \t")

    def _judge(self, raw: bytes, fields: int, line: int, rejects: list[Reject]) -> bytes | None:
        """What to keep of a record that is not regular; what is neither kept nor blank is added to *rejects*."""
        extra = fields - self.width
        if self._is_blank(raw):
            return None
        if UNDECODABLE.search(raw):
            rejects.append(Reject(line, "undecodable_bytes", None, show(raw)))
        elif extra < 0:
            rejects.append(Reject(line, "too_few_columns", f"{fields} < {self.width}", show(raw)))
        elif extra > 0 and not raw.endswith(self.delimiter * extra):
            rejects.append(Reject(line, "too_many_columns", f"{fields} > {self.width}", show(raw)))
        else:
            return raw[: len(raw) - extra] + b"\n"
        return None

    def _careful(self, data: bytes, *, final: bool) -> tuple[Records, bytes]:
        """Line by line; takes what `_quoted` cannot."""
        lines = data.splitlines(keepends=True)
        unfinished = lines.pop() if lines and lines[-1][-1] not in LINE_ENDS else b""
        kept: list[bytes] = []
        at: list[int] = []
        rejects: list[Reject] = []
        inner, i = False, 0
        while i < len(lines):
            record = next_record(lines, i, self.delimiter, self.width, final=final)
            if record is None:
                break
            raw = b"".join(lines[i : i + record.lines]).rstrip(LINE_ENDS)
            line = self.line + i
            i += record.lines
            if self._is_blank(raw):
                continue
            fields = record.fields
            if fields is None:
                rejects.append(Reject(line, record.reason or "broken_quotes", None, show(raw)))
                continue
            extra = len(fields) - self.width
            if extra > 0 and raw.endswith(self.delimiter * extra):  # as `_judge`: an empty field in quotes is a column of its own
                fields = fields[: self.width]
            if len(fields) != self.width or UNDECODABLE.search(raw):
                self._judge(raw, len(fields), line, rejects)
                continue
            kept.append(canonical(fields, self.delimiter))
            at.append(line)
            inner = inner or record.lines > 1
        self.line += i
        return Records(b"".join(kept), np.asarray(at, np.int64), rejects, inner), b"".join(lines[i:]) + unfinished


def _line_ends_outside_quotes(array: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """
    CRLF and CR outside quotes as LF, inside they are part of the value.

    Also where bytes were left out: byte i of what is kept stood at i + the number of those places up to i.
    """
    returns = np.flatnonzero(array == _CR)
    if len(returns) == 0:
        return array, returns
    outside = returns[np.searchsorted(np.flatnonzero(array == QUOTE[0]), returns) & 1 == 0]
    before_feed = array[np.minimum(outside + 1, len(array) - 1)] == _LF
    alone, dropped = outside[~before_feed], outside[before_feed]
    if len(alone):
        array = array.copy()
        array[alone] = _LF
    keep = np.ones(len(array), bool)
    keep[dropped] = False
    return array[keep], dropped - np.arange(len(dropped))


def _joined(parts: list[Records]) -> Records:
    if len(parts) == 1:
        return parts[0]
    return Records(
        b"".join(part.text for part in parts),
        np.concatenate([part.lines for part in parts]),
        [reject for part in parts for reject in part.rejects],
        any(part.has_inner_newlines for part in parts),
    )
