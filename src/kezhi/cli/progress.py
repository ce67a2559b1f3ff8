"""Show a run on the terminal: one line a step, with rows and seconds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from kezhi.cli.words import err, t


class Shown:
    """A `flow.watcher.Watcher` that writes to stderr, so that stdout stays for results."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=None)

    def begins(self, step: str) -> None:
        """Turn the wheel for *step*."""
        self._progress.reset(self._task, description=t(f"steps.{step}"))

    def ends(self, step: str, seconds: float, rows: Mapping[str, int], how: str) -> None:
        """Leave a line for what is done."""
        counts = "  ".join(f"{name} {count:,}" for name, count in rows.items())
        mark = "" if how == "made" else f" ({t(f'how.{how}')})"
        self._progress.print(Text.assemble(("  ✓", "green"), f" {t(f'steps.{step}')}{mark}  ", (f"{seconds:.1f} s  {counts}", "dim")))

    def says(self, words: str) -> None:
        """Show a detail beside the wheel."""
        self._progress.update(self._task, description=words)

    def counts(self, what: str, done: int, total: int) -> None:
        """Show how far *what* has come."""
        self._progress.update(self._task, description=what, completed=done, total=total)


@contextmanager
def shown() -> Iterator[Shown]:
    """A watcher for the length of a run."""
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:  # a file or pipe gets lines alone
        yield Shown(progress)
