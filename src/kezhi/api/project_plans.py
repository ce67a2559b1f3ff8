"""The bills of one customer of a project, computed when they are asked for."""

from __future__ import annotations

from typing import Any

from kezhi.api.plans import bills
from kezhi.api.project import Project
from kezhi.errors import NoSnapshot, WrongInput
from kezhi.kit.days import midnight
from kezhi.kit.engine import _
from kezhi.locales import Phrase


def project_bills(project: Project, customer: str, plan: str | None = None) -> list[dict[str, Any]]:
    """
    Rows of `kezhi.bills` for *customer* of *project*, by month and plan.

    Args:
        project: With a snapshot.
        customer: A customer_id.
        plan: Only this plan.

    Raises:
        NoSnapshot: The last run had no usage.
        WrongInput: The project has no plans, not this one, or no use of the customer.
    """
    if "usage" not in project.tables:
        raise NoSnapshot(folder=str(project.folder), what="usage")
    if not project.settings.plans:
        raise WrongInput(problem=Phrase("plans.no_plans_here"))
    if plan is not None and plan not in {one.key for one in project.settings.plans}:
        raise WrongInput(problem=Phrase("plans.no_such_plan", plan=plan, plans=", ".join(one.key for one in project.settings.plans)))
    use = project.table("usage").filter(_.customer_id == customer, _.used_at < midnight(project.snapshot.as_of.replace(day=1)))
    rows = use.select("line_id", "used_at", "kind", "quantity", account_id=use.customer_id, customer_id=use.customer_id).to_pyarrow()
    if not rows.num_rows:
        raise WrongInput(problem=Phrase("plans.no_use", customer=customer))
    found: list[dict[str, Any]] = bills(rows, project.settings).to_pylist()
    return [row for row in found if plan is None or row["plan"] == plan]
