"""Reads the segments that were saved in the workspace, so that a run and every question know them as they know the file's."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from kezhi.settings import Settings, WorkspaceSegment

if TYPE_CHECKING:
    from kezhi.store.records import Segment


def with_saved_segments(project: Path, settings: Settings) -> Settings:
    """
    *settings* with the segments in the store behind those of its files; a key of a file hides the store's.

    Raises:
        StoreUnreachable: The store is there and cannot be opened.
    """
    from kezhi.store.place import reading_store  # here, or `kezhi status` would wait for SQLAlchemy
    from kezhi.store.segments import all_segments

    with reading_store(project, settings) as session:
        return settings if session is None else with_records(settings, all_segments(session))


def with_records(settings: Settings, records: Iterable[Segment]) -> Settings:
    """The same, of *records* that have been read."""
    known = {one.key for one in settings.segments}
    found = [
        WorkspaceSegment(
            key=one.key, name=one.name, name_en=one.name_en, when=one.expression, owner=one.owner, doc=one.doc, doc_en=one.doc
        )
        for one in records
        if one.key not in known
    ]  # fmt: skip
    return settings.model_copy(update={"segments": [*settings.segments, *found]}) if found else settings
