"""Reads what people decided about corrections from the store, so that a run cleans as they said."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from kezhi.settings import CorrectionChoice, Settings


def with_corrections(project: Path, settings: Settings, *, as_of: date | None) -> Settings:
    """
    *settings* with the decisions of the store behind those of `clean.corrections`; a decision of the file hides the store's.

    With *as_of* (a day that was asked for) what was decided on or after it is left out, and what was undone on or after it is
    not undone yet: nobody knew. Without it all is seen.

    Raises:
        StoreUnreachable: The store is there and cannot be opened.
    """
    from kezhi.store.corrections import decisions  # here, or `kezhi status` would wait for SQLAlchemy
    from kezhi.store.place import reading_store

    zone = ZoneInfo(settings.timezone)

    def before(moment: datetime | None) -> bool:
        return moment is not None and (as_of is None or moment.replace(tzinfo=UTC).astimezone(zone).date() < as_of)

    with reading_store(project, settings) as session:
        found = [] if session is None else list(reversed(decisions(session)))
    made = {_about(one): one for one in (
        CorrectionChoice.model_validate(
            {"source": one.source, "table": one.table_name, "column": one.column_name, "rule": one.rule, "verdict": one.verdict, "text": one.text_key}
        )
        for one in found
        if before(one.made_at) and not before(one.undone_at)
    )}  # fmt: skip
    own = {_about(one) for one in settings.clean.corrections}
    added = [one for about, one in made.items() if about not in own]
    if not added:
        return settings
    return settings.model_copy(update={"clean": settings.clean.model_copy(update={"corrections": [*settings.clean.corrections, *added]})})


def _about(one: CorrectionChoice) -> tuple[str | None, ...]:
    return one.source, one.table, one.column, one.rule, one.text
