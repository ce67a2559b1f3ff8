"""
What a purchase is: the one definition that every figure about buying rests on.

A **purchase** is an order (`order_kind` purchase) before `as_of` with status `paid` that was not fully
refunded before `as_of`. A paid order of 0 yuan (a coupon, points, a gift) is a purchase: somebody came.

A **refund** is a refund row before `as_of` whose own status is not `unpaid` or `cancelled`. It happened,
so it is counted as a refund; whether its money is **netted** depends on what it gives back:

    of a purchase (partly refunded)      netted, on the refund's own day
    of no order we know, or of none      netted, on the refund's own day
    of a fully refunded order            not netted: order and refunds cancel out and are left out together
    of an order that was never paid      not netted: the order's money is not in the sum either

An order is fully refunded when its linked refunds (`refund_of`) add up to its net amount or more.
"""

from __future__ import annotations

from datetime import date

from kezhi.kit.days import day, midnight
from kezhi.kit.engine import _, ibis, ir, typed
from kezhi.tables import LEDGER, MONEY

_IS_REFUND = (_.order_kind == "refund") & _.status.notin(["unpaid", "cancelled"])
# one join for both sides: a purchase looks for itself, a refund for the order it gives back
_CONCERNED = ibis.ifelse(_.order_kind == "purchase", _.order_id, _.refund_of)


def ledger(orders: ir.Table, *, as_of: date) -> ir.Table:
    """
    Every order row before *as_of*, marked with what it counts as.

    Costs one look at each row beside two joins with the few orders that have refunds.

    Args:
        orders: `tables.ORDERS`.
        as_of: The first day not seen.

    Returns:
        The columns of *orders*, and is_purchase, is_refund, is_netted (never null), refunded_amount (money
        given back of a purchase before as_of, at least 0; 0 for other rows).
    """
    seen = orders.filter(_.ordered_at < midnight(as_of))
    given_back = (
        seen.filter(_IS_REFUND & _.refund_of.notnull())
        .group_by(given_back_of=_.refund_of)
        .aggregate(given_back=-_.net_amount.sum().cast(MONEY))
    )
    touched = (
        seen.filter(_.order_kind == "purchase")
        .join(given_back, [_.order_id == given_back.given_back_of])
        .select(touched_order="given_back_of", given_back="given_back", is_void=(_.status != "paid") | (_.given_back >= _.net_amount))
    )
    stands = ~_.is_void.fill_null(False)
    return (
        seen.left_join(touched, [_CONCERNED == touched.touched_order])
        .mutate(
            is_purchase=(_.order_kind == "purchase") & (_.status == "paid") & stands,
            is_refund=_IS_REFUND,
            is_netted=_IS_REFUND & stands,
        )
        .mutate(refunded_amount=ibis.ifelse(_.is_purchase, _.given_back, None).fill_null(0).cast(MONEY))
        .drop("touched_order", "given_back", "is_void")
    )


def undone(orders: ir.Table, *, as_of: date) -> ir.Table:
    """
    The rows that counted on a day before *as_of* and no longer do: purchases that were given back in full, and the refunds of them.

    Args:
        orders: `tables.ORDERS`.
        as_of: The first day not seen.

    Returns:
        order_id, customer_id, ordered_at, net_amount, cost_amount, is_purchase, is_netted (as they were), and undone_on: the ledger of that day
        and of earlier ones counts the row, that of the next day does not.
    """
    seen = orders.filter(_.ordered_at < midnight(as_of))
    back = seen.filter(_IS_REFUND & _.refund_of.notnull())
    daily = back.group_by(back_of=_.refund_of, back_on=day(back.ordered_at)).aggregate(amount=-_.net_amount.sum())
    until = daily.mutate(given_back=daily.amount.sum().over(ibis.cumulative_window(group_by="back_of", order_by="back_on")))
    sold = seen.filter(_.order_kind == "purchase")
    columns = ("order_id", "customer_id", "ordered_at", "net_amount", "cost_amount")
    void = (
        sold.join(until, [sold.order_id == until.back_of])
        .filter((_.status != "paid") | (_.given_back >= _.net_amount))
        .group_by(*columns, "status")
        .aggregate(back_on=_.back_on.min())
    )
    void = void.mutate(undone_on=ibis.greatest(void.back_on, day(void.ordered_at)))
    purchases = void.filter(_.status == "paid").mutate(is_purchase=ibis.literal(True), is_netted=ibis.literal(False))
    of_void = void.select(void_id="order_id", undone_on="undone_on")
    refunds = back.join(of_void, [back.refund_of == of_void.void_id]).mutate(is_purchase=ibis.literal(False), is_netted=ibis.literal(True))
    return ibis.union(*(rows.select(*columns, "is_purchase", "is_netted", "undone_on") for rows in (purchases, refunds)), distinct=False)


def counted(orders: ir.Table, *, as_of: date) -> ir.Table:
    """The purchases and refunds before *as_of* as `tables.LEDGER`: what figures, metrics and analyses count."""
    return typed(ledger(orders, as_of=as_of).filter(_.is_purchase | _.is_refund), LEDGER.types)


def purchases(orders: ir.Table, *, as_of: date) -> ir.Table:
    """The purchases before *as_of*: the columns of *orders* (`tables.ORDERS`) and refunded_amount, given back of each."""
    return bought(ledger(orders, as_of=as_of)).drop("is_purchase", "is_refund", "is_netted")


def bought(ledger: ir.Table) -> ir.Table:
    """The purchases of a *ledger* that is there (`tables.LEDGER`)."""
    return ledger.filter(_.is_purchase)


def given_back(ledger: ir.Table) -> ir.Table:
    """The refunds of a *ledger* that is there (`tables.LEDGER`)."""
    return ledger.filter(_.is_refund)


def refunds(orders: ir.Table, *, as_of: date) -> ir.Table:
    """The refunds before *as_of*: the columns of *orders* (`tables.ORDERS`, net_amount at most 0) and is_netted."""
    return given_back(ledger(orders, as_of=as_of)).drop("is_purchase", "is_refund", "refunded_amount")


def netted(ledger: ir.Table) -> ir.Table:
    """The rows of a *ledger* that is there whose net_amount adds up to net sales: purchases, and refunds of those that stand."""
    return ledger.filter(_.is_purchase | _.is_netted)


def net_between(ledger: ir.Table, from_on: date) -> ir.Table:
    """Customer_id and net_amount (`MONEY`): purchases and netted refunds of *ledger* on *from_on* and later, of each customer with one."""
    return (
        netted(ledger)
        .filter(_.ordered_at >= midnight(from_on))
        .group_by("customer_id")
        .aggregate(net_amount=_.net_amount.sum().cast(MONEY))
    )
