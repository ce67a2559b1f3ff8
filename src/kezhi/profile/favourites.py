"""What a customer buys most of, and how much more than others do."""

from __future__ import annotations

from collections.abc import Mapping

from kezhi.kit.days import weekday
from kezhi.kit.engine import _, ibis, ir, ratio

DIMENSIONS = ("channel", "store", "weekday", "hour")  # of an order itself
# A favourite is found by one maximum over whole numbers: purchases times this, less the value's place among all values, so
# that the largest has the most purchases and, among equals, the first value. A ranking would sort all rows.
_PLACES = 2**31


def favourites(bought: Mapping[str, ir.Table], people: ir.Table, *, least: int = 1) -> ir.Table:
    """
    The value with the most purchases per customer; ties go to the value that comes first in code point order.

    Args:
        bought: By name of what the value is: customer_id, value (text, not null) and orders, on how many of the customer's
            purchases the value stands. Several are found in one aggregate.
        people: customer_id and orders_life, the purchases of every customer who made one.
        least: Customers whose favourite rests on fewer purchases have none; most values are rarer, and are not compared.

    Returns:
        customer_id and, of each name, favourite_<name>, _share (its purchases / all the customer's purchases), _lift (share /
        share among the purchases of all customers) and _orders (the purchases it rests on), for customers with any value; null
        where the value is of other names only.
    """
    everyone, keyed = {}, []
    for name, counts in bought.items():
        everyone[name] = (
            counts.group_by("value").aggregate(all_orders=_.orders.sum()).mutate(place=ibis.row_number().over(order_by="value"))
        )
        placed = counts.filter(_.orders >= least).join(everyone[name].select("value", "place"), "value")
        keys = {other: placed.orders * _PLACES - placed.place if other == name else ibis.null("int64") for other in bought}
        keyed.append(placed.select("customer_id", **keys))
    every = ibis.union(*keyed, distinct=False) if len(keyed) > 1 else keyed[0]
    best = every.group_by("customer_id").aggregate(**{name: every[name].max() for name in bought})
    found = best.join(people.select("customer_id", "orders_life"), "customer_id").cross_join(
        people.aggregate(all_purchases=_.orders_life.sum())
    )
    made: dict[str, ir.Value] = {}
    for name, values in everyone.items():
        orders = (found[name] + (_PLACES - 1)) // _PLACES
        found = found.mutate(**{f"{name}_orders": orders, f"{name}_place": orders * _PLACES - found[name]})
        named = values.select(**{f"{name}_place": "place", f"{name}_value": "value", f"{name}_all": "all_orders"})
        found = found.left_join(named, f"{name}_place").drop(f"{name}_place_right")
        made |= {
            f"favourite_{name}": _[f"{name}_value"],
            f"favourite_{name}_share": ratio(_[f"{name}_orders"], _.orders_life),
            # one division of whole numbers: the last digit does not depend on the engine
            f"favourite_{name}_lift": ratio(_[f"{name}_orders"] * _.all_purchases, _.orders_life * _[f"{name}_all"]),
            f"favourite_{name}_orders": _[f"{name}_orders"],
        }
    return found.select("customer_id", **made)


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
