"""What customers did, one row for each deed: the tables that segments ask about behaviour."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from kezhi.kit.days import day, days_between, midnight, weekday
from kezhi.kit.engine import _, ibis, ir
from kezhi.profile.purchases import ledger
from kezhi.tables import MONEY

_WHEN = {"day": "date", "hour": "int64", "weekday": "int64"}
_PRODUCT = {"category": "string", "brand": "string", "product_id": "string", "product_name": "string"}
_OF_ORDER = {"channel": "string", "store": "string", "payment_method": "string", "source": "string"}

# Columns of one deed by subject, as an expression sees them.
DEED_COLUMNS: dict[str, dict[str, str]] = {
    "order": {
        **_WHEN,
        "net_amount": MONEY,
        "gross_amount": MONEY,
        "discount_amount": MONEY,
        "quantity": "float64",
        **_OF_ORDER,
        **_PRODUCT,
    },
    "refund": {**_WHEN, "refund_amount": MONEY, **_OF_ORDER},
    "event": {**_WHEN, "event_name": "string", "channel": "string", "page": "string", **_PRODUCT},
}
# Asked for one of these, an order is looked at line by line (amounts are the lines' own), an event with its product.
LINE_COLUMNS = frozenset((*_PRODUCT, "quantity"))
EVENTS = ("view", "search", "add_to_cart", "login", "visit")  # always known, though nobody may have done them yet


_OF_EACH = ("customer_id", "deed_id", "at", "is_counted")


class Deeds:
    """Deeds by kind, described when they are asked for and with no more columns: a query waits for each that is described."""

    def __init__(self, kinds: Mapping[str, Callable[[frozenset[str]], ir.Table]]) -> None:
        self._kinds, self._made = kinds, dict[tuple[str, frozenset[str]], ir.Table]()

    def of(self, kind: str, columns: frozenset[str]) -> ir.Table | None:
        """customer_id, deed_id, at, is_counted and *columns* of each deed of *kind*; None: there are none."""
        if kind not in self._kinds:
            return None
        if (kind, columns) not in self._made:
            self._made[kind, columns] = self._kinds[kind](columns)
        return self._made[kind, columns]


def deeds(
    orders: ir.Table | None,
    order_lines: ir.Table | None,
    products: ir.Table | None,
    events: ir.Table | None,
    *,
    as_of: date,
    told: ir.Table | None = None,
) -> Deeds:
    """
    Deeds before *as_of* by kind: `order`, `order_line`, `refund`, `event`, `event_product`.

    An order is a purchase as `profile/purchases.py` says, or a netted refund: a row that lowers sums and is no
    purchase (`is_counted` false). So a sum over net_amount is the net_amount of `tables.FEATURES`.

    Args:
        orders: `tables.ORDERS`; None: nobody ordered.
        order_lines: `tables.ORDER_LINES`; None: no order has lines.
        products: `tables.PRODUCTS`; None: no line has a category.
        events: `tables.EVENTS`; None: nothing happened.
        as_of: The first day not seen.
        told: `tables.LEDGER` of the same day, read instead of *orders*: what counts need not be told from all orders again.

    Returns:
        Tables with customer_id (never null), deed_id, at, is_counted and those asked of days (to as_of, at least 1) and
        `DEED_COLUMNS`; `order` and `event` without `LINE_COLUMNS`, which `order_line` and `event_product` have.
    """
    kinds: dict[str, Callable[[frozenset[str]], ir.Table]] = {}
    if orders is not None or told is not None:

        def rows(asked: frozenset[str]) -> ir.Table:
            every = told if told is not None else ledger(orders, as_of=as_of)
            own = ("customer_id", "order_id", "ordered_at", "net_amount", "is_purchase", "is_refund", "is_netted")
            return _narrow(every, own, asked).filter(_.customer_id.notnull())

        def counted(asked: frozenset[str]) -> ir.Table:
            return rows(asked).filter(_.is_purchase | _.is_netted).mutate(is_counted=_.is_purchase)

        def refunds(asked: frozenset[str]) -> ir.Table:
            return rows(asked).filter(_.is_refund).mutate(is_counted=ibis.literal(True), refund_amount=-_.net_amount)

        kinds["order"] = lambda asked: _dated(counted(asked), "ordered_at", "order_id", as_of, asked)
        kinds["refund"] = lambda asked: _dated(refunds(asked), "ordered_at", "order_id", as_of, asked)
        if order_lines is not None:
            kinds["order_line"] = lambda asked: _dated(
                _of_lines(order_lines, counted(asked), products), "ordered_at", "order_id", as_of, asked
            )
    if events is not None:

        def seen(asked: frozenset[str]) -> ir.Table:
            narrow = _narrow(events, ("customer_id", "event_id", "event_name", "occurred_at"), asked)
            return narrow.filter(_.occurred_at < midnight(as_of), _.customer_id.notnull()).mutate(is_counted=ibis.literal(True))

        kinds["event"] = lambda asked: _dated(seen(asked), "occurred_at", "event_id", as_of, asked)
        kinds["event_product"] = lambda asked: _dated(
            _with_products(seen(asked | {"product_id"}), products), "occurred_at", "event_id", as_of, asked
        )
    return Deeds(kinds)


def _narrow(table: ir.Table, own: tuple[str, ...], asked: frozenset[str]) -> ir.Table:
    return table.select(*own, *(name for name in table.columns if name in asked and name not in own))


def _of_lines(order_lines: ir.Table, counted: ir.Table, products: ir.Table | None) -> ir.Table:
    lines = order_lines.select("order_id", "product_id", "quantity", line_net="net_amount", line_discount="discount_amount")
    of_orders = lines.join(counted, "order_id").mutate(
        net_amount=_.line_net, discount_amount=_.line_discount, gross_amount=_.line_net + _.line_discount.fill_null(0)
    )
    return _with_products(of_orders, products)


def _dated(rows: ir.Table, moment: str, key: str, as_of: date, asked: frozenset[str]) -> ir.Table:
    at = rows[moment]
    told = {"day": day(at), "days": days_between(day(at), as_of), "hour": at.hour().cast("int64"), "weekday": weekday(at).cast("int64")}
    values = {name: told[name] if name in told else rows[name] for name in sorted(asked.difference(_OF_EACH))}
    return rows.select("customer_id", "is_counted", at=at, deed_id=rows[key], **values)


def _with_products(rows: ir.Table, products: ir.Table | None) -> ir.Table:
    if products is None:
        return rows.mutate(**{name: ibis.null("string") for name in _PRODUCT if name != "product_id"})
    of_products = products.select(*_PRODUCT)
    return rows.left_join(of_products, "product_id").drop("product_id_right")
