"""Column mappings on the command line: read from `--map`, shown after a proposal."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any

import typer

from kezhi.cli.words import err, language, t
from kezhi.errors import WrongInput


class _Order(StrEnum):
    """How 01/02/2024 is meant."""

    MDY = "mdy"
    DMY = "dmy"


DateOrder = Annotated[_Order | None, typer.Option("--date-order", help=t("options.date_order"))]


def overrides(text: str | None) -> dict[str, str]:
    """`customer_id=客户编号,order_id=单号` as a mapping from our field to the file's header."""
    pairs: dict[str, str] = {}
    for part in filter(None, map(str.strip, (text or "").replace("，", ",").split(","))):
        field, sign, header = (word.strip() for word in part.partition("="))
        if not sign or not field or not header:
            raise WrongInput(problem=t("not_a_mapping", text=part))
        if pairs.get(field, header) != header:
            raise WrongInput(problem=t("mapping.twice", field=field))
        pairs[field] = header
    return pairs


def show_proposals(proposals: Sequence[Any]) -> None:
    """Say on stderr what was believed of each file, and what is unsure."""
    for proposal in proposals:
        err.print(t("mapping.file", file=proposal.path.name, table=proposal.table), style="bold", markup=False)
        for belief in proposal.believed:
            err.print(f"  {belief.header} → {belief.field}  {belief.why.say(language())}", markup=False)
        for doubt in proposal.unsure:
            err.print(f"  ? {doubt.say(language())}", style="yellow", markup=False)
        if proposal.ignored:
            err.print("  " + t("mapping.ignored", headers=", ".join(proposal.ignored)), style="dim", markup=False)
