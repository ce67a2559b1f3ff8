"""Where the data come from, what was mended and what could not be used, and what was made of it."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request

from kezhi.flow.lake import Lake
from kezhi.flow.steps import STEPS
from kezhi.kit.engine import _, ibis, ir
from kezhi.locales import text
from kezhi.measure.masking import masked
from kezhi.serve.access import Who, needs
from kezhi.serve.data.shapes import Cause, Edge, Example, FileRow, Lineage, Node, SnapshotRow, Sources
from kezhi.serve.language import language_of
from kezhi.serve.problems import answers
from kezhi.serve.workspace import rows, workspace
from kezhi.tables import TABLES

router = APIRouter(prefix="/data", tags=["data"], responses=answers(404, 409))
Reads = Annotated[Who, needs("data.read")]
SHOWN_EXAMPLES = 20


@router.get("/sources", operation_id="getSources")
def get_sources(request: Request, who: Reads) -> Sources:
    """Every file with its rows accounted for, and what was wrong with them by reason."""
    reader, lang = workspace(request).reader(), language_of(request)
    files = reader.table("reconciliation").order_by("source", "table_name", "source_file")
    accounted = _.rows_in == _.rows_out + _.rows_rejected + _.rows_merged
    rejects = reader.table("rejects").mutate(column_name=ibis.null("string"), code=_.reason)
    corrections = reader.table("corrections").mutate(code=_.rule)
    return Sources(
        snapshot=reader.snapshot.name,
        as_of=reader.snapshot.as_of,
        files=[FileRow.model_validate(row) for row in rows(reader, files.mutate(adds_up=accounted))],
        rejects=[_cause(row, "rejects", lang) for row in rows(reader, _counted(rejects))],
        corrections=[_cause(row, "rules", lang) for row in rows(reader, _counted(corrections))],
    )


@router.get("/examples", operation_id="getDataExamples")
def get_examples(
    request: Request,
    who: Reads,
    of: Literal["rejects", "corrections"],
    code: Annotated[str, Query(max_length=60)],
    source: Annotated[str, Query(max_length=60)],
    table_name: Annotated[str, Query(max_length=60)],
) -> list[Example]:
    """The first rows or values that met a reason; what is personal in them is masked."""
    reader = workspace(request).reader()
    found = reader.table(of).filter((_.source == source) & (_.table_name == table_name))
    found = found.filter(_.reason == code) if of == "rejects" else found.filter(_.rule == code)
    found = found.order_by("source_file", "source_line").limit(SHOWN_EXAMPLES)
    if of == "rejects":
        return [
            Example(
                source_file=row["source_file"],
                source_line=row["source_line"],
                before=masked("*", row["raw_text"]),
                after=None,
                detail=None if row["stage"] == "read" else row["detail"],
            )
            for row in rows(reader, found)
        ]
    return [
        Example(
            source_file=row["source_file"],
            source_line=row["source_line"],
            before=masked(row["column_name"], row["before"]),
            after=masked(row["column_name"], row["after"]),
            detail=row["column_name"],
        )
        for row in rows(reader, found)
    ]


@router.get("/runs", operation_id="listRuns")
def list_runs(request: Request, who: Annotated[Who, needs("runs.read")]) -> list[SnapshotRow]:
    """The finished runs that are kept, newest first, with the rows that each made and how long its steps took."""
    lake = Lake(workspace(request).folder / ".kezhi" / "lake")
    current = lake.current()
    kept = [lake.snapshot(name) for name in reversed(lake.published())]
    return [
        SnapshotRow(
            snapshot=one.name,
            current=current is not None and one.name == current.name,
            as_of=one.as_of,
            made_at=one.manifest["made_at"],
            engine=one.manifest["engine"],
            seconds=sum(step.get("seconds", 0) for step in one.manifest["steps"].values()),
            steps=dict(one.manifest["steps"]),
            rows={name: one.rows(name) for name in one.tables},
        )
        for one in kept
    ]


@router.get("/lineage", operation_id="getLineage")
def get_lineage(request: Request, who: Reads) -> Lineage:
    """Which step makes which table of which others, as the last run did it."""
    snapshot, lang = workspace(request).reader().snapshot, language_of(request)
    done, has = snapshot.manifest["steps"], snapshot.tables
    read = Counter[str]()
    for file in snapshot.manifest["files"]:
        read[file["source"]] += file["rows"]
    nodes = [Node(id=f"source:{name}", kind="source", words=name, rows=count, how=None) for name, count in sorted(read.items())]
    edges = [Edge(made_of=node.id, made="step:clean") for node in nodes]
    for step in STEPS:
        how = done.get(step.name, {}).get("how")
        nodes.append(Node(id=f"step:{step.name}", kind="step", words=text(f"cli.steps.{step.name}", lang), rows=None, how=how))
        edges += [Edge(made_of=f"table:{name}", made=f"step:{step.name}") for name in (*step.needs, *step.uses) if name in has]
        for name in step.makes:
            count = snapshot.rows(name) if name in has else None
            nodes.append(Node(id=f"table:{name}", kind="table", words=TABLES[name].doc, rows=count, how=None))
            edges.append(Edge(made_of=f"step:{step.name}", made=f"table:{name}"))
    return Lineage(nodes=nodes, edges=edges)


def _counted(table: ir.Table) -> ir.Table:
    counted = table.group_by("source", "table_name", "column_name", "code").aggregate(count=table.count())
    return counted.order_by(ibis.desc("count"), "source", "table_name", "column_name", "code")


def _cause(row: dict[str, Any], section: str, lang: str) -> Cause:
    return Cause(**row, words=text(f"{section}.{row['code']}", lang))
