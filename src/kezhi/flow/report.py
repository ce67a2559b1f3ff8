"""Hand a snapshot to the report writers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kezhi.errors import WrongInput
from kezhi.flow.lake import Snapshot
from kezhi.flow.reader import Reader
from kezhi.locales import Phrase
from kezhi.measure.source import ReportSource
from kezhi.settings import Settings


def report(
    snapshot: Snapshot, path: Path, *, lang: str, form: str = "html", title: str | None = None, kind: str = "all", is_masked: bool = False
) -> None:
    """
    Write the report of *snapshot* to *path*, as `html` or `xlsx`, in *lang* (`zh` or `en`).

    With *is_masked* a workbook tells no person's name, phone or mail; a page names nobody anyway.
    *kind* `7p` writes the seven parts alone, which have no workbook.

    Raises:
        WrongInput: The 7P as a workbook.
    """
    from kezhi.measure.report import write_html, write_xlsx  # a server, which only asks, starts without them

    if kind == "7p" and form != "html":
        raise WrongInput(problem=Phrase("report.seven_p.no_workbook"))
    with source_of(snapshot, title) as source:
        path.parent.mkdir(parents=True, exist_ok=True)
        if form == "html":
            write_html(source, path, lang=lang, kind=kind)
        else:
            write_xlsx(source, path, lang=lang, is_masked=is_masked)


def report_and_workbook(snapshot: Snapshot, page: Path, workbook: Path, *, lang: str) -> None:
    """As `report` in both forms, of figures that are worked out once."""
    from kezhi.measure.figures import compute
    from kezhi.measure.report import write_html, write_xlsx

    with source_of(snapshot) as source:
        figures = compute(source)
        write_html(source, page, lang=lang, figures=figures)
        write_xlsx(source, workbook, lang=lang, figures=figures)


@contextmanager
def source_of(snapshot: Snapshot, title: str | None = None) -> Iterator[ReportSource]:
    """*snapshot* as a report reads it."""
    settings = Settings.model_validate(snapshot.manifest["settings"])  # those it was made with, not today's
    with Reader(snapshot) as reader:
        yield ReportSource(
            tables=reader.tables(), settings=settings, as_of=snapshot.as_of, title=title or settings.name, snapshot=snapshot.name
        )
