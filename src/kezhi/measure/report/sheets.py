"""What stands on each sheet of the workbook: which table, which columns, in which order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kezhi.kit.engine import ibis, ir
from kezhi.measure.report.cells import MAX_ROWS
from kezhi.measure.source import ReportSource

MOST = 100_000  # rows of a sheet with a row per customer or more; all rows are in the lake
_PERSON = ("name", "phone", "email")
_PROFILE = (
    "customer_id", "gender", "age_years", "province", "city", "registered_on", "first_purchase_on", "last_purchase_on", "recency_days",
    "orders_life", "net_amount_life", "average_order_value_life", "orders_365d", "net_amount_365d", "orders_90d", "refunds_life",
    "favourite_category", "favourite_brand", "favourite_channel", "gap_days_mean", "r_score", "f_score", "m_score", "rfm_group",
    "lifecycle_stage", "lifecycle_since", "days_in_stage", "tags", "records", "sources",
)  # fmt: skip
_ORIGIN = ("source", "source_file", "source_line", "table_name")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet filled from one table of the lake; *rows* returns None when the snapshot has none."""

    name: str
    table: str
    rows: Callable[[ReportSource], ir.Table | None]
    most: int = MAX_ROWS


def customers(source: ReportSource) -> ir.Table | None:
    """`profile` with name, phone and mail from `customers`, who spent most over their life first."""
    profile, people = source.table("profile"), source.table("customers")
    if profile is None:
        return None
    chosen = profile.select(*_PROFILE)
    if people is not None:
        chosen = chosen.left_join(people.select(key="customer_id", **{name: people[name] for name in _PERSON}), [("customer_id", "key")])
        chosen = chosen.select("customer_id", *_PERSON, *_PROFILE[1:])
    return chosen.order_by(ibis.desc("net_amount_life"), "customer_id")


def ordered(table: str, columns: tuple[str, ...], order: tuple[str, ...]) -> Callable[[ReportSource], ir.Table | None]:
    """What gives *columns* of *table* in *order*."""

    def rows(source: ReportSource) -> ir.Table | None:
        found = source.table(table)
        return None if found is None else found.select(*columns).order_by(*order)

    return rows


SHEETS = (
    Sheet("customers", "profile", customers),
    Sheet("categories", "category_sales", ordered("category_sales", ("category", "net_amount", "orders", "customers", "quantity"), ("category",))),
    Sheet("monthly", "sales_monthly", ordered("sales_monthly", ("month", "orders", "customers", "new_customers", "net_amount", "refund_amount", "anonymous_amount"), ("month",))),
    Sheet("cohorts", "cohort_retention", ordered("cohort_retention", ("cohort_month", "month_no", "customers", "active_customers", "retention_rate", "is_complete"), ("cohort_month", "month_no"))),
    Sheet("products", "product_view", ordered("product_view", ("product_id", "product_name", "category", "stage", "orders", "buyers", "repurchase_rate", "net_amount", "refund_rate", "margin_rate", "female_share", "tied_buyer_share", "main_circle"), ("product_id",))),
    Sheet("fit", "customer_fit", ordered("customer_fit", ("customer_id", "rank", "category", "score", "base_rate", "own_lift", "brand", "brand_lift"), ("customer_id", "rank"))),
    Sheet("lookalikes", "lookalike_candidates", ordered("lookalike_candidates", ("category", "rank", "customer_id", "score"), ("category", "rank"))),
    Sheet("market", "market_segments", ordered("market_segments", ("dimension", "segment", "customers", "growth", "margin_rate", "score", "price_level", "frequency_level", "category", "channel"), ("dimension", "segment"))),
    Sheet("circle_members", "circle_members", ordered("circle_members", ("community", "size", "customer_id", "degree", "strength"), ("community", "customer_id"))),
    Sheet("key_customers", "key_customers", ordered("key_customers", ("rank", "customer_id", "community", "degree", "pagerank", "reach"), ("rank",))),
    Sheet("corrections", "corrections", ordered("corrections", (*_ORIGIN, "row_key", "column_name", "rule", "before", "after"), ("source_file", "table_name", "source_line", "column_name", "rule"))),
    Sheet("rejects", "rejects", ordered("rejects", (*_ORIGIN, "stage", "reason", "detail", "raw_text"), ("source_file", "table_name", "source_line"))),
)  # fmt: skip
