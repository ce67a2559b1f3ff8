"""What was sold: months, categories, cohorts, and sales without a customer."""

from __future__ import annotations

from datetime import date, datetime, time

from kezhi.kit.engine import _, ibis, ir
from kezhi.measure.figures.rows import Row, Rows, only, part, rows

TOP_CATEGORIES = 12
COHORTS = 12


def months(sales_monthly: ir.Table, *, as_of: date) -> Rows:
    """`tables.SALES_MONTHLY` in order, each row with is_complete: False for the month that as_of cuts short."""
    return [row | {"is_complete": _next_month(row["month"]) <= as_of} for row in rows(sales_monthly.order_by("month"))]


def categories(category_sales: ir.Table) -> Rows:
    """All categories by net_amount, largest first, each with its share of the net amount."""
    found = rows(category_sales.order_by(ibis.desc("net_amount"), "category"))
    total = sum(row["net_amount"] for row in found)
    return [row | {"share": part(row["net_amount"], total)} for row in found]


def cohorts(cohort_retention: ir.Table) -> Rows:
    """`tables.COHORT_RETENTION` in order."""
    return rows(cohort_retention.order_by("cohort_month", "month_no"))


def anonymous(orders: ir.Table, lines: ir.Table | None, *, as_of: date) -> Row:
    """Paid purchases before *as_of* that name no customer: anonymous_orders, and their lines where lines are kept (else None)."""
    before = ibis.literal(datetime.combine(as_of, time()))
    nameless = orders.filter(_.customer_id.isnull(), _.order_kind == "purchase", _.status == "paid", _.ordered_at < before)
    found = {"anonymous_orders": only(nameless.agg(n=_.count()))["n"], "anonymous_lines": None}
    if lines is not None:
        found["anonymous_lines"] = only(lines.semi_join(nameless, "order_id").agg(n=_.count()))["n"]
    return found


def _next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
