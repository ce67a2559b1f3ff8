"""What the loyalty index rests on, of several earlier days at once: one look at the ledger for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from kezhi.kit.days import day, days_before, days_between, midnight
from kezhi.kit.engine import Workbench, _, ibis, ir, ratio
from kezhi.profile.loyalty import NEEDED
from kezhi.tables import FEATURES

_STANDS = date(9999, 12, 31)  # until when a purchase is one that was not given back


def loyalty_features(
    ledger: ir.Table, undone: ir.Table, of_orders: ir.Table | None, *, days: Sequence[date], bench: Workbench
) -> Mapping[date, ir.Table]:
    """
    The columns of `tables.FEATURES` that loyalty reads, as each of *days* saw them: nobody could know what would be given back.

    Args:
        ledger: `tables.LEDGER` of a later day.
        undone: `purchases.undone` of the same day: what counted on an earlier one and no longer does.
        of_orders: Each order (order_id) with the categories among its products (value), each once; None where there are no
            lines or products: categories are 0.
        days: Each the first day not seen; at least one.
        bench: Where all days are computed once.

    Returns:
        Day -> customer_id and `loyalty.NEEDED`, a row per customer with a purchase before the day.
    """
    columns = ("order_id", "customer_id", "ordered_at", "is_purchase", "is_refund")
    standing = ledger.select(*columns, until=ibis.literal(_STANDS, "date"))
    lost = undone.filter(_.is_purchase).mutate(is_refund=ibis.literal(False), until=undone.undone_on)
    rows = standing.union(lost.select(*columns, "until")).filter(_.customer_id.notnull() & (_.ordered_at < midnight(max(days))))
    numbered = dict(enumerate(days))
    table = bench.settle(_bought_on(rows, numbered)).inner_join(bench.settle(_orders(rows, numbered)), "customer_id")
    if of_orders is not None:
        table = table.left_join(_categories(rows, of_orders, numbered), "customer_id").drop("customer_id_right")
    table = bench.settle(table)
    return {on: _of_day(table, number, on) for number, on in numbered.items()}


def _seen(rows: ir.Table, on: date) -> ir.BooleanValue:
    """Whether a row (ordered_at, until) counted on the day *on*."""
    return (rows.ordered_at < midnight(on)) & (rows.until >= on)


def _orders(rows: ir.Table, days: Mapping[int, date]) -> ir.Table:
    counts = {}
    for number, on in days.items():
        seen = _seen(rows, on)
        in_year = rows.ordered_at >= midnight(days_before(on, 365))
        counts[f"orders_life_{number}"] = _.count(where=seen & _.is_purchase)
        counts[f"orders_365d_{number}"] = _.count(where=seen & _.is_purchase & in_year)
        counts[f"refunds_life_{number}"] = _.count(where=seen & _.is_refund)
    return rows.group_by("customer_id").aggregate(**counts)


def _bought_on(rows: ir.Table, days: Mapping[int, date]) -> ir.Table:
    """The first and the last day with a purchase, and how many there were."""
    bought = rows.filter(_.is_purchase)
    told = bought.group_by("customer_id", on=day(bought.ordered_at)).aggregate(until=_.until.max())
    found: dict[str, ir.Value] = {}
    for number, on in days.items():
        seen = (told["on"] < on) & (told.until >= on)
        found |= {f"first_{number}": told["on"].min(where=seen), f"last_{number}": told["on"].max(where=seen)}
        found[f"days_{number}"] = told.count(where=seen)
    return told.group_by("customer_id").aggregate(**found)


def _categories(rows: ir.Table, of_orders: ir.Table, days: Mapping[int, date]) -> ir.Table:
    """How many categories were bought, and how many of them in the last 365 days."""
    bought = rows.filter(_.is_purchase).select("order_id", "customer_id", "ordered_at", "until")
    of_lines = of_orders.join(bought, "order_id")
    lasts = {f"last_{number}": of_lines.ordered_at.max(where=_seen(of_lines, on)) for number, on in days.items()}
    of_values = of_lines.group_by("customer_id", "value").aggregate(**lasts)
    counts = {}
    for number, on in days.items():
        last = of_values[f"last_{number}"]
        counts[f"categories_life_{number}"] = last.count()
        counts[f"categories_365d_{number}"] = of_values.count(where=last >= midnight(days_before(on, 365)))
    return of_values.group_by("customer_id").aggregate(**counts)


def _of_day(table: ir.Table, number: int, on: date) -> ir.Table:
    def told(name: str) -> ir.Value:
        column = f"{name}_{number}"
        return table[column].fill_null(0) if column in table.columns else ibis.literal(0)  # no categories without lines

    first, last, days = table[f"first_{number}"], table[f"last_{number}"], table[f"days_{number}"]
    values = {
        "recency_days": days_between(last, on),
        "tenure_days": days_between(first, on),
        "gap_days_mean": ratio(days_between(first, last), days - 1),
        "active_days_life": days,
    }
    kept = {name: values.get(name, told(name)).cast(FEATURES.column(name).type) for name in NEEDED}
    return table.filter(table[f"orders_life_{number}"] > 0).select("customer_id", **kept)
