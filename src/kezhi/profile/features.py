"""One row per customer: what the customer did before a day. The base of scores, stages, tags and models."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from kezhi.kit.days import days_between
from kezhi.kit.engine import Workbench, _, ibis, ir
from kezhi.profile.favourites import DIMENSIONS, favourites, ranked, ranked_by
from kezhi.profile.gaps import purchase_gaps
from kezhi.profile.purchases import ledger
from kezhi.profile.windows import amounts, counts, event_counts
from kezhi.tables import FEATURES

_ROW = ("customer_id", "ordered_at", "is_purchase", "is_refund", "is_netted")
_ALWAYS = ("orders_life", "first_purchase_on", "last_purchase_on")  # recency and tenure are told from the days
_OF_DAYS = ("active_days", "gap_days")  # what features that need the days in order begin with
_OF_LINES = ("categories", "favourite_category", "favourite_brand")
# columns of an order, and what features that read them begin with
_READ_FOR: dict[str, tuple[str, ...]] = {
    "order_id": _OF_LINES, "net_amount": ("net_amount", "refund_amount", "margin_amount", "average_order_value"),
    "channel": ("favourite_channel",), "store": ("favourite_store",), "gross_amount": ("discount_share",),
    "discount_amount": ("discount_share",), "cost_amount": ("margin_amount",), "refunded_amount": ("average_order_value",),
}  # fmt: skip


def features(
    customers: ir.Table,
    orders: ir.Table,
    order_lines: ir.Table | None,
    products: ir.Table | None,
    events: ir.Table | None,
    *,
    as_of: date,
    bench: Workbench | None = None,
    needed: Collection[str] | None = None,
    counted: ir.Table | None = None,
) -> ir.Table:
    """
    What each customer did before *as_of*, in the last 30, 90 and 365 days and in the whole life.

    What a purchase is and which refunds are netted stands in `profile/purchases.py`; refunds and
    refund_amount count every refund that happened, also those of fully refunded orders. Margin is null in a
    window without any order, or where a counted order or refund lacks its cost. discount_share rests on the
    purchases that keep both amounts. Favourites rest on all purchases of the life; an order counts once for
    each category and brand among its lines.

    Args:
        customers: customer_id, one row per customer (`tables.CUSTOMERS`).
        orders: `tables.ORDERS`.
        order_lines: `tables.ORDER_LINES`; none: categories are 0, favourite category and brand null.
        products: `tables.PRODUCTS`; none: the same.
        events: `tables.EVENTS`; none: events are 0.
        as_of: The first day not seen.
        bench: Where the marked orders, which a dozen aggregates read, are computed once. Without one the answer
            is the same and one expression; with millions of orders it needs several times the memory and time.
        needed: The columns that will be read, where not all are: what only serves others is not computed, and those
            are 0 or null. Saves most of the cost of looking at an earlier day.
        counted: `tables.LEDGER` of the same *orders* and day, where it is there: then nothing is marked again.

    Returns:
        `tables.FEATURES`, one row per row of *customers*, also for those who never bought.
    """
    settle, once = (bench.settle, bench.once) if bench else (_as_it_is, _as_it_is)
    asked = set(FEATURES.column_names if needed is None else needed)
    if order_lines is None or products is None:  # then these are 0 or null
        asked = {name for name in asked if not name.startswith(_OF_LINES)}
    marked = (ledger(orders, as_of=as_of) if counted is None else counted).filter(_.customer_id.notnull())
    unread = [name for name, feature in _READ_FOR.items() if not any(column.startswith(feature) for column in asked)]
    rows = marked.select(*_ROW, *(name for name in _READ_FOR if name not in unread))
    of_days = [name for name in asked if name.startswith(_OF_DAYS)]
    if counted is None and (of_days or any(_any(asked, name) for name in (*DIMENSIONS, "category", "brand"))):
        rows = settle(rows)  # more than the amounts read them; a ledger that is there costs one look
    rows = rows.mutate(**{name: ibis.null(marked[name].type()) for name in unread})
    told = rows if counted is None else counted  # as others read it: what is counted of it serves them too
    bought = rows.filter(_.is_purchase)
    made = amounts(rows, as_of=as_of)
    sums = settle(made.select("customer_id", *(c for c in made.columns[1:] if c in _ALWAYS or c in asked)))
    people = sums.filter(_.orders_life > 0).select("customer_id", "orders_life")
    parts = [sums]
    if of_days:
        parts.append(settle(purchase_gaps(bought, as_of=as_of).select("customer_id", *sorted(of_days))))
    ranks = {name: ranked_by(told, name, once) for name in DIMENSIONS if _any(asked, name)}
    if order_lines is not None and products is not None:
        for name in (name for name in ("category", "brand") if _any(asked, name)):
            # no part of the day: computed once for all the days that a run looks at
            of_orders = once(values_of_orders(order_lines, products, name))
            of_lines = settle(_values_bought(bought, of_orders))
            if _any(asked, f"favourite_{name}"):
                ranks[name] = ranked(of_lines.select("customer_id", "value", "orders"), settle)
            if name == "category":
                # bought in a window means last bought in it, because all windows end at as_of
                parts.append(settle(counts(of_lines, "categories", "last_at", as_of=as_of)))
    if ranks:
        found = favourites(ranks, people)
        parts.append(settle(found.drop(*(f"favourite_{name}_tied" for name in ranks))))
    if events is not None:
        parts.append(settle(event_counts(events, as_of=as_of)))

    wide = customers.select("customer_id")
    for part in parts:
        wide = wide.left_join(part, "customer_id", rname="{name}_right").drop("customer_id_right")
    wide = wide if needed is None else settle(wide)  # what nobody asked for is not kept
    wide = wide.mutate(recency_days=days_between(wide.last_purchase_on, as_of), tenure_days=days_between(wide.first_purchase_on, as_of))
    return wide.select(**{column.name: _or_none(wide, column.name, column.type, column.nullable) for column in FEATURES.columns})


def _any(asked: Collection[str], name: str) -> bool:
    """Whether a column that *name* (or `categories`) makes is asked for."""
    begins = (name, f"favourite_{name}", "categories_") if name == "category" else (name, f"favourite_{name}")
    return any(column.startswith(begins) for column in asked)


def _as_it_is(table: ir.Table) -> ir.Table:
    return table


def values_of_orders(lines: ir.Table, products: ir.Table, name: str) -> ir.Table:
    """Each order with the values of *name* among its products, each value once."""
    named = products.filter(_[name].notnull()).select("product_id", value=_[name])
    return lines.join(named, "product_id").select("order_id", "value").distinct()


def _values_bought(bought: ir.Table, of_orders: ir.Table) -> ir.Table:
    """Per customer and value: on how many purchases it stands, and when last."""
    when = bought.select("order_id", "customer_id", "ordered_at")
    found = of_orders.join(when, "order_id").group_by("customer_id", "value")
    return found.aggregate(orders=_.count(), last_at=_.ordered_at.max())


def _or_none(wide: ir.Table, name: str, kind: str, nullable: bool) -> ir.Value:
    """The column, 0 instead of null where `tables.py` promises a value, null where nothing was given to compute it."""
    value = wide[name].cast(kind) if name in wide.columns else ibis.null(kind)
    return value if nullable or name == "customer_id" else value.fill_null(0).cast(kind)
