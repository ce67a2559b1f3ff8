"""What other prices would do, of an open project."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kezhi.errors import NoSnapshot
from kezhi.kit.engine import _
from kezhi.models.price_changes import simulated

if TYPE_CHECKING:
    from kezhi.api.project import Project


def priced(project: Project, changes: Mapping[str, float] | float, dimension: str) -> list[dict[str, Any]]:
    """See `Project.simulate_prices`."""
    if "price_elasticity" not in project.tables:
        raise NoSnapshot(folder=str(project.folder), what="price_elasticity")
    rows = project.table("price_elasticity").filter(_.dimension == dimension).to_pyarrow().to_pylist()
    asked = dict(changes) if isinstance(changes, Mapping) else {row["member"]: changes for row in rows}
    return simulated(rows, asked)
