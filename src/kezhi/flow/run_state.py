"""A run in the making: where it writes and what is done, so that one that was killed is gone on with; and what its snapshot tells of it."""

from __future__ import annotations

import hashlib
import json
import platform
import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from kezhi import sources
from kezhi.flow.files import write_json
from kezhi.flow.lake import MANIFEST, Lake, Snapshot
from kezhi.flow.steps import STEPS
from kezhi.settings import Settings
from kezhi.sources.collector import Collected

STATE = "run.json"


@dataclass
class Run:
    """One run in the making: where it writes, what is done, and the tables so far."""

    folder: Path
    digest: str
    as_of: date | None
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)

    def save(self) -> None:
        """Write the state that a later run resumes from."""
        state = {"digest": self.digest, "as_of": self.as_of, "tables": self.tables, "steps": self.steps}
        write_json(self.folder / STATE, state)


def opened(
    lake: Lake,
    settings: Settings,
    loaded: list[sources.LoadedFile],
    collected: Collected,
    *,
    as_of: date | None,
    today: date,
    chosen: set[str],
    current: Snapshot | None,
    told: dict[str, list[dict[str, Any]]],
) -> Run:
    """The unfinished run with the same input, or a new one."""
    parts = {
        "settings": settings.model_dump(mode="json", exclude={"serve"}),
        "files": [(file.source, file.table_name, file.source_file, file.digest) for file in loaded],
        "told": told,
        "collected": collected.digest,
        "as_of": as_of,
        "today": today,
        "steps": sorted(chosen),
        "previous": current.name if current else None,
        "version": version("kezhi"),
    }
    digest = hashlib.sha256(json.dumps(parts, default=str, sort_keys=True).encode()).hexdigest()
    lake.folder.mkdir(parents=True, exist_ok=True)
    for path in lake.folder.glob(f"*/{STATE}"):
        if (path.parent / MANIFEST).exists():
            continue
        saved = json.loads(path.read_text(encoding="utf-8"))
        if saved["digest"] == digest:
            day = date.fromisoformat(saved["as_of"]) if saved["as_of"] else None
            return Run(path.parent, digest, day, saved["tables"], saved["steps"])
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
    state = Run(lake.folder / name, digest, as_of or (current.as_of if current and len(chosen) < len(STEPS) else None))
    state.folder.mkdir()
    state.save()
    return state


def manifest_of(state: Run, settings: Settings, loaded: list[sources.LoadedFile], collected: Collected, today: date) -> dict[str, Any]:
    """What a reader must know of the snapshot."""
    packages = {name: version(name) for name in ("kezhi", "ibis-framework", "duckdb", "pyarrow")}
    return {
        "as_of": str(state.as_of),
        "today": str(today),
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "engine": settings.engine.name,
        "settings": settings.model_dump(mode="json", exclude={"serve"}),
        "versions": {**packages, "python": platform.python_version()},
        "files": [{"source": f.source, "table": f.table_name, "file": f.source_file, "digest": f.digest, "rows": f.rows_in} for f in loaded]
        + [
            {"source": source, "table": "events", "file": file, "digest": collected.digest, "rows": rows}
            for source, file, rows, _ in collected.counts()
        ],
        "steps": state.steps,
        "tables": state.tables,
    }
