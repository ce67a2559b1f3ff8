"""Pages to files as three careless systems would write them; every byte follows from the pages."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import polars as pl
import xlsxwriter

from kezhi.city.pages import Page
from kezhi.city.seasons import END

WORKBOOK_ROWS = 100_000
_NUMBER = r"^-?(0|[1-9]\d*)(\.\d+)?$"


class Files:
    """The data files of a city; pages are appended to the file they name, closed all at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: dict[str, BinaryIO] = {}

    def __enter__(self) -> Files:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for file in self._open.values():
            file.close()

    def csv(self, page: Page) -> None:
        """Append to a GB18030 file with commas, CRLF and, in a new file, a header."""
        text = page.frame.write_csv(include_header=False, line_terminator="\r\n")
        if page.broken:
            rows = text.split("\r\n")[:-1]
            for before, broken in sorted(page.broken, key=lambda item: item[0], reverse=True):
                rows.insert(before, broken)
            text = "\r\n".join(rows) + "\r\n"
        if page.source_file not in self._open:
            text = ",".join(page.frame.columns) + "\r\n" + text
        self._file(page).write(text.encode("gb18030"))

    def json_lines(self, page: Page, numbers: tuple[str, ...] = ()) -> None:
        """Append to a UTF-8 file, one object a line; cells of *numbers* that look like numbers are written as numbers."""
        cells = []
        for header in page.frame.columns:
            quoted = pl.concat_str(
                pl.lit('"'),
                pl.col(header).str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True),
                pl.lit('"'),
            )
            value = pl.when(pl.col(header).str.contains(_NUMBER)).then(pl.col(header)).otherwise(quoted) if header in numbers else quoted
            cells.append(pl.concat_str(pl.lit(f'"{header}": '), value.fill_null("null")))
        lines = page.frame.select(line=pl.concat_str(pl.lit("{"), pl.concat_str(cells, separator=", "), pl.lit("}")))["line"].to_list()
        for before, broken in sorted(page.broken, key=lambda item: item[0], reverse=True):
            lines.insert(before, broken)
        self._file(page).write(("\n".join(lines) + "\n").encode() if lines else b"")

    def workbook(self, page: Page, numbers: dict[str, set[int]], dates: tuple[str, ...]) -> None:
        """
        Write one workbook of one sheet, named in `source_file` after the #.

        Args:
            page: At most `WORKBOOK_ROWS` rows.
            numbers: Header -> the rows whose cell is kept as a number.
            dates: Headers whose ISO cells are kept as dates.
        """
        path, sheet_name = page.source_file.split("#")
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with xlsxwriter.Workbook(str(target), {"constant_memory": True}) as book:
            book.set_properties({"created": datetime(END.year, END.month, END.day), "author": "", "title": ""})
            as_date = book.add_format({"num_format": "yyyy-mm-dd"})
            bold = book.add_format({"bold": True})
            sheet = book.add_worksheet(sheet_name)
            sheet.freeze_panes(1, 0)
            headers = page.frame.columns
            for column, header in enumerate(headers):
                sheet.write_string(0, column, header, bold)
            for row, cells in enumerate(page.frame.iter_rows()):
                for column, (header, cell) in enumerate(zip(headers, cells, strict=True)):
                    if cell is None:
                        continue
                    if row in numbers.get(header, ()):
                        sheet.write_number(row + 1, column, float(cell))
                    elif header in dates and len(cell) == 10 and cell[4] == "-":
                        sheet.write_datetime(row + 1, column, datetime.fromisoformat(cell), as_date)
                    else:
                        sheet.write_string(row + 1, column, cell)

    def _file(self, page: Page) -> BinaryIO:
        if page.source_file not in self._open:
            path = self.folder / page.source_file
            path.parent.mkdir(parents=True, exist_ok=True)
            self._open[page.source_file] = path.open("wb", buffering=1 << 20)
        return self._open[page.source_file]
