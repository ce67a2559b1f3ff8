"""
Delimited text files: CSV, TSV and their kin.

Pieces of the file go through `encodings` (to UTF-8) and `records` (good records, rejects, line numbers), and the good
records through Arrow's CSV parser with every column as text: it meets only records of the right width, so
rows and line numbers stay side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from kezhi.errors import FileUnreadable, NothingToRead
from kezhi.locales import Phrase
from kezhi.settings import FilesSettings
from kezhi.sources import encodings
from kezhi.sources.delimiter import TOP_BYTES, find_delimiter, top_records
from kezhi.sources.header import header_row, unique_names
from kezhi.sources.reading import Block
from kezhi.sources.records import Records, Splitter

LONGEST_LINE_BYTES = 64 << 20


class CsvReading:
    """One delimited file; see `reading.Reading`."""

    source_suffix = ""

    def __init__(self, path: Path, settings: FilesSettings, wanted: Sequence[str]) -> None:
        self._path = path
        encoding, self.encoding_is_sure = (settings.encoding, True) if settings.encoding else encodings.detect(path)
        self._pieces = encodings.utf8_chunks(path, encoding)
        top = b""
        for piece in self._pieces:
            top += piece
            if len(top) > TOP_BYTES and top.strip():
                break
        if not top.strip():
            raise NothingToRead(what=path.name, hint=Phrase("sources.hints.empty"))
        delimiter = settings.delimiter or find_delimiter(top, wanted)
        records = top_records(top, delimiter)
        self.top_rows = [record.fields for record in records]
        index = header_row(self.top_rows, wanted)
        end = records[index].end
        if index >= 0 and end < len(top) and top[end - 1 : end] not in (b"\n", b"\r"):  # a header longer than TOP_BYTES
            raise FileUnreadable(
                file=path.name,
                problem=Phrase("sources.problems.long_line", line=records[index].line, megabytes=TOP_BYTES >> 20),
                hint="",
            )
        self.header_line = records[index].line if index >= 0 else None
        self.header = unique_names(self.top_rows[index]) if index >= 0 else unique_names([""] * max(map(len, self.top_rows)))
        self._delimiter = delimiter
        self._first_line = records[index].next_line if index >= 0 else 1
        self._rest = top[records[index].end :] if index >= 0 else top
        self.settings = settings.model_copy(update={"format": "csv", "encoding": encoding, "delimiter": delimiter})

    def blocks(self, wanted: Sequence[str]) -> Iterator[Block]:
        """Rows with the *wanted* columns, a piece of about 4 MB at a time."""
        splitter = Splitter(self._delimiter, len(self.header), self._first_line)
        pieces = chain([self._rest], self._pieces)
        self._rest = b""
        for piece in pieces:
            yield self._block(splitter.split(piece), wanted)
            if len(splitter.pending) > LONGEST_LINE_BYTES:
                raise FileUnreadable(
                    file=self._path.name,
                    problem=Phrase("sources.problems.long_line", line=splitter.line, megabytes=LONGEST_LINE_BYTES >> 20),
                    hint="",
                )
        yield self._block(splitter.split(b"", final=True), wanted)

    def _block(self, records: Records, wanted: Sequence[str]) -> Block:
        if len(records.lines) == 0:
            table = pa.table({name: pa.array([], pa.string()) for name in wanted})
            return Block(table, records.lines, records.rejects)
        blanks = self._delimiter == " "
        table = arrow_csv.read_csv(
            pa.BufferReader(records.text),
            read_options=arrow_csv.ReadOptions(column_names=self.header, block_size=len(records.text) + 1),
            parse_options=arrow_csv.ParseOptions(
                delimiter="\t" if blanks else self._delimiter,
                quote_char=False if blanks else '"',
                newlines_in_values=records.has_inner_newlines,
                ignore_empty_lines=False,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(wanted, pa.string()),
                include_columns=list(wanted),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
        if wanted and table.num_rows != len(records.lines):  # a promise between two files of ours, not the user's fault
            raise FileUnreadable(
                file=self._path.name, problem=Phrase("sources.problems.miscount", records=len(records.lines), rows=table.num_rows), hint=""
            )
        return Block(table, np.asarray(records.lines), records.rejects)


def open_csv(path: Path, settings: FilesSettings, wanted: Sequence[str]) -> CsvReading:
    """Open a delimited file; `delimiter: " "` means columns set apart by any run of blanks."""
    return CsvReading(path, settings, wanted)
