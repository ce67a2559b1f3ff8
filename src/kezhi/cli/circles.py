"""`kezhi circles [FILE]`, `kezhi circle CUSTOMER [FILE]`: circles of a project's snapshot, or of a file of relations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from kezhi.cli.options import Json, LangOption
from kezhi.cli.words import out, t

RelationsFile = Annotated[Path | None, typer.Argument(metavar="FILE", help=t("circles.file"))]
Known = Annotated[Path | None, typer.Option("--project", "-p", help=t("circles.project"))]


def circles(
    file: RelationsFile = None,
    project: Known = None,
    item: Annotated[str | None, typer.Option("--for", metavar="PRODUCT", help=t("circles.for"))] = None,
    top: Annotated[int, typer.Option("--top", min=1, help=t("circles.top"))] = 10,
    seed: Annotated[int, typer.Option("--seed", min=0, max=2**31 - 1, help=t("circles.seed"))] = 7,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """The circles, what they like, and who matters in them."""
    from kezhi.api import open_project
    from kezhi.api.project_circles import circles_of, circles_of_project, prospects_of_project
    from kezhi.errors import WrongInput

    if item is not None:
        if file is not None:
            raise WrongInput(problem=t("circles.for_of_project"))
        _prospects(prospects_of_project(open_project(project or Path()), item).limit(top).to_pyarrow().to_pylist(), as_json)
        return
    if file is None:
        found = circles_of_project(open_project(project or Path()), top=top)
    else:
        found = circles_of(file, open_project(project) if project else None, top=top, seed=seed)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, default=str))
        return
    counts = {name: f"{found[name]:,}" for name in ("customers", "relations", "circles")}
    out.print(t("circles.found", **counts, modularity=f"{found['modularity']:.3f}"))
    for circle in found["largest"]:
        liked = ", ".join(f"{row['item']} ×{row['lift']:.1f} ({row['customers']})" for row in circle["interests"])
        out.print("  " + t("circles.circle", number=circle["community"], size=f"{circle['size']:,}") + (f"  {liked}" if liked else ""))
    out.print(t("circles.key"), style="bold")
    for row in found["key_customers"]:
        facts = {"customer": row["customer_id"], "degree": f"{row['degree']:,}", "reach": f"{row['reach']:,.1f}"}
        out.print("  " + t("circles.key_customer", **facts), markup=False)


def _prospects(rows: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    if not rows:
        out.print(t("circles.nobody"))
    for row in rows:
        facts = {"customer": row["customer_id"], "known": row["buyers_known"], "number": row["community"]}
        out.print(t("circles.prospect", **facts, buyers=row["circle_buyers"], members=row["circle_members"]), markup=False)


def circle(
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help=t("circles.customer"))],
    file: RelationsFile = None,
    project: Known = None,
    depth: Annotated[int, typer.Option("--depth", min=1, max=6, help=t("circles.depth"))] = 1,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """The surroundings of one customer."""
    from kezhi.api import open_project
    from kezhi.api.project_circles import circle_of, circle_of_project

    if file is None:
        found = circle_of_project(open_project(project or Path()), customer, depth=depth)
    else:
        found = circle_of(file, customer, open_project(project) if project else None, depth=depth)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, default=str))
        return
    facts = {"customer": found["customer_id"], "number": found["community"], "size": f"{found['size']:,}"}
    out.print(t("circles.of", **facts), markup=False)
    for row in found["relations"]:
        out.print(f"  {row['from_customer_id']} – {row['to_customer_id']}  {row['weight']:g}", markup=False)
