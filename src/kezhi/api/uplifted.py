"""Whom a campaign moves, of an open project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kezhi.errors import NoSnapshot, WrongInput
from kezhi.kit.engine import _, ir
from kezhi.locales import Phrase
from kezhi.tables.treatments import UPLIFT_GROUPS

if TYPE_CHECKING:
    from kezhi.api.project import Project


def uplifted(project: Project, campaign: str | None, group: str) -> ir.Table:
    """See `Project.persuadables`."""
    if "uplift" not in project.tables:
        raise NoSnapshot(folder=str(project.folder), what="uplift")
    if group not in UPLIFT_GROUPS:
        raise WrongInput(problem=Phrase("uplift.no_group", group=group, known=", ".join(UPLIFT_GROUPS)))
    table = project.table("uplift")
    if campaign is not None:
        known = project.table("uplift_campaigns").to_pyarrow().to_pylist()
        of = [row for row in known if row["campaign"] == campaign]
        if not of:
            names = ", ".join(sorted({row["campaign"] for row in known})) or "–"
            raise WrongInput(problem=Phrase("cli.uplift.no_campaign", campaign=campaign, known=names))
        if not any(row["is_published"] for row in of):
            raise WrongInput(problem=of[0]["refusal"])
        table = table.filter(_.campaign == campaign)
    return table.filter(_.uplift_group == group).order_by("campaign", "arm", "rank")
