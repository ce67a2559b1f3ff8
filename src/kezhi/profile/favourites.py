"""What a customer buys most of, and how much more than others do."""

from __future__ import annotations

from kezhi.kit.engine import _, ir, ratio

# A favourite is found by one minimum over text: this less the purchases (always ten digits) before the value, so
# that the smallest text has the most purchases and, among equals, the smallest value. A ranking would sort all rows.
_MOST = 9_999_999_999


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
    keyed = bought.filter(_.orders >= least).select("customer_id", key=(_MOST - _.orders).cast("string") + _.value)
    best = keyed.group_by("customer_id").aggregate(key=_.key.min())
    best = best.select("customer_id", value=_.key.substr(10), orders=_MOST - _.key.substr(0, 10).cast("int64"))
    found = best.join(everyone, "value").join(people.select("customer_id", "orders_life"), "customer_id")
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


def values_bought(purchases: ir.Table, value: ir.StringValue) -> ir.Table:
    """Purchases per customer and *value*, a column of *purchases*; purchases without one are left out."""
    named = purchases.select("customer_id", value=value).filter(_.value.notnull())
    return named.group_by("customer_id", "value").aggregate(orders=_.count())
