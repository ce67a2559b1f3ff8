"""Table functions on frames of any kind: Ibis, pandas, Polars or Arrow in, the same kind out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from kezhi import insight, profile
from kezhi.errors import ColumnMissing
from kezhi.kit.engine import _, ibis, ir, typed
from kezhi.measure.metrics import Question, query, standard
from kezhi.settings import RfmSettings
from kezhi.tables import ORDERS

NEEDED = ("customer_id", "ordered_at", "net_amount")


def rfm(orders: Any, *, as_of: date, settings: RfmSettings | None = None) -> Any:
    """
    Recency, frequency and money of every customer seen before *as_of*, with scores and the eight groups.

    Args:
        orders: One row per payment, a refund having an amount below 0. Needs `customer_id`, `ordered_at`
            and `net_amount`; `order_id`, `order_kind`, `refund_of`, `status` are used where there. A row
            below 0 with the order_id of a purchase is a refund of it.
        as_of: The first day not seen.
        settings: The score tables; None is row 82 of the capability list.

    Returns:
        `tables.RFM` in the kind of frame that came; `customer_id` in the type that came.

    Raises:
        ColumnMissing: One of the three columns is not there.
    """
    table = _orders(orders)
    return _like(orders, profile.rfm(table, as_of=as_of, settings=settings or RfmSettings()))


def features(orders: Any, *, as_of: date) -> Any:
    """What each customer did before *as_of*: `tables.FEATURES` from orders alone; arguments as for `rfm`."""
    table = _orders(orders)
    customers = table.filter(_.customer_id.notnull()).select("customer_id").distinct()
    return _like(orders, profile.features(customers, table, None, None, None, as_of=as_of))


def sales_monthly(orders: Any, *, as_of: date) -> Any:
    """Sales by calendar month: `tables.SALES_MONTHLY`; arguments as for `rfm`."""
    table = _orders(orders)
    made = insight.sales_monthly(profile.purchases(table, as_of=as_of), profile.refunds(table, as_of=as_of), as_of=as_of)
    return _like(orders, made)


def cohort_retention(orders: Any, *, as_of: date) -> Any:
    """Who came back how many months after the first purchase: `tables.COHORT_RETENTION`; arguments as for `rfm`."""
    return _like(orders, insight.cohort_retention(profile.purchases(_orders(orders), as_of=as_of), as_of=as_of))


def metric(key: str, orders: Any, *, as_of: date, by: Sequence[str] | str = (), period: str | None = None) -> Any:
    """
    A figure of the metric dictionary over *orders* alone, such as net_sales by channel and month.

    Args:
        key: A built-in metric that counts purchases and refunds; `kezhi metric list` names all.
        orders: As for `rfm`; channel, store, gross_amount, discount_amount, cost_amount are used where there.
        as_of: The first day not seen.
        by: Dimensions: channel, store, payment_method.
        period: day, week, month, quarter or year.

    Returns:
        [period_start, is_complete,] the dimensions, and the metric, in the kind of frame that came.

    Raises:
        MetricWrong: An unknown metric, one that counts another table, or a dimension it does not have.
    """
    tables = {"ledger": profile.counted(_orders(orders), as_of=as_of)}
    question = Question((by,) if isinstance(by, str) else tuple(by), period)
    return _like(orders, query(standard(), tables, [key], question, as_of=as_of))


def _orders(frame: Any) -> ir.Table:
    """*frame* as `tables.ORDERS`."""
    table = frame if isinstance(frame, ir.Table) else ibis.memtable(frame)
    missing = [column for column in NEEDED if column not in table.columns]
    if missing:
        raise ColumnMissing(table="orders", missing=missing, present=sorted(table.columns), hint="")
    if "order_id" not in table.columns:
        table = table.mutate(order_id=ibis.row_number().over(order_by=[*NEEDED]).cast("string"))
    table = table.mutate(order_id=_.order_id.cast("string"), net_amount=_.net_amount.cast("decimal(18, 2)"))
    if "order_kind" not in table.columns:
        table = table.mutate(order_kind=ibis.cases((_.net_amount < 0, "refund"), else_="purchase"))
    if "refund_of" not in table.columns:
        table = table.mutate(refund_of=ibis.cases((_.order_kind == "refund", _.order_id), else_=ibis.null("string")))
    if "status" not in table.columns:
        table = table.mutate(status=ibis.literal("paid"))
    table = table.mutate(status=_.status.fill_null("paid"), source=ibis.literal("frame"))
    return typed(table, {column.name: column.type for column in ORDERS.columns})


def _like(frame: Any, made: ir.Table) -> Any:
    """*made* as the kind of frame that *frame* is, with customer ids of its type."""
    schema = (frame if isinstance(frame, ir.Table) else ibis.memtable(frame)).schema()
    if "customer_id" in made.columns:
        made = made.mutate(customer_id=_.customer_id.cast(schema["customer_id"].copy(nullable=True)))
    if isinstance(frame, ir.Table):
        return made
    if isinstance(frame, pa.Table):
        return made.to_pyarrow()
    return made.to_polars() if type(frame).__module__.split(".")[0] == "polars" else made.to_pandas()
