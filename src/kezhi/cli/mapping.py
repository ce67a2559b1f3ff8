"""Column mappings on the command line: read from `--map`, shown after a proposal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kezhi.cli.words import err, language, t
from kezhi.errors import WrongInput


def overrides(text: str | None) -> dict[str, str]:
    """`customer_id=客户编号,order_id=单号` as a mapping from our field to the file's header."""
    pairs: dict[str, str] = {}
    for part in filter(None, (text or "").replace("，", ",").split(",")):
        field, sign, header = part.partition("=")
        if not sign or not field.strip() or not header.strip():
            raise WrongInput(problem=t("not_a_mapping", text=part))
        # a customer's id in a file is the id of its record there
        pairs["record_id" if field.strip() == "customer_id" else field.strip()] = header.strip()
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
