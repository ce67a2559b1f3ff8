"""What the loyalty index rests on, of several earlier days at once: one look at the days on which customers bought for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from kezhi.kit.days import day, days_before, days_between, midnight
from kezhi.kit.engine import Workbench, _, ibis, ir, ratio
from kezhi.profile.loyalty import NEEDED
from kezhi.profile.purchase_counts import purchase_days
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
    numbered = dict(enumerate(days))
    end = midnight(max(days))
    lost = undone.filter(_.is_purchase & _.customer_id.notnull() & (_.ordered_at < end))
    table = _bought(bench.once(purchase_days(ledger)), lost, numbered)
    table = bench.settle(table.left_join(_refunds(ledger, numbered), "customer_id").drop("customer_id_right"))
    if of_orders is not None:
        columns = ("order_id", "customer_id", "ordered_at")
        stands = ledger.filter(_.is_purchase & _.customer_id.notnull() & (_.ordered_at < end))
        rows = stands.select(*columns, until=ibis.literal(_STANDS, "date")).union(lost.select(*columns, until="undone_on"))
        table = bench.settle(table.left_join(_categories(rows, of_orders, numbered), "customer_id").drop("customer_id_right"))
    return {on: _of_day(table, number, on) for number, on in numbered.items()}


def _bought(told: ir.Table, lost: ir.Table, days: Mapping[int, date]) -> ir.Table:
    """The first and the last day with a purchase, how many there were, and how many purchases: of `purchase_days` and what was *lost* since."""
    stood = told.filter((_.bought > 0) & (_.acted_on < max(days.values()))).select("customer_id", "bought", on="acted_on")
    again = lost.group_by("customer_id", on=day(lost.ordered_at)).aggregate(
        **{f"lost_{number}": _.count(where=_.undone_on >= on) for number, on in days.items()}
    )
    both = stood.outer_join(again, ["customer_id", "on"])
    counts = {f"bought_{number}": both.bought.fill_null(0) + both[f"lost_{number}"].fill_null(0) for number in days}
    rows = both.select(
        customer_id=ibis.coalesce(both.customer_id, both.customer_id_right), on=ibis.coalesce(both["on"], both.on_right), **counts
    )
    found: dict[str, ir.Value] = {}
    for number, on in days.items():
        bought = rows[f"bought_{number}"]
        seen = (rows["on"] < on) & (bought > 0)
        found |= {f"first_{number}": rows["on"].min(where=seen), f"last_{number}": rows["on"].max(where=seen)}
        found |= {f"days_{number}": rows.count(where=seen), f"orders_life_{number}": bought.sum(where=seen)}
        found[f"orders_365d_{number}"] = bought.sum(where=seen & (rows["on"] >= days_before(on, 365)))
    return rows.group_by("customer_id").aggregate(**found)


def _refunds(ledger: ir.Table, days: Mapping[int, date]) -> ir.Table:
    refunds = ledger.filter(_.is_refund & _.customer_id.notnull())
    return refunds.group_by("customer_id").aggregate(
        **{f"refunds_life_{number}": _.count(where=_.ordered_at < midnight(on)) for number, on in days.items()}
    )


def _categories(rows: ir.Table, of_orders: ir.Table, days: Mapping[int, date]) -> ir.Table:
    """How many categories were bought, and how many of them in the last 365 days."""
    of_lines = of_orders.join(rows, "order_id")
    lasts = {
        f"last_{number}": of_lines.ordered_at.max(where=(of_lines.ordered_at < midnight(on)) & (of_lines.until >= on))
        for number, on in days.items()
    }
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
