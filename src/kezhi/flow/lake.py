"""
The lake: `.kezhi/lake/<snapshot>/<table>/*.parquet`, a manifest per snapshot, and CURRENT.

A snapshot is published by writing its manifest and then replacing CURRENT, after all its files are on
disk. A reader opens what CURRENT named when it began; a run that dies leaves the last one served.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from pathlib import Path
from typing import Any

from kezhi.errors import NoSnapshot
from kezhi.flow.files import write_json, write_text
from kezhi.locales import phrase_of
from kezhi.tables import TABLES

MANIFEST = "manifest.json"
CURRENT = "CURRENT"


@dataclass(frozen=True)
class Snapshot:
    """One published state of the lake."""

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Name of the snapshot, a time and four random digits."""
        return self.folder.name

    @property
    def as_of(self) -> date:
        """The first day not seen."""
        return date.fromisoformat(self.manifest["as_of"])

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of its tables."""
        return tuple(self.manifest["tables"])

    def rows(self, table: str) -> int:
        """Number of rows of *table*; 0 where the run made none."""
        return int(self.manifest["tables"].get(table, {"rows": 0})["rows"])

    def files(self, table: str) -> list[Path]:
        """
        Parquet files of *table*.

        Raises:
            NoSnapshot: The snapshot has no such table.
        """
        if table not in self.manifest["tables"]:
            raise NoSnapshot(folder=str(self.folder), what=table)
        return [self.folder / table / file for file in self.manifest["tables"][table]["files"]]

    def notes(self, step: str, lang: str) -> list[str]:
        """What *step* said of itself, in *lang* (`zh` or `en`); one of a release that kept the text alone is in the run's language."""
        made = self.manifest["steps"].get(step, {})
        texts = made.get("notes", [])
        return [_said(kept, known, lang) for kept, known in zip_longest(texts, made.get("phrases", [])[: len(texts)])]

    def lacking(self, table: str) -> dict[str, str]:
        """Columns of *table*, with their types, that today's release knows and a snapshot of an earlier one does not have."""
        there = self.manifest["tables"][table].get("schema", {})
        return {name: kind for name, kind in TABLES[table].types.items() if name not in there} if there and table in TABLES else {}


def _said(written: str, kept: dict[str, Any] | None, lang: str) -> str:
    """The phrase that was *kept*, else what was *written*: also where a later release no longer knows the text."""
    try:
        return phrase_of(kept).say(lang) if kept is not None else written
    except (KeyError, IndexError):
        return written


class Lake:
    """The snapshots of a project."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def current(self) -> Snapshot | None:
        """The snapshot that CURRENT names; None before the first run."""
        pointer = self.folder / CURRENT
        if not pointer.is_file():
            return None
        return self.snapshot(pointer.read_text(encoding="utf-8").strip())

    def snapshot(self, name: str) -> Snapshot:
        """
        The published snapshot *name*.

        Raises:
            NoSnapshot: It is not there.
        """
        path = self.folder / name / MANIFEST
        if not path.is_file():
            raise NoSnapshot(folder=str(self.folder), what=name)
        return Snapshot(path.parent, json.loads(path.read_text(encoding="utf-8")))

    def published(self) -> list[str]:
        """Names of published snapshots, oldest first."""
        return sorted(path.parent.name for path in self.folder.glob(f"*/{MANIFEST}"))

    def publish(self, name: str, manifest: Mapping[str, Any]) -> Snapshot:
        """Make *name* the current snapshot; its table files must be on disk already."""
        write_json(self.folder / name / MANIFEST, manifest)
        write_text(self.folder / CURRENT, name + "\n")
        return self.snapshot(name)

    def collect(self, keep: int) -> None:
        """Remove what is neither one of the last *keep* published snapshots nor the current one."""
        current = self.current()
        kept = {*self.published()[-keep:], *([current.name] if current else [])}
        for folder in self.folder.iterdir():
            if folder.is_dir() and folder.name not in kept:
                # the manifest goes first: a half-removed snapshot is not a published one
                (folder / MANIFEST).unlink(missing_ok=True)
                shutil.rmtree(folder, ignore_errors=True)


def borrow(source: Path, target: Path) -> None:
    """Let *target* hold the same bytes as *source*, by a link where the disk allows."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
