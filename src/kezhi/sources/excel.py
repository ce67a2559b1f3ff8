"""
Workbooks (.xlsx, .xls, .xlsm, .xlsb, .ods), one sheet at a time, every cell as text.

A number reads as it is stored, without a trailing `.0`; a date as ISO. A cell with an error is null. The line of a row is the row
of the sheet. Rows without any value are no rows. The sheet is held in memory: a workbook has at most 1,048,576 rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import fastexcel
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kezhi.errors import FileUnreadable, NothingToRead
from kezhi.locales import Phrase
from kezhi.settings import FilesSettings
from kezhi.sources.header import TOP_ROWS, header_row, unique_names
from kezhi.sources.reading import Block

_MIDNIGHT = r"^(\d{4}-\d{2}-\d{2}) 00:00:00$"
_TIME_ONLY = r"^1899-12-3[01] (\d{2}:\d{2}:\d{2})$"


class ExcelReading:
    """One sheet; see `reading.Reading`."""

    def __init__(self, path: Path, settings: FilesSettings, wanted: Sequence[str]) -> None:
        sheet, table = _load(path, settings.sheet)
        self.source_suffix = f"#{sheet}"
        self.settings = settings.model_copy(update={"format": "excel", "sheet": sheet})
        top = table.slice(0, TOP_ROWS)
        self.top_rows: list[list[Any]] = [list(row.values()) for row in top.to_pylist()]
        filled = [i for i, row in enumerate(self.top_rows) if any(cell is not None for cell in row)]
        if not filled and not any(column.null_count < len(column) for column in table.columns):
            raise NothingToRead(what=f"{path.name}{self.source_suffix}", hint=Phrase("sources.hints.empty"))
        index = header_row(self.top_rows, wanted)
        self.header_line = index + 1 if index >= 0 else None
        self.header = unique_names(self.top_rows[index] if index >= 0 else [""] * table.num_columns)
        self._first_row = index + 1
        self._table = table.rename_columns(self.header).slice(self._first_row)

    def blocks(self, wanted: Sequence[str]) -> Iterator[Block]:
        """All rows of the sheet with the *wanted* columns, as one block."""
        present = np.zeros(self._table.num_rows, bool)
        for column in self._table.columns:
            present |= pc.is_valid(column).to_numpy(zero_copy_only=False)
        kept = np.flatnonzero(present)
        table = self._table.select(list(wanted)).take(pa.array(kept))
        yield Block(table, kept.astype(np.int64) + self._first_row + 1)


def _load(path: Path, sheet: str | None) -> tuple[str, pa.Table]:
    """The sheet's name and its cells as text, from the first row and column on."""
    try:
        book = fastexcel.read_excel(path)
        names = book.sheet_names
        if sheet is not None and sheet not in names:
            raise FileUnreadable(file=path.name, problem=Phrase("sources.problems.sheet", sheet=sheet), hint=", ".join(names))
        name = sheet if sheet is not None else names[0]
        # skip_rows=0 keeps empty rows above the table, so that a row's number is the sheet's
        batch = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_arrow()
    except FileUnreadable:
        raise
    except (fastexcel.FastExcelError, OSError, ValueError, IndexError) as error:
        problem = Phrase("sources.problems.no_book", detail=str(error).splitlines()[0])
        raise FileUnreadable(file=path.name, problem=problem, hint=Phrase("sources.hints.save_again")) from error
    columns = [_plain(pa.chunked_array([column]).cast(pa.string())) for column in batch.columns]
    return name, pa.table(columns, names=[f"#{i + 1}" for i in range(len(columns))])


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Empty text as null, and a date without the midnight that Excel adds to it."""
    column = pc.replace_substring_regex(column, _MIDNIGHT, r"\1")
    column = pc.replace_substring_regex(column, _TIME_ONLY, r"\1")
    return pc.if_else(pc.equal(pc.utf8_trim_whitespace(column), ""), pa.scalar(None, pa.string()), column)


def open_excel(path: Path, settings: FilesSettings, wanted: Sequence[str]) -> ExcelReading:
    """Open a sheet of a workbook; the first one when the settings name none."""
    return ExcelReading(path, settings, wanted)
