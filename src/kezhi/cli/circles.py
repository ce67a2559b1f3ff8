"""`kezhi circles FILE` and `kezhi circle CUSTOMER FILE`: circles of customers in a file of relations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from kezhi.cli.options import Json, LangOption
from kezhi.cli.words import out, t

RelationsFile = Annotated[Path, typer.Argument(metavar="FILE", help=t("circles.file"))]
Known = Annotated[Path | None, typer.Option("--project", "-p", help=t("circles.project"))]


def circles(
    file: RelationsFile,
    project: Known = None,
    top: Annotated[int, typer.Option("--top", min=1, help=t("circles.top"))] = 10,
    seed: Annotated[int, typer.Option("--seed", min=0, max=2**31 - 1, help=t("circles.seed"))] = 7,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """The circles, what they like, and who matters in them."""
    from kezhi.api import open_project
    from kezhi.api.project_circles import circles_of

    found = circles_of(file, open_project(project) if project else None, top=top, seed=seed)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    counts = {name: f"{found[name]:,}" for name in ("customers", "relations", "circles")}
    out.print(t("circles.found", **counts, modularity=f"{found['modularity']:.3f}"))
    for circle in found["largest"]:
        liked = ", ".join(f"{row['item']} ×{row['lift']:.1f} ({row['customers']})" for row in circle["interests"])
        out.print("  " + t("circles.circle", number=circle["community"], size=f"{circle['size']:,}") + (f"  {liked}" if liked else ""))
    out.print(f"[bold]{t('circles.key')}[/]")
    for row in found["key_customers"]:
        facts = {"customer": row["customer_id"], "degree": f"{row['degree']:,}", "reach": f"{row['reach']:,.1f}"}
        out.print("  " + t("circles.key_customer", **facts), markup=False)


def circle(
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help=t("circles.customer"))],
    file: RelationsFile,
    project: Known = None,
    depth: Annotated[int, typer.Option("--depth", min=1, max=6, help=t("circles.depth"))] = 1,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """The surroundings of one customer."""
    from kezhi.api import open_project
    from kezhi.api.project_circles import circle_of

    found = circle_of(file, customer, open_project(project) if project else None, depth=depth)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    facts = {"customer": found["customer_id"], "number": found["community"], "size": f"{found['size']:,}"}
    out.print(t("circles.of", **facts), markup=False)
    for row in found["relations"]:
        out.print(f"  {row['from_customer_id']} – {row['to_customer_id']}  {row['weight']:g}", markup=False)
