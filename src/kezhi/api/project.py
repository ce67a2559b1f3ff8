"""A project from Python."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from kezhi.api.segments import Asked, Segments
from kezhi.errors import NoSnapshot
from kezhi.flow.analyze import Analysis
from kezhi.flow.analyze import analyze as _analyze
from kezhi.flow.lake import Lake, Snapshot
from kezhi.flow.reader import Reader
from kezhi.flow.report import report
from kezhi.flow.runner import run
from kezhi.kit.engine import ir
from kezhi.settings import Settings, load, locate


class Project:
    """
    The project in a folder: run it, and read what it made.

    Tables are read from the snapshot that was current when this object first asked; `run` moves it on.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings: Settings = load(folder)
        self._reader: Reader | None = None

    @property
    def snapshot(self) -> Snapshot:
        """
        The snapshot that is read.

        Raises:
            NoSnapshot: The project has not been run.
        """
        return self._reading().snapshot

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables that can be read."""
        return self.snapshot.tables

    def run(self, **options: Any) -> Snapshot:
        """Run all steps, or `only` one and what follows; options are those of `kezhi.flow.runner.run`."""
        self.close()
        return run(self.folder, self.settings, **options)

    def table(self, name: str) -> ir.Table:
        """The table *name* of tables.py, as an Ibis table."""
        return self._reading().table(name)

    @property
    def segments(self) -> Segments:
        """Questions about segments of the snapshot that is read."""
        reading = self._reading()
        return Segments(reading.tables(), reading.snapshot.as_of, self.settings, partial(locate, self.folder))

    def segment(self, expression: Asked) -> ir.Table:
        """
        The rows of `profile` in a segment: the key of a saved one, an expression, or an expression's JSON tree.

        Raises:
            ExpressionWrong: It names an unknown column, deed or segment, or is not an expression.
        """
        return self.segments.customers(expression)

    def segment_count(self, expression: Asked) -> int:
        """How many customers are in the segment; errors as for `segment`."""
        return self.segments.count(expression)

    def explain(self, expression: Asked) -> Any:
        """
        How many customers each clause of the segment takes away, as an Arrow table.

        Columns: number, clause, joined_by, customers (the clause alone), remaining, changed, only_this; errors as for `segment`.
        """
        return self.segments.explain(expression)

    def overlap(self, *expressions: Asked) -> Any:
        """Customers in every region of the Venn diagram of two to eight segments, as an Arrow table; errors as for `segment`."""
        return self.segments.overlap(expressions)

    def query(self, sql: str) -> Any:
        """The answer to your own SQL over the tables, as an Arrow table."""
        return self._reading().sql(sql)

    def report(self, path: str | Path, *, lang: str | None = None, form: str = "html") -> Path:
        """Write the report (`html` or `xlsx`) to *path*."""
        report(self.snapshot, Path(path), lang=lang or self.settings.language, form=form)
        return Path(path)

    def close(self) -> None:
        """Let go of the snapshot that is read."""
        if self._reader:
            self._reader.close()
        self._reader = None

    def _reading(self) -> Reader:
        if self._reader is None:
            current = Lake(self.folder / ".kezhi" / "lake").current()
            if current is None:
                raise NoSnapshot(folder=str(self.folder), what="a snapshot")
            self._reader = Reader(current)
        return self._reader


def open_project(folder: str | Path) -> Project:
    """
    The project in *folder*.

    Raises:
        NoProject: The folder holds no kezhi.yaml.
        SettingsWrong: It does, but with an unknown key or a wrong value.
    """
    return Project(Path(folder))


def analyze(
    files: str | Path | list[str | Path], out: str | Path = "kezhi-report", *, as_of: date | None = None, **options: Any
) -> Analysis:
    """Any order file or files to `out/report.html`, a workbook and tables; options are those of `kezhi.flow.analyze.analyze`."""
    paths = [Path(file) for file in (files if isinstance(files, list) else [files])]
    return _analyze(paths, Path(out), as_of=as_of, **options)
