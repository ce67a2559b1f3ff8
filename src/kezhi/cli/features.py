"""`kezhi features WHERE`: which columns of the profile tell the customers of a segment from all others."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer

from kezhi.cli.options import Json, LangOption, Limit, ProjectDir
from kezhi.cli.words import out, t

MOST_ROWS = 20_000
LEFT_OUT = ("customer_id", "tags", "sources")


def features(
    where: Annotated[str, typer.Argument(metavar="SEGMENT", help=t("features.where"))],
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

    opened = open_project(project)
    columns = opened.table("profile").columns
    unknown = [name for name in without or () if name not in columns]
    if unknown:
        raise WrongInput(
            problem=t("features.unknown", names=", ".join(unknown), known=", ".join(get_close_matches(unknown[0], columns)) or "–")
        )
    people = sampled(shown.table_of(opened, "profile"), MOST_ROWS, 7)
    inside = opened.segment(where).select("customer_id", is_inside=True)
    joined = people.left_join(inside, "customer_id").mutate(is_target=lambda table: table.is_inside.fill_null(False))
    data = joined.drop("is_inside", "customer_id_right").order_by("customer_id").drop(*{*LEFT_OUT, *(without or ())}).to_pyarrow()
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
