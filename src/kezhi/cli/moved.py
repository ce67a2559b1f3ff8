"""What the verbs of migration matrices share: the cells, and the customers behind one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from kezhi.cli import shown
from kezhi.cli.words import out, t
from kezhi.errors import WrongInput
from kezhi.measure.words import known


def cells(project: Path, table: str, compared: str, **where: str) -> tuple[Any, list[dict[str, Any]]]:
    """The open project, and the rows of the matrix *table* against *compared*, the fullest first; only those of *where*."""
    from kezhi.api import open_project
    from kezhi.kit.engine import _, ibis

    opened = open_project(project)
    found = shown.table_of(opened, table).filter(_.compared_with == compared, *(_[name] == value for name, value in where.items()))
    ends = [name for name in found.columns if name.startswith(("from_", "to_")) and name != "from_on"]
    return opened, found.order_by(ibis.desc("customers"), *ends).to_pyarrow().to_pylist()


def show(
    rows: Sequence[shown.Row], columns: Sequence[str], words: Mapping[str, Callable[[Any], str]], compared: str, *, as_json: bool
) -> None:
    """Print the cells of a matrix since when, or why there are none."""
    if as_json:
        shown.as_json(list(rows))
    elif not rows:
        out.print(t("rfm.nothing", compared=compared))
    else:
        out.print(t("rfm.since", day=rows[0]["from_on"]))
        shown.as_table(rows, columns, words)


def band_states(project: Any, dimension: str) -> list[str]:
    """The bands of *dimension* by the settings of an open project, the lowest first."""
    from kezhi.insight import named_bands

    return named_bands(project.settings.cut_points)[dimension]


def moved(
    project: Path,
    dimension: str,
    from_state: str,
    to_state: str,
    names: Sequence[str],
    sections: Sequence[str],
    *,
    compared: str,
    limit: int,
    as_json: bool,
) -> None:
    """
    Print who moved from one state to another; states may be named in either language.

    Raises:
        WrongInput: A state is none of *names*, nor the English word for one.
    """
    from kezhi.api import open_project
    from kezhi.kit.engine import _, ibis

    opened = open_project(project)
    stages = (
        {stage.name_en.casefold(): stage.name for stage in opened.settings.lifecycle if stage.name_en} if dimension == "lifecycle" else {}
    )
    english = stages | {(known(f"{section}.{name}", "en") or name).casefold(): name for section in sections for name in names}

    def state(text: str) -> str:
        if text in names:
            return text
        if text.casefold() in english:
            return english[text.casefold()]
        near = get_close_matches(text, [*names, *english], n=1) or [names[0]]
        raise WrongInput(problem=t("moves.unknown", text=text, near=near[0], names=", ".join(names)))

    start, end = state(from_state), state(to_state)
    cell = shown.table_of(opened, "moves").filter(
        (_.dimension == dimension) & (_.compared_with == compared) & (_.from_state == start) & (_.to_state == end)
    )
    rows = cell.order_by(ibis.desc("net_amount"), "customer_id").limit(limit).to_pyarrow().to_pylist()
    if as_json:
        shown.as_json(rows)
        return
    out.print(t("moves.counted", customers=f"{cell.count().to_pyarrow().as_py():,}"))
    shown.as_table(rows, ("customer_id", "net_amount", *(("dwell_days",) if dimension == "lifecycle" else ())))
