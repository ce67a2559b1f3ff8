"""What a customer buys most of, and how much more than others do."""

from __future__ import annotations

from kezhi.kit.days import weekday
from kezhi.kit.engine import _, ibis, ir, ratio

DIMENSIONS = ("channel", "store", "weekday", "hour")  # of an order itself
# A favourite is found by one maximum over whole numbers: purchases times this, less the value's place among all values, so
# that the largest has the most purchases and, among equals, the first value. A ranking would sort all rows.
_PLACES = 2**31


def favourites(bought: ir.Table, people: ir.Table, name: str, *, least: int = 1) -> ir.Table:
    """
    The value with the most purchases per customer; ties go to the value that comes first in code point order.

    Args:
        bought: customer_id, value (text, not null) and orders: on how many of the customer's purchases the
            value stands.
        people: customer_id and orders_life, the purchases of every customer who made one.
        name: What the value is, for the column names.
        least: Customers whose favourite rests on fewer purchases have none; most values are rarer, and are not compared.

    Returns:
        customer_id, favourite_<name>, _share (its purchases / all the customer's purchases), _lift (share /
        share among the purchases of all customers) and _orders (the purchases it rests on), for customers with
        any value.
    """
    everyone = bought.group_by("value").aggregate(all_orders=_.orders.sum()).cross_join(people.aggregate(all_purchases=_.orders_life.sum()))
    everyone = everyone.mutate(place=ibis.row_number().over(order_by="value"))
    placed = bought.filter(_.orders >= least).join(everyone.select("value", "place"), "value")
    keyed = placed.select("customer_id", "orders", "place", key=_.orders * _PLACES - _.place)
    best = keyed.group_by("customer_id").aggregate(orders=_.orders.max(), place=_.place.argmax(_.key))
    found = best.join(everyone, "place").join(people.select("customer_id", "orders_life"), "customer_id")
    return found.select(
        "customer_id",
        **{
            f"favourite_{name}": found.value,
            f"favourite_{name}_share": ratio(found.orders, found.orders_life),
            # one division of whole numbers: the last digit does not depend on the engine
            f"favourite_{name}_lift": ratio(found.orders * found.all_purchases, found.orders_life * found.all_orders),
            f"favourite_{name}_orders": found.orders,
        },
    )


def values_bought(ledger: ir.Table, name: str) -> ir.Table:
    """
    On how many purchases of a known customer each value stands.

    Args:
        ledger: `purchases.ledger`, or `tables.LEDGER`.
        name: One of `DIMENSIONS`; a weekday is `1` (Monday) to `7`, an hour `0` to `23`.

    Returns:
        customer_id, value (text) and orders; purchases without a value are left out.
    """
    bought = ledger.filter(_.is_purchase & _.customer_id.notnull())
    told = {"weekday": weekday(bought.ordered_at), "hour": bought.ordered_at.hour()}
    counted = bought.select("customer_id", value=told[name] if name in told else bought[name]).filter(_.value.notnull())
    counted = counted.group_by("customer_id", "value").aggregate(orders=_.count())
    return counted.mutate(value=_.value.cast("string"))
