"""The report as a workbook for Excel and LibreOffice: written in batches, so it may be larger than memory."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
from xlsxwriter import Workbook

from kezhi.measure import answers, words
from kezhi.measure.definitions import FIGURES, MONEY, SHARES
from kezhi.measure.figures import Figures, Rows, compute
from kezhi.measure.formats import Formats
from kezhi.measure.masking import PERSONAL, masked
from kezhi.measure.report import detail_sheets
from kezhi.measure.report.cells import MAX_ROWS, SheetWriter, Styles, kind_of
from kezhi.measure.report.detail_sheets import DETAIL, DETAIL_SHEETS
from kezhi.measure.report.sheets import SHEETS, Sheet
from kezhi.measure.source import ReportSource

BATCH_ROWS = 20_000
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
NEW = ("products", "fit", "lookalikes", "market", "circle_members", "key_customers")
QUOTING = ("corrections", "rejects")  # sheets with what stood in the files, which may name anybody
ALL_SHEETS = (*SHEETS, *DETAIL_SHEETS)
ORDER = (
    "overview",
    "customers",
    "rfm_groups",
    "lifecycle",
    "categories",
    "monthly",
    "cohorts",
    *NEW,
    *DETAIL,
    "corrections",
    "rejects",
    "definitions",
)


def write_xlsx(source: ReportSource, path: Path, *, lang: str, is_masked: bool = False, figures: Figures | None = None) -> None:
    """
    Write the workbook of *source* to *path*, whole or not at all.

    Sheets hold typed cells; empty cells are missing values. It names people: keep it where customer data may be.

    Args:
        source: The snapshot; a table it lacks leaves its sheet out.
        path: The file; its folder is made.
        lang: `zh` or `en`.
        is_masked: Whether names, phones, mails and such are masked, and the sheets that quote raw rows left out.
        figures: Those of *source*, where they are known already.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with Workbook(str(unfinished), OPTIONS) as book:
            _Writer(source, book, lang, figures or compute(source), is_masked=is_masked).write()
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def write_customers_xlsx(source: ReportSource, path: Path, *, lang: str) -> None:
    """The workbook that `kezhi analyze` leaves as customers.xlsx: the same sheets."""
    write_xlsx(source, path, lang=lang)


class _Writer:
    """Fills one workbook."""

    def __init__(self, source: ReportSource, book: Workbook, lang: str, figures: Figures, *, is_masked: bool) -> None:
        self.source, self.lang, self.is_masked = source, lang, is_masked
        self.formats = Formats(lang, source.settings.currency)
        self.figures = figures
        self.styles = Styles(book, self.formats)
        self.yes_no = (words.say("columns.yes", lang), words.say("columns.no", lang))
        self.notes = list(source.notes)
        open_ = [sheet for sheet in ALL_SHEETS if not (is_masked and sheet.name in QUOTING)]
        streamed = {sheet.name: table for sheet in open_ if (table := sheet.rows(source)) is not None}
        counted = {"rfm_groups": self.figures.rfm_groups, "lifecycle": self.figures.stages}
        there = {"overview", "definitions", *streamed, *(name for name, rows in counted.items() if rows is not None)}
        self.sheets = {name: book.add_worksheet(words.say(f"sheets.{name}", lang)) for name in ORDER if name in there}
        self.streamed = streamed

    def write(self) -> None:
        """All sheets; the overview last, when it is known what was cut."""
        for sheet in ALL_SHEETS:
            if sheet.name in self.streamed:
                self._stream(sheet)
        if self.figures.rfm_groups is not None:
            self._groups(self.figures.rfm_groups)
        if self.figures.stages is not None:
            self._stages(self.figures.stages)
        self._definitions()
        self._overview()

    def _stream(self, sheet: Sheet) -> None:
        table = self.streamed[sheet.name].limit(sheet.most + 1)
        table = detail_sheets.in_language(table, self.lang)
        names = list(table.columns)
        schema: pa.Schema = table.schema().to_pyarrow()
        kinds = [kind_of(name, schema.field(name).type) for name in names]
        writer = self._sheet(sheet.name, [self._head(sheet.name, name) for name in names], kinds, sheet.most)
        tellers = [self._teller(sheet.name, name) for name in names]
        for batch in table.to_pyarrow_batches(chunk_size=BATCH_ROWS):
            columns = (column.to_pylist() for column in batch.columns)
            told = [[tell(v) for v in values] if tell else values for tell, values in zip(tellers, columns, strict=True)]
            for row in zip(*told, strict=True):
                writer.write(row)
        writer.close()
        if writer.cut:
            title = words.say(f"sheets.{sheet.name}", self.lang)
            self.notes.append(
                words.say("sheets.cut", self.lang, sheet=title, rows=self.formats.number(min(sheet.most, MAX_ROWS)), table=sheet.table)
            )

    def _head(self, sheet: str, column: str) -> str:
        if sheet == "cohorts" and column == "customers":
            column = "cohort_customers"
        if sheet in DETAIL:
            return detail_sheets.head(column, self.lang)
        own = words.known(f"report.columns.{column}", self.lang)
        return answers.head(column, self.lang) if sheet in NEW or own is None else own

    def _teller(self, sheet: str, column: str) -> Callable[[Any], Any] | None:
        """What turns a code of *column* into a word; None where values are shown as they are."""
        sections = {"category": "report.categories", "gender": "report.genders", "rfm_group": "report.groups", "rule": "rules", "reason": "rejects", "table_name": "report.tables",
                    "column_name": "report.fields", "stage": "report.stages_of_work"}  # fmt: skip
        if self.is_masked and column in PERSONAL:
            return lambda value: None if value is None else masked(column, str(value))
        if column == "lifecycle_stage":
            return lambda stage: words.stage_word(stage, self.source.settings, self.lang)
        if column == "stage" and sheet == "products":
            return lambda stage: words.code_word("report.product_stages", stage, self.lang)
        if column == "tags":
            return self._tags
        if sheet in DETAIL:
            return detail_sheets.teller(column, self.source, self.lang)
        if column not in sections:
            return None
        section = sections[column]
        return lambda code: None if code is None else words.code_word(section, code, self.lang)

    def _tags(self, tags: str | None) -> str | None:
        if tags is None or self.lang == "zh":
            return tags
        return ",".join(words.tag_words(tag, self.source.settings, self.lang)[0] for tag in tags.split(","))

    def _groups(self, groups: Rows) -> None:
        heads = [words.say("heads.group", self.lang), words.say("customers", self.lang)]
        heads += [words.figure_name(code, self.lang) for code in ("customer_share", "monetary", "monetary_share", "monetary_mean")]
        rows = (
            (
                words.group_word(row["rfm_group"], self.lang), row["customers"], row["customer_share"], row["monetary"], row["monetary_share"],
                row["monetary_mean"], words.known(f"report.actions.{row['rfm_group']}", self.lang),
            )
            for row in groups
        )  # fmt: skip
        kinds = ["text", "number", "share", "money", "share", "money", "long"]
        self._fill("rfm_groups", [*heads, words.say("heads.action", self.lang)], kinds, rows)

    def _stages(self, stages: Rows) -> None:
        heads = [words.say(key, self.lang) for key in ("heads.stage", "customers", "share", "heads.days_in_stage_median")]
        rows = (
            (words.stage_word(row["stage"], self.source.settings, self.lang), row["customers"], row["share"], row["days_in_stage_median"])
            for row in stages
        )
        self._fill("lifecycle", heads, ["text", "number", "share", "decimal"], rows)

    def _definitions(self) -> None:
        heads = [words.say("heads.figure", self.lang), words.say("heads.definition", self.lang)]
        figures = [(words.figure_name(code, self.lang), words.figure_means(code, self.lang)) for code in FIGURES]
        sheets = [
            (words.say(f"sheets.{name}", self.lang), words.say(f"detail.means.{name}", self.lang))
            for name in DETAIL
            if name in self.streamed
        ]
        self._fill("definitions", heads, ["text", "long"], [*figures, *sheets])
        self.sheets["definitions"].set_column(1, 1, 110)

    def _overview(self) -> None:
        sheet = self.sheets["overview"]
        heads = [words.say(f"heads.{key}", self.lang) for key in ("figure", "value", "definition")]
        writer = self._sheet("overview", heads, ["text", "text", "long"])
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 24)
        sheet.set_column(2, 2, 100)
        writer.write((words.say("title", self.lang), self.source.title, None))
        writer.write((words.say("as_of", self.lang), words.say("as_of_value", self.lang, day=self.formats.day(self.source.as_of)), None))
        if self.source.snapshot:
            writer.write((words.say("snapshot", self.lang), self.source.snapshot, None))
        for code in FIGURES:
            if code not in self.figures.values:
                continue  # defined per group or per month: it stands on the sheet of its own
            value, kind = self.figures.values[code], "money" if code in MONEY else "share" if code in SHARES else "number"
            writer.write((words.figure_name(code, self.lang), None, words.figure_means(code, self.lang)))
            if value is not None:
                sheet.write_number(writer.rows, 1, float(value), self.styles.of[kind])
        for note in self.notes:
            writer.write((words.say("notes", self.lang), None, note))
        writer.close()

    def _fill(self, name: str, heads: list[str], kinds: list[str], rows: Iterable[Iterable[Any]]) -> None:
        writer = self._sheet(name, heads, kinds)
        for row in rows:
            writer.write(row)
        writer.close()

    def _sheet(self, name: str, heads: list[str], kinds: list[str], most: int | None = None) -> SheetWriter:
        return SheetWriter(self.sheets[name], self.styles, heads, kinds, yes_no=self.yes_no, most=most)
