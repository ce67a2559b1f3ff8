"""Memberships and points of a project: by level and month, or of one customer."""

from __future__ import annotations

from typing import Any

from kezhi.api.project import Project
from kezhi.errors import NoSnapshot, WrongInput
from kezhi.flow.report import source_of
from kezhi.kit.engine import _, ibis
from kezhi.locales import Phrase
from kezhi.measure.figures.told import points_of

SHOWN_ENTRIES = 100

Answer = dict[str, list[dict[str, Any]]]


def project_points(project: Project, customer: str | None = None) -> Answer:
    """
    What the last run knows of points.

    Args:
        project: With a snapshot.
        customer: A customer's id, or that of one of its records; None is all.

    Returns:
        Of all: `levels` and `months`, as the report shows them. Of one customer: `balance` (the row of `tables.POINTS_OF_CUSTOMERS`), `lots`
        (`tables.POINT_LOTS` of which some are left, those that lapse first on top) and `entries`, the last 100 first.

    Raises:
        NoSnapshot: The last run found neither memberships nor bookings.
        WrongInput: The customer is unknown, or has neither.
    """
    if "points" not in project.tables:
        raise NoSnapshot(folder=str(project.folder), what="points")
    if customer is None:
        with source_of(project.snapshot) as source:
            found = points_of(source) or {}
        return {"levels": found.get("points_by_level", []), "months": found.get("points_by_month", [])}
    links = project.table("identity_links")
    own = links.filter((_.customer_id == customer) | (_.record_id == customer)).limit(1).to_pyarrow().to_pylist()
    if not own:
        raise WrongInput(problem=Phrase("cli.customer.unknown", id=customer))
    one = own[0]["customer_id"]
    balance = project.table("points").filter(_.customer_id == one).drop("customer_id").to_pyarrow().to_pylist()
    if not balance:
        raise WrongInput(problem=Phrase("cli.points.none", id=customer))
    made: Answer = {"balance": balance, "lots": [], "entries": []}
    if "point_lots" in project.tables:
        lots = (
            project.table("point_lots").filter((_.customer_id == one) & (_.left_points > 0)).order_by("expires_on", "booked_on", "entry_id")
        )
        made["lots"] = lots.select("expires_on", "booked_on", "points", "left_points").to_pyarrow().to_pylist()
        last = project.table("point_entries").filter(_.customer_id == one).order_by(ibis.desc("booked_at"), "entry_id").limit(SHOWN_ENTRIES)
        made["entries"] = last.select("booked_at", "kind", "points", "expires_on", "order_id").to_pyarrow().to_pylist()
    return made
