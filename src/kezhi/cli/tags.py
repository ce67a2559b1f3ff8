"""`kezhi tags list|learned`: which tags are held by how many, and how well the learned ones can be told."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kezhi.cli.options import Json, LangOption, ProjectDir
from kezhi.cli.words import out, t

app = typer.Typer(no_args_is_help=True)


@app.command("list", help=t("tags.list"))
def list_(
    family: Annotated[str | None, typer.Option("--family", metavar="FAMILY", help=t("tags.family"))] = None,
    project: ProjectDir = Path(),
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """A row per tag and what it is told from."""
    from kezhi.api import open_project
    from kezhi.cli import shown
    from kezhi.kit.engine import _, ibis

    held = shown.table_of(open_project(project), "customer_tags")
    counts = held.group_by("family", "tag", "basis").aggregate(customers=_.count(), mean_confidence=_.confidence.mean())
    counts = counts if family is None else counts.filter(_.family == family)
    rows = counts.order_by("family", ibis.desc("customers"), "tag", "basis").to_pyarrow().to_pylist()
    if as_json:
        shown.as_json(rows)
        return
    rows = [row | {"confidence_share": row["mean_confidence"]} for row in rows]
    shown.as_table(rows, ("family", "tag", "basis", "customers", "confidence_share"))


@app.command(help=t("tags.learned"))
def learned(project: ProjectDir = Path(), as_json: Json = False, lang: LangOption = None) -> None:
    """A sentence per tag of `propagate`: how precise it is and to how many it went, or why it went to nobody."""
    from kezhi.api import open_project
    from kezhi.cli import shown

    rows = shown.table_of(open_project(project), "tag_propagation").order_by("family", "tag").to_pyarrow().to_pylist()
    if as_json:
        shown.as_json(rows)
        return

    def share(value: float | None) -> str:
        return "–" if value is None else f"{value:.1%}"

    for row in rows:
        said = {
            name: share(row[name])
            for name in ("precision", "precision_low", "precision_weighted", "recall", "least_precision", "base_rate")
        }
        said |= {name: f"{row[name]:,}" for name in ("known_customers", "holders", "predicted_customers", "spread_customers")}
        ending = t(f"tags.refusals.{row['refusal']}", **said) if row["refusal"] else t("tags.given", **said)
        out.print(f"{row['family']}/{row['tag']}: {ending}", markup=False, soft_wrap=True)
