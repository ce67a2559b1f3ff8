"""The saved segments as a list and one by one: the file's and the workspace's, with sizes and what moved."""

from __future__ import annotations

from typing import Any

from kezhi.api.saved_segments import named_by
from kezhi.errors import NotFound
from kezhi.flow.reader import Reader
from kezhi.locales import Phrase
from kezhi.serve.access import Who
from kezhi.serve.read import has, small, tables_of
from kezhi.serve.segments.asking import counts, sees_all, segments_of
from kezhi.serve.segments.shapes import SegmentList, SegmentOne, SegmentRow
from kezhi.serve.workspace import Workspace
from kezhi.settings import SegmentSettings, WorkspaceSegment
from kezhi.store.records import Segment
from kezhi.store.segments import all_segments


def listed(served: Workspace, reader: Reader, who: Who, lang: str) -> SegmentList:
    """All of them."""
    segments = segments_of(served, reader, who)
    sizes, everyone = counts(who, reader, segments, segments.saved)
    moved = _moved(reader, who)
    with served.store.reading() as session:
        records = {one.key: one for one in all_segments(session)}
    wrong = {key: error.fields["problem"].say(lang) for key, error in segments.fitting[1].items()}
    items = [
        SegmentRow(
            **_words(one, lang),
            **_record(one, records.get(one.key), who),
            expression=segments.saved[one.key].text if one.key in segments.saved else one.when or "",
            customers=sizes.get(one.key),
            share=sizes[one.key] / everyone if everyone and one.key in sizes else None,
            entered=moved.get(one.key, (None, None))[0],
            left=moved.get(one.key, (None, None))[1],
            problem=wrong.get(one.key),
        )
        for one in segments.settings.segments
    ]
    return SegmentList(items=items, everyone=everyone, snapshot=reader.snapshot.name, as_of=reader.snapshot.as_of)


def one(served: Workspace, reader: Reader, who: Who, key: str, lang: str) -> SegmentOne:
    """
    The saved segment *key*.

    Raises:
        NotFound: There is none.
    """
    row = next((row for row in listed(served, reader, who, lang).items if row.key == key), None)
    if row is None:
        raise NotFound(what=Phrase("segments.segment"), id=key)
    segments = segments_of(served, reader)
    given = next(one for one in segments.settings.segments if one.key == key)
    tree = segments.saved[key].tree if key in segments.saved else None
    return SegmentOne(**row.model_dump(), tree=tree, name_zh=given.name, name_en=given.name_en, named_by=named_by(segments, key))


def _words(one: SegmentSettings, lang: str) -> dict[str, str]:
    name, doc = (one.name_en, one.doc_en) if lang == "en" else (one.name, one.doc)
    return {"key": one.key, "name": name or one.name or one.key, "doc": doc or one.doc, "owner": one.owner}


def _record(one: SegmentSettings, record: Segment | None, who: Who) -> dict[str, Any]:
    if not isinstance(one, WorkspaceSegment) or record is None:
        return {"origin": "file", "changed_at": None, "changed_by": None, "may_change": False}
    may = who.may("segments.write") and (record.owner == who.account.login or who.account.role == "admin")
    return {"origin": "workspace", "changed_at": record.changed_at, "changed_by": record.changed_by, "may_change": may}


def _moved(reader: Reader, who: Who) -> dict[str, tuple[int, int]]:
    """Entered and left by key, as the last run counted over everybody; nothing for who sees only some customers."""
    if not sees_all(who) or not has(reader, "segments"):
        return {}
    table = tables_of(reader)["segments"]
    found = small(reader, "segments moved", lambda: table.select("segment", "entered_customers", "left_customers"))
    return {row["segment"]: (row["entered_customers"], row["left_customers"]) for row in found}
