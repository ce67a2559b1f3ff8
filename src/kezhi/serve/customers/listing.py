"""The list of customers: what is searched, filtered, sorted and shown."""

from __future__ import annotations

from dataclasses import dataclass

from kezhi.flow.reader import Reader
from kezhi.kit.engine import _, ir

COLUMNS = (
    "customer_id", "gender", "age_years", "province", "city", "rfm_group", "lifecycle_stage", "orders_365d",
    "net_amount_365d", "net_amount_life", "last_purchase_on", "recency_days", "tags",
)  # fmt: skip
SORTABLE = ("customer_id", "age_years", "orders_365d", "net_amount_365d", "net_amount_life", "last_purchase_on", "recency_days")


@dataclass(frozen=True)
class Asked:
    """Filters of the list; an empty one does not filter."""

    q: str = ""
    rfm_group: tuple[str, ...] = ()
    lifecycle_stage: tuple[str, ...] = ()
    city: tuple[str, ...] = ()


def listed(reader: Reader, asked: Asked) -> ir.Table:
    """`profile` of the customers that fit: the columns of COLUMNS."""
    table = reader.table("profile").select(*COLUMNS)
    for name in ("rfm_group", "lifecycle_stage", "city"):
        if chosen := getattr(asked, name):
            table = table.filter(table[name].isin(chosen))
    words = asked.q.strip()
    if words:
        known = reader.table("customers")
        fits = (known.customer_id == words) | known.name.contains(words) | (known.phone == words) | (known.email == words)
        table = table.semi_join(known.filter(fits).select("customer_id"), "customer_id")
    return table


def with_names(reader: Reader, page: ir.Table) -> ir.Table:
    """The rows of *page* with name and phone."""
    known = reader.table("customers").select(_.customer_id, _.name, _.phone)
    return page.left_join(known, "customer_id").drop("customer_id_right")
