"""`kezhi baskets`: what is bought together, from the snapshot's rules or mined anew with other thresholds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from kezhi.cli.options import Json, LangOption, ProjectDir
from kezhi.cli.words import out, t


def baskets(
    project: ProjectDir = Path(),
    min_support: Annotated[str | None, typer.Option("--min-support", help=t("baskets.min_support"))] = None,
    min_confidence: Annotated[str | None, typer.Option("--min-confidence", help=t("baskets.min_confidence"))] = None,
    product: Annotated[str | None, typer.Option("--product", help=t("baskets.product"))] = None,
    min_margin: Annotated[float | None, typer.Option("--min-margin", min=0, max=1, help=t("baskets.min_margin"))] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help=t("baskets.limit"))] = 20,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """The rules with the highest lift, in words."""
    from kezhi.api import open_project
    from kezhi.api.project_baskets import project_rules

    opened = open_project(project)
    found = project_rules(
        opened, min_support=min_support, min_confidence=min_confidence, product=product, min_margin=min_margin
    )  # fmt: skip
    if as_json:
        typer.echo(json.dumps(found[:limit], ensure_ascii=False))
        return
    if not found:
        out.print(t("baskets.none"))
    for rule in found[:limit]:
        out.print(_sentence(rule), markup=False)
    if len(found) > limit:
        out.print(t("baskets.more", shown=f"{limit:,}", rules=f"{len(found):,}"))


def _sentence(rule: dict[str, Any]) -> str:
    return t(
        "baskets.rule",
        antecedent=" + ".join(rule["antecedent_names"]),
        consequent=" + ".join(rule["consequent_names"]),
        confidence=f"{rule['confidence']:.1%}",
        lift=f"{rule['lift']:.2f}",
        count=f"{rule['count']:,}",
        q=f"{rule['q_value']:.2g}",
    )
