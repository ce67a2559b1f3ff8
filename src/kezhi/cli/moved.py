"""The customers behind one cell of a migration matrix."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from kezhi.cli import shown
from kezhi.cli.words import out, t
from kezhi.errors import WrongInput
from kezhi.measure.words import known


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
