"""The list of customers: what is searched, filtered, sorted and shown."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated, Any

from fastapi import Query

from kezhi.flow.reader import Reader
from kezhi.flow.search import meant
from kezhi.kit.engine import ir
from kezhi.measure.masking import masked_words
from kezhi.serve.segments.asking import segments_of
from kezhi.serve.workspace import Workspace

COLUMNS = (
    "customer_id", "gender", "age_years", "province", "city", "occupation", "registered_on", "rfm_group", "lifecycle_stage",
    "days_in_stage", "orders_365d", "net_amount_365d", "average_order_value_365d", "orders_life", "net_amount_life",
    "last_purchase_on", "recency_days", "favourite_category", "favourite_channel", "tags",
)  # fmt: skip
NAMED = ("customer_id", "name", "phone")
SORTABLE = (
    "customer_id", "age_years", "registered_on", "days_in_stage", "orders_365d", "net_amount_365d", "average_order_value_365d",
    "orders_life", "net_amount_life", "last_purchase_on", "recency_days",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """Filters of the list; an empty one does not filter."""

    q: str = ""
    rfm_group: tuple[str, ...] = ()
    lifecycle_stage: tuple[str, ...] = ()
    city: tuple[str, ...] = ()
    segment: str = ""

    def noted(self) -> dict[str, Any]:
        """The filters that are set, for the audit log: a phone number or mail address among the words is masked."""
        found = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items() if value}
        return {**found, "q": masked_words(self.q)} if self.q else found


def asked(
    q: Annotated[str, Query(max_length=200, description="A customer's id, a part of the name, a whole phone number or mail address")] = "",
    rfm_group: Annotated[list[str] | None, Query()] = None,
    lifecycle_stage: Annotated[list[str] | None, Query()] = None,
    city: Annotated[list[str] | None, Query()] = None,
    segment: Annotated[str, Query(max_length=4000, description="Key of a saved segment, or an expression")] = "",
) -> Asked:
    """The filters of an address."""
    return Asked(q, tuple(rfm_group or ()), tuple(lifecycle_stage or ()), tuple(city or ()), segment.strip())


def listed(served: Workspace, reader: Reader, asked: Asked) -> ir.Table:
    """
    `profile` of the customers that fit: the columns of COLUMNS.

    Raises:
        ExpressionWrong: The segment is neither a key nor an expression.
    """
    words = asked.q.strip()
    if asked.segment:
        # most segments are a filter of the profile: to join their customers to it would take five times as long
        def narrow(read: set[str]) -> ir.Table:
            return reader.table("profile", (*COLUMNS, *sorted(read.difference(COLUMNS))))

        table = segments_of(served, reader).customers(asked.segment, narrow).select(*COLUMNS)
        table = table.semi_join(meant(reader, words), "customer_id") if words else table
    else:
        table = meant(reader, words, COLUMNS) if words else reader.table("profile", COLUMNS)
    for name in ("rfm_group", "lifecycle_stage", "city"):
        if chosen := getattr(asked, name):
            table = table.filter(table[name].isin(chosen))
    return table


def with_names(reader: Reader, page: ir.Table) -> ir.Table:
    """The rows of *page* with name and phone."""
    known = reader.table("customers", NAMED)
    return page.left_join(known, "customer_id").drop("customer_id_right")
