"""What customers did, one row for each deed: the tables that segments ask about behaviour."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
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


class Deeds(Mapping[str, ir.Table]):
    """Deeds by kind, each described when it is first asked for: a question about the profile alone waits for none."""

    def __init__(self, kinds: Mapping[str, Callable[[], ir.Table]]) -> None:
        self._kinds, self._made = kinds, dict[str, ir.Table]()

    def __getitem__(self, kind: str) -> ir.Table:
        if kind not in self._made:
            self._made[kind] = self._kinds[kind]()
        return self._made[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)


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
        Tables with customer_id (never null), deed_id, at, days (to as_of, at least 1), is_counted and the columns of
        `DEED_COLUMNS`; `order` and `event` without `LINE_COLUMNS`, which `order_line` and `event_product` have.
    """
    kinds: dict[str, Callable[[], ir.Table]] = {}
    if orders is not None or told is not None:

        def rows() -> ir.Table:
            every = told if told is not None else ledger(orders, as_of=as_of)
            return every.filter(_.customer_id.notnull())

        def counted() -> ir.Table:
            return rows().filter(_.is_purchase | _.is_netted).mutate(is_counted=_.is_purchase)

        def refunds() -> ir.Table:
            return rows().filter(_.is_refund).mutate(is_counted=ibis.literal(True), refund_amount=-_.net_amount)

        kinds["order"] = lambda: _dated(counted(), "ordered_at", "order_id", as_of)
        kinds["refund"] = lambda: _dated(refunds(), "ordered_at", "order_id", as_of)
        if order_lines is not None:
            kinds["order_line"] = lambda: _dated(_of_lines(order_lines, counted(), products), "ordered_at", "order_id", as_of)
    if events is not None:
        seen = events.filter(_.occurred_at < midnight(as_of), _.customer_id.notnull()).mutate(is_counted=ibis.literal(True))
        kinds["event"] = lambda: _dated(seen, "occurred_at", "event_id", as_of)
        kinds["event_product"] = lambda: _dated(_with_products(seen, products), "occurred_at", "event_id", as_of)
    return Deeds(kinds)


def _of_lines(order_lines: ir.Table, counted: ir.Table, products: ir.Table | None) -> ir.Table:
    lines = order_lines.select("order_id", "product_id", "quantity", line_net="net_amount", line_discount="discount_amount")
    of_orders = lines.join(counted, "order_id").mutate(
        net_amount=_.line_net, discount_amount=_.line_discount, gross_amount=_.line_net + _.line_discount.fill_null(0)
    )
    return _with_products(of_orders, products)


def _dated(rows: ir.Table, moment: str, key: str, as_of: date) -> ir.Table:
    on = day(rows[moment])
    return rows.mutate(
        at=rows[moment], deed_id=rows[key], day=on, days=days_between(on, as_of),
        hour=rows[moment].hour().cast("int64"), weekday=weekday(rows[moment]).cast("int64"),
    )  # fmt: skip


def _with_products(rows: ir.Table, products: ir.Table | None) -> ir.Table:
    if products is None:
        return rows.mutate(**{name: ibis.null("string") for name in _PRODUCT if name != "product_id"})
    of_products = products.select(*_PRODUCT)
    return rows.left_join(of_products, "product_id").drop("product_id_right")
