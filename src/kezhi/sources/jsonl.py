"""
JSON lines: one object a line, its keys the columns.

A key that a row lacks is null, like an empty text; a list or object is JSON text, a number is written the shortest way
(`1.10` as 1.1). A header name with dots, `buyer.phone`, reaches
into nested objects. A line that is no JSON object is rejected.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from kezhi.errors import FileUnreadable, NothingToRead
from kezhi.locales import Phrase
from kezhi.settings import FilesSettings
from kezhi.sources import encodings
from kezhi.sources.reading import Block, Reject

SAMPLE_LINES = 1000
LONGEST_LINE_BYTES = 64 << 20
_LF, _BLANK, _BRACE = b"\n {"


class JsonlReading:
    """One file of JSON lines; see `reading.Reading`."""

    source_suffix = ""
    header_line: int | None = None

    def __init__(self, path: Path, settings: FilesSettings, wanted: Sequence[str]) -> None:
        self._path = path
        encoding = settings.encoding or encodings.detect(path)[0]
        self._pieces = encodings.utf8_chunks(path, encoding)
        self._top = next(self._pieces, b"")
        sample = self._top.splitlines()[:SAMPLE_LINES]
        if not self._top.strip():
            raise NothingToRead(what=path.name, hint=Phrase("sources.hints.empty"))
        keys: dict[str, None] = {}
        for line in sample:
            for key in _keys(line):
                keys[key] = None
        if not keys:
            raise FileUnreadable(file=path.name, problem=Phrase("sources.problems.no_json"), hint=Phrase("sources.hints.json"))
        # a rare key may first come after the sample: believe the mapping, `load` counts whether it ever came
        self.header = [*keys, *(name for name in wanted if name not in keys)]
        self.seen = set(keys)
        self.top_rows: list[list[str]] = []
        self.settings = settings.model_copy(update={"format": "jsonl", "encoding": encoding})
        self._session = duckdb.connect(config={"threads": 1})  # files are read side by side

    def blocks(self, wanted: Sequence[str]) -> Iterator[Block]:
        """Rows with the *wanted* keys, a piece of about 4 MB at a time."""
        pending, line = b"", 1
        for piece in chain([self._top], self._pieces, [None]):
            data = pending + (piece if piece is not None else b"")
            cut = data.rfind(b"\n") + 1 if piece is not None else len(data)
            pending = data[cut:]
            if len(pending) > LONGEST_LINE_BYTES:
                raise FileUnreadable(
                    file=self._path.name,
                    problem=Phrase("sources.problems.long_line", line=line, megabytes=LONGEST_LINE_BYTES >> 20),
                    hint="",
                )
            if cut:
                rows = _rows(data[:cut], line)
                yield self._block(rows, wanted)
                line += rows.count

    def _block(self, rows: _Rows, wanted: Sequence[str]) -> Block:
        """Each line is parsed once, for all its keys together; one that cannot be parsed gives a null list."""
        nested = {name: "".join(map(_pointer, name.split("."))) for name in wanted if "." in name}
        paths = [*map(_pointer, wanted), *nested.values()]
        places = {name: len(wanted) + i for i, name in enumerate(nested, start=1)}
        values = [
            f"coalesce(found[{i}], found[{places[name]}])" if name in places else f"found[{i}]" for i, name in enumerate(wanted, start=1)
        ]
        columns = "".join(f", nullif({value}, '') as c{i}" for i, value in enumerate(values))
        self._session.register("rows", pa.table({"row": rows.texts}))
        table = self._session.execute(
            f"select found is null as is_broken{columns} from (select try(json_extract_string(row, $paths)) as found from rows)",
            {"paths": paths or ["/"]},
        ).to_arrow_table()
        broken = table.column("is_broken").to_numpy()
        bad = broken.copy()
        for i in np.flatnonzero(~rows.is_plain):  # what is parsed and begins with a brace is an object
            bad[i] = broken[i] or not rows.text(i).lstrip().startswith("{")
        lines, rejects = rows.lines, rows.rejects
        if bad.any():
            rejects = rejects + [
                Reject(int(lines[i]), "broken_json" if broken[i] else "not_an_object", None, rows.text(i)) for i in np.flatnonzero(bad)
            ]
            table, lines = table.filter(pa.array(~bad)), lines[~bad]
        table = pa.table([table.column(f"c{i}").cast(pa.string()) for i in range(len(wanted))], names=list(wanted))
        self.seen |= {name for name in wanted if table.column(name).null_count < table.num_rows}
        return Block(table, lines, sorted(rejects))


@dataclass(frozen=True, slots=True)
class _Rows:
    """Lines of a piece that are not blank and whose bytes are text, each with its line end."""

    texts: pa.StringArray
    lines: np.ndarray
    is_plain: np.ndarray  # begins with a brace
    rejects: list[Reject]
    count: int  # all lines of the piece

    def text(self, i: np.intp) -> str:
        """A line as it came, without its LF."""
        return str(self.texts[int(i)].as_py()).removesuffix("\n")


def _rows(data: bytes, first_line: int) -> _Rows:
    """Cuts *data*; a loop only over lines that begin with a blank or hold bytes that are no text."""
    array = np.frombuffer(data, np.uint8)
    bounds = np.concatenate([[0], np.flatnonzero(array == _LF) + 1])
    if bounds[-1] < len(data):
        bounds = np.append(bounds, len(data))
    count = len(bounds) - 1
    first = array[bounds[:-1]]
    keep = np.ones(count, bool)
    rejects: list[Reject] = []
    for i in np.flatnonzero(first <= _BLANK):
        keep[i] = bool(data[bounds[i] : bounds[i + 1]].strip())
    if b"\xed" in data:
        at = [match.start() for match in encodings.UNDECODABLE.finditer(data)]
        for i in np.unique(np.searchsorted(bounds, at, side="right") - 1):
            keep[i] = False
            raw = data[bounds[i] : bounds[i + 1]].removesuffix(b"\n")
            rejects.append(Reject(first_line + int(i), "undecodable_bytes", None, encodings.show(raw)))
    texts = pa.StringArray.from_buffers(count, pa.py_buffer(bounds.astype(np.int32)), pa.py_buffer(data))
    lines = first_line + np.arange(count, dtype=np.int64)
    if not keep.all():
        texts, lines, first = texts.filter(pa.array(keep)), lines[keep], first[keep]
    return _Rows(texts, lines, first == _BRACE, rejects, count)


def _pointer(key: str) -> str:
    """A JSON pointer to *key* (RFC 6901)."""
    return "/" + key.replace("~", "~0").replace("/", "~1")


def _keys(line: bytes) -> Iterator[str]:
    """The keys of the object on *line*, those of objects inside it with a dot."""
    try:
        row = json.loads(line)
    except ValueError:
        return
    if isinstance(row, dict):
        for key, value in row.items():
            if isinstance(value, dict):
                yield from (f"{key}.{inner}" for inner in value)
            else:
                yield key


def open_jsonl(path: Path, settings: FilesSettings, wanted: Sequence[str]) -> JsonlReading:
    """Open a file of JSON lines."""
    return JsonlReading(path, settings, wanted)
