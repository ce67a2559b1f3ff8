"""`kezhi features WHERE`: what tells the customers of a segment from all others; `kezhi features --list`: the features a project declares."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kezhi.cli.options import Json, LangOption, Limit, ProjectDir
from kezhi.cli.words import language, out, t

if TYPE_CHECKING:
    from kezhi.api.project import Project

MOST_ROWS = 20_000
LEFT_OUT = ("customer_id", "tags", "sources")


def features(
    where: Annotated[str | None, typer.Argument(metavar="SEGMENT", help=t("features.where"))] = None,
    is_list: Annotated[bool, typer.Option("--list", help=t("features.list"))] = False,
    project: ProjectDir = Path(),
    without: Annotated[list[str] | None, typer.Option("--without", metavar="COLUMN", help=t("features.without"))] = None,
    limit: Limit = 20,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Correlation, mutual information, chi-square, elimination, L1 and trees in one table; what knows the answer is marked."""
    from kezhi.api import open_project
    from kezhi.api.feature_scores import compare_features
    from kezhi.cli import shown
    from kezhi.errors import WrongInput
    from kezhi.flow.clusters import sampled
    from kezhi.flow.declared import with_declared

    opened = open_project(project)
    if (where is None) != is_list:
        raise WrongInput(problem=t("features.asked_both"))
    if where is None:
        _declared(opened, as_json)
        return
    columns = (*opened.table("profile").columns, *opened.settings.features)
    unknown = [name for name in without or () if name not in columns]
    if unknown:
        raise WrongInput(
            problem=t("features.unknown", names=", ".join(unknown), known=", ".join(get_close_matches(unknown[0], columns)) or "–")
        )
    people = sampled(shown.table_of(opened, "profile"), MOST_ROWS, 7)
    inside = opened.segment(where).select("customer_id", is_inside=True)
    joined = people.left_join(inside, "customer_id").mutate(is_target=lambda table: table.is_inside.fill_null(False))
    tables = {name: shown.table_of(opened, name) for name in opened.tables if name == "declared_features"}
    joined = with_declared(joined.drop("customer_id_right"), tables, opened.settings)
    data = joined.drop("is_inside").order_by("customer_id").drop(*{*LEFT_OUT, *(without or ())}).to_pyarrow()
    rows = compare_features(data, "is_target").to_pylist()
    if as_json:
        shown.as_json(rows)
        return
    shown.as_table(
        rows[:limit],
        ("feature", "mean_rank", "filter_rank", "wrapper_rank", "embedded_rank", "correlation", "mutual_information", "chi_square", "lasso_weight",
         "tree_share", "auc", "is_leak"),
    )  # fmt: skip
    leaking = [row["feature"] for row in rows if row["is_leak"]]
    if leaking:
        out.print(t("features.leaks", features=", ".join(leaking)), markup=False)


def _declared(opened: Project, as_json: bool) -> None:
    """The features of features.yaml: what each stands for, of how many customers it is known, how it lies."""
    from kezhi.cli import shown
    from kezhi.kit.engine import _

    there = "feature_coverage" in opened.tables
    rows = shown.table_of(opened, "feature_coverage").order_by(_.feature).to_pyarrow().to_pylist() if there else []
    words = opened.settings.features
    if as_json:
        shown.as_json(rows)
        return
    if not rows:
        out.print(t("features.none_declared"), markup=False)
        return
    for row in rows:
        one = words.get(row["feature"])  # one that was taken out of the file since has no words
        row["called"] = ((one.name_en if language() == "en" else one.name) if one else "") or row["feature"]
        row |= {name: f"{row[name]:,.4g}" for name in ("least", "mean", "most") if row[name] is not None}
    shown.as_table(rows, ("feature", "called", "kind", "known", "known_share", "different", "least", "mean", "most", "is_dated", "formula"))
