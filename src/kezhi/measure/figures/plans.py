"""Price plans against customers' own months, as a report shows them."""

from __future__ import annotations

from kezhi.measure.figures.rows import Rows, rows
from kezhi.measure.source import ReportSource


def plans(source: ReportSource) -> Rows | None:
    """Per plan, the company's own first and those with most customers before others: the columns of `plan_review`; None without plans."""
    found = source.table("plan_review")
    if found is None:
        return None
    return sorted(rows(found), key=lambda row: (row["company"] is not None, -row["customers"], row["plan"]))
