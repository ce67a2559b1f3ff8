"""One sheet of a workbook, written row by row: typed cells, text that stays text, frozen header, filter, widths."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from math import isfinite
from typing import Any

import pyarrow as pa
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from kezhi.measure.formats import Formats

MAX_ROWS = 1_048_575  # Excel's rows, the header taken off
MAX_TEXT = 32_767  # Excel's letters per cell
WIDTHS = {"text": 18, "long": 46, "number": 13, "decimal": 13, "money": 16, "share": 11, "day": 13, "yes_no": 11}

# exact numbers that are no amounts
NO_MONEY = ("value_score", "current_contribution", "potential_contribution", "loyalty_contribution", "loyalty_index", "change", "told_gap")

Write = Callable[[int, int, Any], Any]


class Styles:
    """The cell formats of one workbook."""

    def __init__(self, book: Workbook, formats: Formats) -> None:
        sign = formats.sign.replace('"', "")
        self.header = book.add_format(
            {"bold": True, "bg_color": "#1D4F8C", "font_color": "#FFFFFF", "text_wrap": True, "valign": "vcenter"}
        )
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.of: dict[str, Format] = {
            "number": book.add_format({"num_format": "#,##0"}),
            "decimal": book.add_format({"num_format": "#,##0.0##"}),
            "money": book.add_format({"num_format": f'"{sign}"#,##0.00;[Red]-"{sign}"#,##0.00'}),
            "share": book.add_format({"num_format": "0.0%"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        }


class SheetWriter:
    """Writes a sheet from top to bottom; call `close` at the end."""

    def __init__(
        self,
        sheet: Worksheet,
        styles: Styles,
        heads: Sequence[str],
        kinds: Sequence[str],
        *,
        yes_no: tuple[str, str] = ("yes", "no"),
        most: int | None = None,
    ) -> None:
        self.sheet, self.styles, self.kinds, self.rows, self.cut = sheet, styles, list(kinds), 0, False
        self._yes_no, self._most = yes_no, MAX_ROWS if most is None else min(most, MAX_ROWS)
        sheet.freeze_panes(1, 0)
        sheet.set_row(0, 32)
        for column, (head, kind) in enumerate(zip(heads, kinds, strict=True)):
            sheet.set_column(column, column, max(WIDTHS[kind], min(len(head.encode("gb18030", "replace")) + 4, 30)))
            sheet.write_string(0, column, head, styles.header)
        self._heads = len(heads)
        self._writers = [self._writer(kind) for kind in kinds]

    def write(self, row: Iterable[Any]) -> None:
        """One row; past the last row that the sheet may have it is left out and `cut` becomes True."""
        if self.rows >= self._most:
            self.cut = True
            return
        self.rows += 1
        for column, (write, value) in enumerate(zip(self._writers, row, strict=True)):
            if value is not None:
                write(self.rows, column, value)

    def close(self) -> None:
        """Put the filter over what was written."""
        self.sheet.autofilter(0, 0, max(self.rows, 1), self._heads - 1)

    def _writer(self, kind: str) -> Write:
        sheet, style = self.sheet, self.styles.of.get(kind)

        def text(row: int, column: int, value: Any) -> None:
            # write_string never makes a formula or a link; a longer text would be dropped in silence
            words = str(value)
            sheet.write_string(
                row,
                column,
                words if len(words) <= MAX_TEXT else words[: MAX_TEXT - 1] + "…",
                self.styles.wrapped if kind == "long" else None,
            )

        def number(row: int, column: int, value: Any) -> None:
            if isfinite(value):
                sheet.write_number(row, column, float(value), style)

        def day(row: int, column: int, value: date) -> None:
            if value.year >= 1900:
                sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), style)
            else:  # Excel's calendar begins in 1900
                sheet.write_string(row, column, value.isoformat())

        def yes_no(row: int, column: int, value: bool) -> None:
            sheet.write_string(row, column, self._yes_no[0] if value else self._yes_no[1])

        return {"text": text, "long": text, "day": day, "yes_no": yes_no}.get(kind, number)


def kind_of(name: str, kind: pa.DataType) -> str:
    """How a column is written: what its Arrow type and its name say."""
    if pa.types.is_boolean(kind):
        return "yes_no"
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return "day"
    if pa.types.is_decimal(kind):
        return "decimal" if "points" in name or name in NO_MONEY else "money"
    if pa.types.is_integer(kind):
        return "number"
    if pa.types.is_floating(kind):
        return "share" if name.endswith(("share", "_rate", "rate_low", "rate_high", "_probability")) else "decimal"
    return "long" if name in ("raw_text", "tags", "expression", "reasons", "reasons_en") else "text"
