"""What a customer buys most of, and how much more than others do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from kezhi.kit.days import weekday
from kezhi.kit.engine import _, ibis, ir, ratio

# of a time the values are known before the data are: weekday 1 is Monday
TIMES = {"weekday": range(1, 8), "hour": range(24)}
DIMENSIONS = ("channel", "store", *TIMES)  # of an order itself
# A favourite is found by one maximum over whole numbers: purchases times this, less the value's place among all values, so
# that the largest has the most purchases and, among equals, the first value. A ranking would sort all rows.
_PLACES = 2**31

Once = Callable[[ir.Table], ir.Table]  # `Workbench.once` or `settle`


class Ranked(NamedTuple):
    """
    Which of the values of one name stands on most purchases of each customer.

    best: customer_id (unique) and, as whole numbers, the most purchases with one value times `_PLACES`: in first less the place of
        the first value with so many, in last plus the place of the last.
    values: place (among all values in code point order), value (text) and all_orders, the purchases of all customers.
    """

    best: ir.Table
    values: ir.Table


def favourites(ranked: Mapping[str, Ranked], people: ir.Table, *, least: int = 1) -> ir.Table:
    """
    The value with the most purchases per customer; ties go to the value that comes first in code point order.

    Args:
        ranked: By name of what the value is.
        people: customer_id and orders_life, the purchases of every customer who made one.
        least: A favourite that rests on fewer purchases is none.

    Returns:
        customer_id and, of each name, favourite_<name>, _share (its purchases / all the customer's purchases), _lift (share /
        share among the purchases of all customers), _orders (the purchases it rests on) and _tied (whether another value has as
        many), for all of *people*; null where a customer has none.
    """
    found = people.select("customer_id", "orders_life").cross_join(people.aggregate(all_purchases=_.orders_life.sum()))
    made: dict[str, ir.Value] = {}
    for name, (best, values) in ranked.items():
        favourite = f"favourite_{name}"
        told = best.mutate(orders=(best.first + (_PLACES - 1)) // _PLACES).filter(_.orders >= least)
        told = told.mutate(place=_.orders * _PLACES - _.first, tied=_.first + _.last != _.orders * (2 * _PLACES)).join(values, "place")
        told = told.select(
            "customer_id", **{favourite: "value", f"{favourite}_orders": "orders", f"{favourite}_tied": "tied", f"all_{name}": "all_orders"}
        )
        found = found.left_join(told, "customer_id").drop("customer_id_right")
        made |= {
            favourite: _[favourite],
            f"{favourite}_share": ratio(_[f"{favourite}_orders"], _.orders_life),
            # one division of whole numbers: the last digit does not depend on the engine
            f"{favourite}_lift": ratio(_[f"{favourite}_orders"] * _.all_purchases, _.orders_life * _[f"all_{name}"]),
            f"{favourite}_orders": _[f"{favourite}_orders"],
            f"{favourite}_tied": _[f"{favourite}_tied"],
        }
    return found.select("customer_id", **made)


def ranked(counts: ir.Table, once: Once) -> Ranked:
    """Of *counts* that are settled: customer_id, value (text, not null) and on how many of the customer's purchases it stands, orders."""
    values = once(_placed(counts.group_by("value").aggregate(all_orders=_.orders.sum())))
    return Ranked(once(_best(counts.join(values, "value"))), values)


def ranked_by(ledger: ir.Table, name: str, once: Once) -> Ranked:
    """
    Of the purchases of known customers in *ledger* by one of `DIMENSIONS`; purchases without a value are left out.

    Args:
        ledger: `purchases.ledger`, or `tables.LEDGER`.
        name: A weekday is `1` (Monday) to `7`, an hour `0` to `23`.
        once: Where it is computed, once for all who ask it of the same *ledger*.
    """
    if name in TIMES:
        return _ranked_times(once(times_bought(ledger)), name, once)
    bought = _bought(ledger).select("customer_id", value=name).filter(_.value.notnull())
    values = once(_placed(bought.group_by("value").aggregate(all_orders=_.count())))
    counts = bought.join(values, "value").group_by("customer_id", "place").aggregate(orders=_.count())
    return Ranked(once(_best(counts)), values)


def times_bought(ledger: ir.Table) -> ir.Table:
    """
    How often each customer bought on each day of the week, and in each hour of the day.

    Args:
        ledger: `purchases.ledger`, or `tables.LEDGER`.

    Returns:
        customer_id, weekday_1 … weekday_7 and hour_0 … hour_23, one row per customer with a purchase.
    """
    # a column for each value, for they are few: a row for each would be as many rows as purchases, to be brought together again
    rows = _bought(ledger).select("customer_id", weekday=weekday(_.ordered_at), hour=_.ordered_at.hour())
    counts = {f"{name}_{value}": _.count(where=_[name] == value) for name, values in TIMES.items() for value in values}
    return rows.group_by("customer_id").aggregate(**counts)


def _ranked_times(times: ir.Table, name: str, once: Once) -> Ranked:
    texts = sorted(str(value) for value in TIMES[name])
    counts = [times[f"{name}_{text}"] for text in texts]
    best = times.select(
        "customer_id",
        first=ibis.greatest(*(count * _PLACES - place for place, count in enumerate(counts))),
        last=ibis.greatest(*(count * _PLACES + place for place, count in enumerate(counts))),
    )
    sums = times.aggregate(**{text: count.sum() for text, count in zip(texts, counts, strict=True)})
    keys = sums.select(key=ibis.array([sums[text] * _PLACES - place for place, text in enumerate(texts)]).unnest())
    found = keys.mutate(all_orders=(keys.key + (_PLACES - 1)) // _PLACES)
    found = found.select("all_orders", place=_.all_orders * _PLACES - _.key)
    value = ibis.cases(*((found.place == place, text) for place, text in enumerate(texts)), else_=ibis.null("string"))
    return Ranked(best, once(found.mutate(value=value)))


def _bought(ledger: ir.Table) -> ir.Table:
    return ledger.filter(_.is_purchase & _.customer_id.notnull())


def _placed(values: ir.Table) -> ir.Table:
    return values.mutate(place=ibis.row_number().over(order_by="value"))


def _best(counts: ir.Table) -> ir.Table:
    """Of customer_id, place and orders: the keys that `Ranked` speaks of."""
    keys = {"first": (_.orders * _PLACES - _.place).max(), "last": (_.orders * _PLACES + _.place).max()}
    return counts.group_by("customer_id").aggregate(**keys)
