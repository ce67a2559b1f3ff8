"""Segments: whom a rule finds and why, and the rules that were saved."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from kezhi.api.saved_segments import checked_rule, named_by, noted, taken
from kezhi.measure.words import code_word, value_word
from kezhi.serve.access import Who, needs
from kezhi.serve.language import language_of
from kezhi.serve.problems import answers
from kezhi.serve.read import has
from kezhi.serve.segments.asking import counts, same_for_all, sees_all, segments_of, settings_now
from kezhi.serve.segments.listing import listed, one
from kezhi.serve.segments.reading import read
from kezhi.serve.segments.shapes import (
    Clause,
    Composition,
    Counted,
    Explained,
    Given,
    Moved,
    Movement,
    Mover,
    Overlap,
    Part,
    Read,
    Region,
    SegmentChange,
    SegmentList,
    SegmentNew,
    SegmentOne,
    SizeOn,
    Vocabulary,
)
from kezhi.serve.segments.vocabulary import vocabulary
from kezhi.serve.workspace import rows, workspace
from kezhi.store.segments import change_segment, delete_segment, save_segment

router = APIRouter(prefix="/segments", tags=["segments"], responses=answers(404, 409))
Reads = Annotated[Who, needs("segments.read")]
Writes = Annotated[Who, needs("segments.write")]
Asked = Annotated[str, Query(min_length=1, max_length=4000, description="Key of a saved segment, or an expression")]
SHOWN_MOVERS = 100


@router.get("", operation_id="listSegments")
def list_segments(request: Request, who: Reads) -> SegmentList:
    """All saved segments with their sizes."""
    served = workspace(request)
    return listed(served, served.reader(), who, language_of(request))


@router.get("/vocabulary", operation_id="getSegmentVocabulary")
def get_vocabulary(request: Request, who: Reads) -> Vocabulary:
    """What a rule may ask: attributes with their values, deeds, tags, segments."""
    served = workspace(request)
    reader = served.reader()
    return vocabulary(reader, settings_now(served), segments_of(served, reader).events, language_of(request))


@router.post("/read", operation_id="readSegment")
def read_segment(request: Request, who: Reads, given: Given) -> Read:
    """A rule as text and as tree; of one that is wrong, where and what is nearest. Nothing is kept."""
    served = workspace(request)
    return read(segments_of(served, served.reader()), given, language_of(request))


@router.get("/count", operation_id="countSegment")
def count_segment(request: Request, who: Reads, asked: Asked) -> Counted:
    """How many customers the rule finds among those that who asks may see."""
    served = workspace(request)
    reader = served.reader()
    segments = segments_of(served, reader, who)
    found, everyone = counts(who, reader, segments, {"asked": segments.expression(asked)})
    customers, snapshot = found["asked"], reader.snapshot
    share = customers / everyone if everyone else None
    return Counted(customers=customers, everyone=everyone, share=share, snapshot=snapshot.name, as_of=snapshot.as_of)


@router.get("/explain", operation_id="explainSegment")
def explain_segment(request: Request, who: Reads, asked: Asked) -> Explained:
    """What each part of the rule takes away, or adds."""
    served = workspace(request)
    reader = served.reader()
    segments = segments_of(served, reader, who)
    rule = segments.expression(asked)
    found = same_for_all(who, reader, ("explain", segments.meaning(rule)), lambda: segments.explain(rule.text).to_pylist())
    return Explained(clauses=[Clause(**row) for row in found], everyone=counts(who, reader, segments, {})[1])


@router.get("/composition", operation_id="composeSegment")
def compose_segment(request: Request, who: Reads, asked: Asked) -> Composition:
    """Members by RFM group, stage, tier and province, against everyone."""
    served, lang = workspace(request), language_of(request)
    reader = served.reader()
    segments = segments_of(served, reader, who)
    rule = segments.expression(asked)
    found = same_for_all(who, reader, ("composition", segments.meaning(rule)), lambda: segments.composition(rule.text).to_pylist())
    made: dict[str, list[Part]] = {"rfm_group": [], "lifecycle_stage": [], "tier": [], "province": []}
    for row in found:
        name = value_word(row["dimension"], row["value"], served.settings, lang)
        made[row["dimension"]].append(Part(name=name, **{key: value for key, value in row.items() if key != "dimension"}))
    return Composition(customers=sum(part.customers for part in made["rfm_group"]), dimensions={key: of for key, of in made.items() if of})


@router.get("/overlap", operation_id="overlapSegments")
def overlap_segments(
    request: Request,
    who: Reads,
    asked: Annotated[list[str], Query(max_length=8, description="Two to eight keys or expressions")],
) -> Overlap:
    """How many customers are in exactly which of the segments."""
    served, lang = workspace(request), language_of(request)
    segments = segments_of(served, served.reader(), who)
    words = {s.key: (s.name_en if lang == "en" else "") or s.name or s.key for s in segments.settings.segments}
    regions = [
        Region(inside=[name for name, value in row.items() if value is True], customers=row["customers"])
        for row in segments.overlap(asked).to_pylist()
    ]
    names = list(dict.fromkeys(asked))
    sizes = {name: sum(region.customers for region in regions if name in region.inside) for name in names}
    ordered = sorted(regions, key=lambda region: (-region.customers, region.inside))
    return Overlap(names={name: words.get(name, name) for name in names}, sizes=sizes, regions=ordered)


@router.post("", operation_id="saveSegment", status_code=201)
def save_new(request: Request, who: Writes, asked: SegmentNew) -> SegmentOne:
    """Save a rule: it can be asked at once, and the next run says who is in it since when."""
    served = workspace(request)
    reader = served.reader()
    text = checked_rule(segments_of(served, reader), asked.key, asked.expression)
    with served.store.session() as session:
        login = who.account.login
        saved = save_segment(
            session, asked.key, asked.name, text, owner=login, taken=taken(session, served.settings), name_en=asked.name_en, doc=asked.doc
        )  # fmt: skip
        who.noted(session, "segment.saved", saved.key, **noted(saved))
        key = saved.key
    return one(served, reader, who, key, language_of(request))


@router.get("/{key}", operation_id="getSegment")
def get_segment(request: Request, who: Reads, key: str) -> SegmentOne:
    """One saved segment."""
    served = workspace(request)
    return one(served, served.reader(), who, key, language_of(request))


@router.put("/{key}", operation_id="changeSegment")
def change(request: Request, who: Writes, key: str, asked: SegmentChange) -> SegmentOne:
    """Another name, sentence or rule; only the owner and admins may. The file's segments are changed in the file."""
    served = workspace(request)
    reader = served.reader()
    text = checked_rule(segments_of(served, reader), key, asked.expression)
    with served.store.session() as session:
        changed = change_segment(
            session,
            key,
            by=who.account.login,
            may_all=who.account.role == "admin",
            name=asked.name,
            name_en=asked.name_en,
            doc=asked.doc,
            expression=text,
        )
        who.noted(session, "segment.changed", key, **noted(changed))
    return one(served, reader, who, key, language_of(request))


@router.delete("/{key}", operation_id="deleteSegment", status_code=204)
def delete(request: Request, who: Writes, key: str) -> None:
    """Forget a segment of the workspace that no other is made of."""
    served = workspace(request)
    using = named_by(segments_of(served, served.reader()), key)
    with served.store.session() as session:
        gone = delete_segment(session, key, by=who.account.login, may_all=who.account.role == "admin", named_by=using)
        who.noted(session, "segment.deleted", key, **noted(gone))


@router.get("/{key}/movement", operation_id="getSegmentMovement")
def get_movement(request: Request, who: Reads, key: str) -> Movement:
    """Who came and went since the run before and why, and how large the segment was at each run."""
    served, lang = workspace(request), language_of(request)
    reader = served.reader()
    segments = segments_of(served, reader, who)
    if not has(reader, "segment_movement", "segment_history") or not segments.was_run(key):
        return Movement(moved_on=None, counts=[], items=[], sizes=[])
    counted, shown = segments.moved(key)
    counts = [Moved(**{**row, "why": code_word("cli.whys", row["why"], lang)}) for row in rows(reader, counted)]
    items = [Mover(**{**row, "why": code_word("cli.whys", row["why"], lang)}) for row in rows(reader, shown.limit(SHOWN_MOVERS))]
    among = None if sees_all(who) else segments.tables["profile"]
    sizes = [SizeOn(**row) for row in segments.sizes_on(key, among).to_pylist()]
    return Movement(moved_on=reader.snapshot.as_of, counts=counts, items=items, sizes=sizes)
