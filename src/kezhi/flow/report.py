"""Hand a snapshot to the report writers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kezhi.flow.lake import Snapshot
from kezhi.flow.reader import Reader
from kezhi.measure.report import write_html, write_xlsx
from kezhi.measure.source import ReportSource
from kezhi.settings import Settings

WRITERS = {"html": write_html, "xlsx": write_xlsx}


def report(snapshot: Snapshot, path: Path, *, lang: str, form: str = "html", title: str | None = None) -> None:
    """Write the report of *snapshot* to *path*, as `html` or `xlsx`, in *lang* (`zh` or `en`)."""
    with _source(snapshot, title) as source:
        path.parent.mkdir(parents=True, exist_ok=True)
        WRITERS[form](source, path, lang=lang)


@contextmanager
def _source(snapshot: Snapshot, title: str | None) -> Iterator[ReportSource]:
    settings = Settings.model_validate(snapshot.manifest["settings"])  # those it was made with, not today's
    with Reader(snapshot) as reader:
        yield ReportSource(
            tables=reader.tables(), settings=settings, as_of=snapshot.as_of, title=title or settings.name, snapshot=snapshot.name
        )
