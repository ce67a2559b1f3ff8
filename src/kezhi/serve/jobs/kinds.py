"""The kinds of long work, each a function of the project's folder, its arguments and somebody to tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from kezhi.api import open_project
from kezhi.flow.watcher import Watcher

REPORTS = Path(".kezhi") / "reports"


class RunArguments(BaseModel):
    """Of a run."""

    model_config = ConfigDict(extra="forbid")
    only: str | None = None


class ReportArguments(BaseModel):
    """Of a report."""

    model_config = ConfigDict(extra="forbid")
    form: Literal["html", "xlsx"] = "html"
    lang: Literal["zh", "en"] = "zh"


@dataclass(frozen=True)
class Kind:
    """One kind of work."""

    arguments: type[BaseModel]
    action: str  # what who asks for it must be allowed to do
    alone: str | None  # of the kinds with the same name, one job runs at a time
    work: Callable[[Path, dict[str, Any], str, Watcher], dict[str, Any]]  # folder, arguments, job_id, watcher -> result


def _run(folder: Path, arguments: dict[str, Any], _job: str, watcher: Watcher) -> dict[str, Any]:
    project = open_project(folder)
    snapshot = project.run(only=arguments["only"], wait=True, watcher=watcher)
    return {"snapshot": snapshot.name, "as_of": str(snapshot.as_of), "customers": snapshot.rows("customers")}


def _report(folder: Path, arguments: dict[str, Any], job: str, watcher: Watcher) -> dict[str, Any]:
    watcher.begins("report")
    project = open_project(folder)
    (folder / REPORTS).mkdir(parents=True, exist_ok=True)
    file = f"{job}.{arguments['form']}"
    unfinished = folder / REPORTS / f"{job}.part.{arguments['form']}"
    project.report(unfinished, lang=arguments["lang"], form=arguments["form"], is_masked=True)
    unfinished.replace(folder / REPORTS / file)
    return {
        "file": file,
        "snapshot": project.snapshot.name,
        "as_of": str(project.snapshot.as_of),
        "bytes": (folder / REPORTS / file).stat().st_size,
    }


KINDS: dict[str, Kind] = {
    "run": Kind(RunArguments, "runs.write", "run", _run),
    "report": Kind(ReportArguments, "reports.read", None, _report),
}
ALONE = {name: kind.alone for name, kind in KINDS.items() if kind.alone}
