"""Groups of customers: who stays, who comes through, who is alike, which ways they take."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request

from kezhi.errors import WrongInput
from kezhi.insight import actions, funnel
from kezhi.kit.engine import _, ibis
from kezhi.locales import Phrase
from kezhi.measure.pages import groups as pages
from kezhi.measure.telling import cluster_name, evidence
from kezhi.serve.access import needs
from kezhi.serve.groups.shapes import (
    Cluster,
    Clusters,
    CohortCell,
    CurvePoint,
    Deed,
    Flow,
    Funnel,
    FunnelStep,
    Habits,
    Path,
    Retention,
    Ways,
)
from kezhi.serve.language import language_of
from kezhi.serve.problems import answers
from kezhi.serve.read import has, small, tables_of
from kezhi.serve.workspace import rows, workspace

router = APIRouter(prefix="/groups", tags=["insight"], responses=answers(409), dependencies=[needs("insight.read")])
TOLD = 3  # sentences about a cluster


@router.get("/retention", operation_id="getRetention")
def get_retention(request: Request, kind: Literal["classic", "rolling", "n_day"] = "classic") -> Retention:
    """Of those who first bought in a month, how many were there n months later."""
    reader = workspace(request).reader()
    there = has(reader, "retention")
    cells = small(reader, ("retention", kind), lambda: pages.retention(tables_of(reader)["retention"], kind)) if there else []
    curve = small(reader, ("curve", kind), lambda: pages.retention_curve(tables_of(reader)["retention"], kind)) if there else []
    return Retention(
        kind=kind,
        cells=[CohortCell.model_validate(cell) for cell in cells],
        curve=[CurvePoint(**point) for point in curve],
        snapshot=reader.snapshot.name,
        as_of=reader.snapshot.as_of,
    )


@router.get("/funnel", operation_id="getFunnel")
def get_funnel(
    request: Request,
    step: Annotated[list[str] | None, Query(max_length=8, description="Names of actions in order; purchase is a purchase")] = None,
    within_days: Annotated[float | None, Query(gt=0, le=3660, description="At most so long from the first step to the last")] = None,
    ordered: Annotated[bool, Query(description="Whether the order counts")] = True,
) -> Funnel:
    """How many customers come through the steps; without steps only what could be steps."""
    reader, steps = workspace(request).reader(), step or []
    events = tables_of(reader)["events"] if has(reader, "events") else None
    done = actions(tables_of(reader)["ledger"], events, as_of=reader.snapshot.as_of)
    counted = done.group_by("event_name").agg(actions=_.count()).filter(_.event_name.notnull())
    known = small(reader, "deeds", lambda: counted.order_by(ibis.desc("actions"), "event_name"))
    names = [row["event_name"] for row in known]
    for name in steps:
        if name not in names:
            raise WrongInput(problem=Phrase("groups.no_such_event", name=name, known=", ".join(names[:20])))
    found: list[dict[str, Any]] = rows(reader, funnel(done, steps, ordered=ordered, within_days=within_days)) if steps else []
    return Funnel(
        known=[Deed(**row) for row in known],
        steps=[FunnelStep(**row) for row in found],
        snapshot=reader.snapshot.name,
        as_of=reader.snapshot.as_of,
    )


@router.get("/clusters", operation_id="getClusters")
def get_clusters(request: Request) -> Clusters:
    """Groups of alike buyers, with what lifts each over all."""
    reader, lang = workspace(request).reader(), language_of(request)
    if not has(reader, "clusters", "cluster_profiles", "cluster_features"):
        return Clusters(items=[], snapshot=reader.snapshot.name, as_of=reader.snapshot.as_of)
    profiles, members = tables_of(reader)["cluster_profiles"], tables_of(reader)["clusters"]
    found = small(reader, "clusters", lambda: pages.clusters(profiles, members, tables_of(reader)["profile"]))
    features = tables_of(reader)["cluster_features"].filter(_.rank <= TOLD).order_by("cluster", "rank")
    told = small(reader, "told", lambda: features)
    items = [
        Cluster(
            **{name: row[name] for name in Cluster.model_fields if name in row},
            name=cluster_name(row, lang),
            told=[evidence(cell, lang) for cell in told if cell["cluster"] == row["cluster"]],
        )
        for row in found
    ]
    return Clusters(items=items, snapshot=reader.snapshot.name, as_of=reader.snapshot.as_of)


@router.get("/ways", operation_id="getWays")
def get_ways(request: Request) -> Ways:
    """Paths through visits, switches between channels, and habits of buying."""
    reader = workspace(request).reader()

    def of(name: str, *order: Any, most: int | None = None) -> list[dict[str, Any]]:
        return small(reader, ("ways", name), lambda: tables_of(reader)[name].order_by(list(order)).limit(most)) if has(reader, name) else []

    transitions = of("event_transitions", ibis.desc("transitions"), "from_event", "to_event")
    switches = of("channel_switches", ibis.desc("moves"), "from_channel", "to_channel")
    habits = small(reader, "habits", lambda: pages.habits(tables_of(reader)["buying_habits"])) if has(reader, "buying_habits") else []
    return Ways(
        paths=[Path.model_validate(row) for row in of("event_paths", "path_no", most=pages.PATHS)],
        transitions=[Flow(start=r["from_event"], end=r["to_event"], moves=r["transitions"], share=r["share"]) for r in transitions],
        switches=[Flow(start=r["from_channel"], end=r["to_channel"], moves=r["moves"], share=r["share"]) for r in switches],
        habits=Habits(**habits[0]) if habits else None,
        snapshot=reader.snapshot.name,
        as_of=reader.snapshot.as_of,
    )
