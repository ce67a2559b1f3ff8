"""`kezhi clusters`: the groups of alike buyers, each in words with what lifts it over all."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from kezhi.cli.options import Json, LangOption, ProjectDir
from kezhi.cli.words import language, out, t

TOLD = 3


def clusters(project: ProjectDir = Path(), as_json: Json = False, lang: LangOption = None) -> None:
    """Show the clusters of the current snapshot."""
    from kezhi.api import open_project
    from kezhi.measure.telling import cluster_name, evidence

    opened = open_project(project)
    profiles = sorted(opened.table("cluster_profiles").to_pyarrow().to_pylist(), key=lambda row: (-row["customers"], row["cluster"]))
    features = sorted(opened.table("cluster_features").to_pyarrow().to_pylist(), key=lambda row: row["rank"])
    choices = sorted(opened.table("cluster_choices").to_pyarrow().to_pylist(), key=lambda row: row["k"])
    found = [row | {"features": [cell for cell in features if cell["cluster"] == row["cluster"]]} for row in profiles]
    if as_json:
        typer.echo(json.dumps({"as_of": str(opened.snapshot.as_of), "clusters": found, "choices": choices}, ensure_ascii=False, indent=1))
        return
    for row in found:
        head = t(
            "clusters.one",
            number=row["cluster"],
            name=cluster_name(row, language()),
            customers=f"{row['customers']:,}",
            share=f"{row['customer_share']:.1%}",
        )
        out.print(head, markup=False)
        for cell in row["features"][:TOLD]:
            out.print("  " + evidence(cell, language()), markup=False)
        if row["continues"]:
            moved = "–" if row["moved_share"] is None else f"{row['moved_share']:.1%}"
            out.print("  " + t("clusters.drift", shift=f"{row['center_shift']:.2f}", moved=moved), markup=False)
    for row in choices:
        words = t("clusters.choice", k=row["k"], silhouette=f"{row['silhouette']:.3f}", stability=f"{row['stability']:.3f}")
        out.print(words + (f"  ← {t('clusters.taken')}" if row["is_chosen"] else ""), markup=False)
