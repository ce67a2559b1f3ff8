"""Segments that people save, from Python: kept in the store, asked at once, dated by the next run."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kezhi.api.notes import at_machine
from kezhi.api.segments import Asked, Segments
from kezhi.errors import SettingsWrong, WrongInput
from kezhi.kit.expression.nodes import InSegment, walk
from kezhi.profile.segments import parse_segments
from kezhi.settings import Settings, WorkspaceSegment

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from kezhi.store.records import Segment


class SavedSegments:
    """The segments in the store of a project; each change is an entry of the audit log."""

    def __init__(self, folder: Path, settings: Settings, asked: Callable[[], Segments]) -> None:
        self._folder, self._settings, self._asked = folder, settings, asked

    def list(self) -> list[dict[str, Any]]:
        """All of them by key: key, name, name_en, doc, expression, owner, created_at, changed_at, changed_by; times are UTC."""
        from kezhi.store.segments import all_segments

        with self._session() as session:
            return [as_row(one) for one in all_segments(session)]

    def save(self, key: str, rule: Asked, *, name: str = "", name_en: str = "", doc: str = "", author: str | None = None) -> dict[str, Any]:
        """
        Keep a rule, or change the one that the author saved under the key.

        Args:
            key: Small letters, digits and `_`: what `in_segment` names.
            rule: An expression, its JSON tree, or the key of a segment whose rule is taken over.
            name: What people call it; empty: as before, or the key.
            name_en: The English name; empty: as before.
            doc: What it is for; empty: as before.
            author: Who saves; none: who is at this machine.

        Returns:
            The segment as a row of `list`.

        Raises:
            ExpressionWrong: The rule names what is not known.
            WrongInput: It names itself, the key is not plain or a file's, or something is too long.
            NotOwner: Somebody else saved it.
            NoSnapshot: The project has not been run.
        """
        from kezhi.store import audit
        from kezhi.store.segments import all_segments, change_segment, save_segment

        by, segments = author or at_machine(), self._asked()
        text = checked_rule(segments, key, rule)
        with self._session() as session:
            before = next((one for one in all_segments(session) if one.key == key), None)
            given = {"name": name or (before.name if before else key), "expression": text}
            given |= {"name_en": name_en or (before.name_en if before else ""), "doc": doc or (before.doc if before else "")}
            if before:
                saved = change_segment(session, key, by=by, may_all=False, **given)
            else:
                saved = save_segment(session, key, owner=by, taken=taken(session, self._settings), **given)
            action = "segment.changed" if before else "segment.saved"
            audit.note(session, action, key, login=by, details=noted(saved))
            return as_row(saved)

    def delete(self, key: str, *, author: str | None = None) -> None:
        """
        Forget a segment.

        Raises:
            NotFound: Nobody saved one under the key.
            NotOwner: Somebody else did.
            WrongInput: Other segments are made of it.
        """
        from kezhi.store import audit
        from kezhi.store.segments import delete_segment

        by, segments = author or at_machine(), self._asked()
        with self._session() as session:
            gone = delete_segment(session, key, by=by, may_all=False, named_by=named_by(segments, key))
            audit.note(session, "segment.deleted", key, login=by, details=noted(gone))

    def _session(self) -> AbstractContextManager[Session]:
        from kezhi.store.place import in_store

        return in_store(self._folder, self._settings)


def checked_rule(segments: Segments, key: str, rule: Asked) -> str:
    """
    The canonical text of *rule*, fit to be saved under *key* (empty: under a new one).

    Raises:
        ExpressionWrong: It is none.
        WrongInput: The segment would be made of itself.
    """
    text = segments.expression(rule).text
    others = [one for one in segments.fitting[0] if one.key != key]
    if key:
        try:
            parse_segments([*others, WorkspaceSegment(key=key, when=text)], features=segments.features)
        except SettingsWrong as wrong:  # there is no file and no line to name
            raise WrongInput(problem=wrong.fields["problem"]) from wrong
    return text


def named_by(segments: Segments, key: str) -> list[str]:
    """Keys of the saved segments whose rules name *key*."""
    return [other for other, rule in segments.saved.items() if any(isinstance(n, InSegment) and n.key == key for n in walk(rule.root))]


def taken(session: Session, settings: Settings) -> Collection[str]:
    """Keys that a file or the store has."""
    from kezhi.store.segments import all_segments

    return {one.key for one in settings.segments} | {one.key for one in all_segments(session)}


def as_row(segment: Segment) -> dict[str, Any]:
    """*segment* as people read it; times are UTC."""
    return {column.key: getattr(segment, column.key) for column in segment.__table__.columns}


def noted(segment: Segment) -> dict[str, Any]:
    """What the audit log says of *segment*."""
    return {"name": segment.name, "expression": segment.expression, "owner": segment.owner}
