"""RFM, lifecycle and tiers: figures of everybody; the single customers behind a cell are in the list of customers."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter, Request

from kezhi.flow.reader import Reader
from kezhi.measure.pages import rfm as pages
from kezhi.measure.words import code_word, known, value_word
from kezhi.profile.rfm import GROUPS
from kezhi.serve.access import needs
from kezhi.serve.language import language_of
from kezhi.serve.problems import answers
from kezhi.serve.read import has, small, tables_of
from kezhi.serve.rfm.shapes import Cell, Group, Lifecycle, Move, Rfm, Stage, Step, Tier
from kezhi.serve.workspace import workspace
from kezhi.settings import Settings

router = APIRouter(tags=["insight"], responses=answers(409), dependencies=[needs("insight.read")])
NOBODY = {"customers": 0, "customer_share": 0.0, "monetary": 0, "monetary_share": 0.0, "monetary_mean": None}


@router.get("/rfm", operation_id="getRfm")
def get_rfm(request: Request) -> Rfm:
    """The matrix of recency and frequency, the eight groups, and how customers moved between them."""
    served, lang = workspace(request), language_of(request)
    reader = served.reader()
    table = tables_of(reader)["rfm"]
    cells = small(reader, "rfm.cells", lambda: pages.matrix(table))
    found = {row["rfm_group"]: row for row in small(reader, "rfm.groups", lambda: pages.groups(table))}
    since, moves = _moves(reader, "rfm_migration", "group", served.settings, lang)
    groups = [
        Group(
            name=value_word("rfm_group", name, served.settings, lang),
            play=code_word("report.actions", name, lang),
            **{"rfm_group": name} | (found.get(name) or NOBODY),
        )
        for name in dict.fromkeys([*GROUPS, *found])
    ]
    return Rfm(
        cells=[Cell(**cell) for cell in cells],
        groups=groups,
        moved_from_on=since,
        moves=moves,
        snapshot=reader.snapshot.name,
        as_of=reader.snapshot.as_of,
    )


@router.get("/lifecycle", operation_id="getLifecycle")
def get_lifecycle(request: Request) -> Lifecycle:
    """Who is in which stage and tier, for how long, and where people went next."""
    served, lang = workspace(request), language_of(request)
    reader, settings = served.reader(), served.settings
    found = {row["stage"]: row for row in small(reader, "stages", lambda: pages.stages(tables_of(reader)["lifecycle"]))}
    rules = {stage.name: stage.when for stage in settings.lifecycle}
    since, moves = _moves(reader, "lifecycle_transitions", "stage", settings, lang)
    held = (
        {row["tier"]: row for row in small(reader, "tiers", lambda: pages.tiers(tables_of(reader)["tiers"]))}
        if has(reader, "tiers")
        else {}
    )
    steps = small(reader, "aarrr", lambda: tables_of(reader)["aarrr"].order_by("position")) if has(reader, "aarrr") else []
    return Lifecycle(
        stages=[_stage(name, rules.get(name, ""), found.get(name), settings, lang) for name in dict.fromkeys([*rules, *found])],
        moved_from_on=since,
        moves=moves,
        tiers=[
            Tier(tier=name, name=value_word("tier", name, settings, lang), **_but(held[name], "tier", "level"))
            for name in dict.fromkeys([*(level.name for level in settings.tiers.levels), *held])
            if name in held
        ],
        aarrr=[Step(name=code_word("report.aarrr", row["stage"], lang), **_but(row, "position")) for row in steps],
        snapshot=reader.snapshot.name,
        as_of=reader.snapshot.as_of,
    )


def _stage(name: str, rule: str, row: dict[str, Any] | None, settings: Settings, lang: str) -> Stage:
    empty = {"stage": name, "customers": 0, "share": 0.0, "days_in_stage_median": None}
    said = value_word("lifecycle_stage", name, settings, lang)
    return Stage(name=said, play=known(f"report.plays.{name}", lang) or "", when=rule, **(row or empty))


def _moves(reader: Reader, table: str, kind: str, settings: Settings, lang: str) -> tuple[date | None, list[Move]]:
    """The earlier day and the moves since then; none where nobody was known on that day."""
    if not has(reader, table):
        return None, []
    found = small(reader, ("moves", table), lambda: pages.moved(tables_of(reader)[table], kind))
    column = "rfm_group" if kind == "group" else "lifecycle_stage"
    moves = [
        Move(
            from_name=value_word(column, row["from_state"], settings, lang),
            to_name=value_word(column, row["to_state"], settings, lang),
            **_but(row, "from_on"),
        )
        for row in found
    ]
    return (found[0]["from_on"] if found else None), moves


def _but(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}
