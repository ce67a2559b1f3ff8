"""A list of customers as a file: read, masked and written batch by batch, so that memory does not grow with it."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from starlette.background import BackgroundTask

from kezhi.errors import WrongInput
from kezhi.flow.reader import Reader
from kezhi.kit.engine import ir
from kezhi.locales import Phrase, text
from kezhi.measure.words import code_word, stage_word
from kezhi.serve.access.sight import mask
from kezhi.serve.customers.listing import COLUMNS
from kezhi.settings import Settings

FORMS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
MOST = {"csv": 500_000, "xlsx": 100_000}
BATCH = 2_000
ALL = ("customer_id", "name", "phone", *COLUMNS[1:])
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # a spreadsheet of the East takes the wide ones too


def columns_of(asked: list[str] | None) -> tuple[str, ...]:
    """
    The columns that were asked for, the id always first.

    Raises:
        WrongInput: One is unknown.
    """
    wrong = [name for name in asked or () if name not in ALL]
    if wrong:
        raise WrongInput(problem=Phrase("serve.column_unknown", column=", ".join(wrong), known=", ".join(ALL)))
    return tuple(dict.fromkeys(("customer_id", *asked))) if asked else ALL


def fits_in(form: str, rows: int = 0) -> int:
    """
    How many rows a file of the form may have.

    Raises:
        WrongInput: *rows* are more.
    """
    if rows > MOST[form]:
        raise WrongInput(problem=Phrase("serve.export_large", rows=rows, most=MOST[form]))
    return MOST[form]


def csv_lines(reader: Reader, asked: ir.Table, settings: Settings, lang: str) -> Iterator[bytes]:
    """The file as CSV with a byte order mark, by which Excel knows UTF-8."""
    buffer = io.StringIO()
    write = csv.writer(buffer, lineterminator="\r\n")
    write.writerow(_head(asked, lang))
    yield b"\xef\xbb\xbf"
    for rows in _rows(reader, asked, settings, lang):
        write.writerows([_safe(value) for value in row] for row in rows)
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue().encode()  # the head of a list without rows


def workbook(reader: Reader, asked: ir.Table, settings: Settings, lang: str) -> tuple[Path, BackgroundTask]:
    """The file as a workbook on disk, written row by row, and what removes it when it has been sent."""
    import xlsxwriter

    folder = tempfile.TemporaryDirectory(prefix="kezhi-export-")
    path = Path(folder.name) / "customers.xlsx"
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "tmpdir": folder.name,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, 1)
        sheet.write_row(0, 0, _head(asked, lang))
        place = 0
        for rows in _rows(reader, asked, settings, lang):
            for row in rows:
                place += 1
                for column, value in enumerate(row):
                    if isinstance(value, date):
                        sheet.write_datetime(place, column, datetime(value.year, value.month, value.day), day)
                    elif isinstance(value, (int, float, Decimal)):
                        sheet.write_number(place, column, float(value))
                    elif value is not None:
                        sheet.write_string(place, column, str(_safe(value)))
    return path, BackgroundTask(folder.cleanup)


def _head(asked: ir.Table, lang: str) -> list[str]:
    return [text(f"serve.columns.{name}", lang) for name in asked.columns]


def _rows(reader: Reader, asked: ir.Table, settings: Settings, lang: str) -> Iterator[list[list[Any]]]:
    for batch in reader.batches(asked, BATCH):
        made = []
        for row in batch.to_pylist():
            shown = mask(row)
            if "rfm_group" in shown and shown["rfm_group"] is not None:
                shown["rfm_group"] = code_word("report.groups", shown["rfm_group"], lang)
            if "lifecycle_stage" in shown:
                shown["lifecycle_stage"] = stage_word(shown["lifecycle_stage"], settings, lang)
            if shown.get("gender") is not None:
                shown["gender"] = code_word("report.genders", shown["gender"], lang)
            made.append([shown[name] for name in asked.columns])
        yield made


def _safe(value: Any) -> Any:
    """*value* so that no spreadsheet takes it for a formula; numbers are numbers."""
    return "'" + value if isinstance(value, str) and value.startswith(FORMULA) else value
