"""
JSON lines: one object a line, its keys the columns.

A key that a row lacks is null, like an empty text; a list or object is JSON text, a number is written the shortest way
(`1.10` as 1.1). A header name with dots, `buyer.phone`, reaches
into nested objects. A line that is no JSON object is rejected.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

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
        self._session = duckdb.connect()

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
            lines = data[:cut].split(b"\n")
            if lines and not lines[-1]:
                lines.pop()
            if lines:
                yield self._block(lines, line, wanted)
            line += len(lines)

    def _block(self, lines: list[bytes], first_line: int, wanted: Sequence[str]) -> Block:
        rejects: list[Reject] = []
        texts: list[bytes] = []
        at: list[int] = []
        for number, raw in enumerate(lines, start=first_line):
            if not raw.strip():
                continue
            if b"\xed" in raw and encodings.UNDECODABLE.search(raw):
                rejects.append(Reject(number, "undecodable_bytes", None, encodings.show(raw)))
            else:
                texts.append(raw)
                at.append(number)
        rows = pa.table({"line": pa.array(at, pa.int64()), "row": pa.array(texts, pa.binary()).cast(pa.string())})
        paths = [_pointer(name) for name in wanted]
        nested = ["".join(_pointer(part) for part in name.split(".")) for name in wanted]
        columns = "".join(f", nullif(coalesce(row ->> $p{i}, row ->> $n{i}), '') as c{i}" for i in range(len(wanted)))
        parameters: dict[str, Any] = {f"p{i}": path for i, path in enumerate(paths)}
        parameters |= {f"n{i}": path for i, path in enumerate(nested)}
        self._session.register("rows", rows)
        bad = self._session.execute(
            "select line, row, json_valid(row) from rows where case when json_valid(row) then json_type(row) <> 'OBJECT' else true end order by line"
        ).fetchall()
        rejects += [Reject(number, "not_an_object" if valid else "broken_json", None, row) for number, row, valid in bad]
        good = self._session.execute(
            f"select line{columns} from rows where case when json_valid(row) then json_type(row) = 'OBJECT' else false end order by line",
            parameters,
        ).to_arrow_table()
        table = pa.table([good.column(f"c{i}").cast(pa.string()) for i in range(len(wanted))], names=list(wanted))
        self.seen |= {name for name in wanted if table.column(name).null_count < table.num_rows}
        return Block(table, good.column("line").to_numpy().astype(np.int64), sorted(rejects))


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
