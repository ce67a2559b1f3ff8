"""How customers moved between groups or stages from one day to a later one."""

from __future__ import annotations

from datetime import date

from kezhi.kit.days import days_between
from kezhi.kit.engine import _, ibis, ir, ratio, typed
from kezhi.tables import LIFECYCLE_TRANSITIONS, MOVES, RFM_MIGRATION

NEW = "新出现"
GONE = "不再出现"


def pairs(before: ir.Table, now: ir.Table, spent: ir.Table) -> ir.Table:
    """
    Where each customer was and is, in every dimension: what `moves` of each reads.

    Args:
        before: customer_id, and for each dimension the state of that name, null for who was not known at the earlier day. A
            dimension whose rules tell since when has `<dimension>_since` (date; null where none tells). One row per customer.
        now: The same at as_of.
        spent: customer_id and net_amount between the two days.

    Returns:
        customer_id, `from_<name>` and `to_<name>` of the other columns, net_amount (0 for who spent nothing): a row per
        customer of *before* or *now*.
    """
    then, later = before.rename("from_{name}"), now.rename("to_{name}")
    both = then.outer_join(later, [then.from_customer_id == later.to_customer_id])
    both = both.mutate(customer_id=ibis.coalesce(both.from_customer_id, both.to_customer_id)).drop("from_customer_id", "to_customer_id")
    money = spent.select(spent_id="customer_id", net_amount="net_amount")
    table = both.left_join(money, [both.customer_id == money.spent_id])
    return table.drop("spent_id").mutate(net_amount=table.net_amount.fill_null(0))


def moves(paired: ir.Table, *, dimension: str, compared_with: str, from_on: date) -> ir.Table:
    """
    The moves of one dimension.

    Args:
        paired: `pairs`.
        dimension: What a state is, see `tables.MOVES`.
        compared_with: `recomputed` or `snapshot`.
        from_on: The earlier day.

    Returns:
        `tables.MOVES`, a row per customer with a state on either day. Nobody is lost: the counts of a row of the matrix
        add up to those who were there, and the money of all to all money between the two days of these customers.
    """
    then, later = f"from_{dimension}", f"to_{dimension}"
    table = paired.filter(paired[then].notnull() | paired[later].notnull())
    dwell: ir.Value = ibis.null("int64")
    if f"{then}_since" in table.columns:
        entered, left = table[f"{then}_since"], table[f"{later}_since"]
        # the days from entering the stage to leaving it; a stage passed through in between would make it less than 0
        dwell = ibis.ifelse((table[then] != table[later]) & (left >= entered), days_between(entered, left), None)
    values = table.select(
        "customer_id",
        "net_amount",
        dimension=ibis.literal(dimension),
        compared_with=ibis.literal(compared_with),
        from_on=ibis.literal(from_on, "date"),
        from_state=table[then].fill_null(NEW),
        to_state=table[later].fill_null(GONE),
        dwell_days=dwell,
    )
    return typed(values, MOVES.types)


def rfm_migration(moved: ir.Table) -> ir.Table:
    """The moves of dimension `rfm` (`tables.MOVES`) counted: `tables.RFM_MIGRATION`, a row per cell that holds somebody."""
    found = cells(moved.filter(_.dimension == "rfm")).rename(from_group="from_state", to_group="to_state")
    return typed(found, RFM_MIGRATION.types)


def lifecycle_transitions(moved: ir.Table) -> ir.Table:
    """
    The moves of dimension `lifecycle` (`tables.MOVES`) counted: `tables.LIFECYCLE_TRANSITIONS`.

    The expected next stage is where most of those went who left the stage, and who are still known: an estimate
    for the same number of days ahead, as good as the past is like the future.
    """
    found = cells(moved.filter(_.dimension == "lifecycle"))
    left = (found.from_state != found.to_state) & (found.to_state != GONE)
    ranked = found.mutate(
        place=ibis.row_number().over(
            group_by=["compared_with", "from_state", left], order_by=[ibis.desc("customers"), "to_state", "compared_with"]
        )
    )
    ranked = ranked.mutate(is_expected_next=(_.from_state != _.to_state) & (_.to_state != GONE) & (_.place == 0))
    named = ranked.rename(from_stage="from_state", to_stage="to_state")
    return typed(named, LIFECYCLE_TRANSITIONS.types)


def cells(moved: ir.Table) -> ir.Table:
    """*moved* (`tables.MOVES` of one dimension) counted: customers, share of those who were there, money, median dwell time."""
    counted = moved.group_by("compared_with", "from_on", "from_state", "to_state").aggregate(
        customers=_.count(), net_amount=_.net_amount.sum(), dwell_days_median=_.dwell_days.median().cast("float64")
    )
    there = counted.customers.sum().over(group_by=["compared_with", "from_state"])
    return counted.mutate(share=ratio(counted.customers, there))
