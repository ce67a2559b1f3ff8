"""What each customer bought, gave back and did in the last 30, 90 and 365 days and in the whole life."""

from __future__ import annotations

from datetime import date

from kezhi.kit.days import day, days_before, midnight
from kezhi.kit.engine import _, ibis, ir, ratio
from kezhi.kit.money import mean_amount
from kezhi.tables import MONEY, WINDOWS_DAYS

# Every window ends at as_of, so each contains the shorter ones. A row is put once into the shortest that holds
# it (its ring, 0 for the shortest); a window is the sum of its own ring and those inside it.
_RINGS = {window: ring for ring, window in enumerate(WINDOWS_DAYS)}


def ring(at: ir.Value, as_of: date) -> ir.IntegerValue:
    """Number of the shortest window that holds the moment or day *at*."""
    bounds = [(at >= midnight(days_before(as_of, days)), _RINGS[w]) for w, days in WINDOWS_DAYS.items() if days is not None]
    return ibis.cases(*bounds, else_=len(bounds))


def within(window: str) -> ir.BooleanValue:
    """Whether a row with a column `ring` lies in *window*."""
    return _.ring <= _RINGS[window]


def amounts(ledger: ir.Table, *, as_of: date) -> ir.Table:
    """
    Counts and money per customer and window.

    Args:
        ledger: `purchases.ledger`, rows with a customer.
        as_of: The first day not seen.

    Returns:
        customer_id, first_purchase_on, last_purchase_on, and for each window orders, net_amount, average_order_value,
        margin_amount, discount_share, refunds, refund_amount as in `tables.FEATURES`.
    """
    rows = ledger.mutate(ring=ring(ledger.ordered_at, as_of))
    sums = rows.group_by("customer_id").aggregate(
        first_at=_.ordered_at.min(where=_.is_purchase),
        last_at=_.ordered_at.max(where=_.is_purchase),
        **{name: value for w in WINDOWS_DAYS for name, value in _totals(w).items()},
    )
    return sums.select(
        "customer_id",
        first_purchase_on=day(sums.first_at),
        last_purchase_on=day(sums.last_at),
        **{name: value for w in WINDOWS_DAYS for name, value in _window_amounts(sums, w).items()},
    )


def _totals(window: str) -> dict[str, ir.Deferred]:
    """What the amounts of *window* are made of, as aggregates of ledger rows with a column `ring`."""
    inside = within(window)
    bought, counted = _.is_purchase & inside, (_.is_purchase | _.is_netted) & inside
    kept = bought & _.discount_amount.notnull() & _.gross_amount.notnull()
    totals = {
        "orders": _.count(where=bought),
        "net": _.net_amount.sum(where=counted),
        "kept_back": (_.net_amount - _.refunded_amount).sum(where=bought),
        "cost": _.cost_amount.sum(where=counted),
        "without_cost": _.count(where=counted & _.cost_amount.isnull()),
        "counted": _.count(where=counted),
        "discount": _.discount_amount.sum(where=kept),
        "gross": _.gross_amount.sum(where=kept),
        "refunds": _.count(where=_.is_refund & inside),
        "refunded": -_.net_amount.sum(where=_.is_refund & inside),
    }
    return {f"{name}_{window}": value for name, value in totals.items()}


def _window_amounts(sums: ir.Table, window: str) -> dict[str, ir.Value]:
    def total(name: str) -> ir.Value:
        return sums[f"{name}_{window}"]

    # nothing sold or unknown cost: null, not 0, so that a mean over customers cannot be pulled down by it
    has_margin = (total("counted") > 0) & (total("without_cost") == 0)
    values = {
        "orders": total("orders"),
        "net_amount": total("net").fill_null(0).cast(MONEY),
        "average_order_value": mean_amount(total("kept_back"), total("orders")),
        "margin_amount": ibis.ifelse(has_margin, total("net") - total("cost"), None).cast(MONEY),
        "discount_share": ratio(total("discount"), total("gross")),
        "refunds": total("refunds"),
        "refund_amount": total("refunded").fill_null(0).cast(MONEY),
    }
    return {f"{name}_{window}": value for name, value in values.items()}


def counts(rows: ir.Table, name: str, on: str, *, as_of: date) -> ir.Table:
    """How many of *rows* (customer_id and the moment or day in column *on*) lie in each window, as `<name>_<window>`."""
    ringed = rows.select("customer_id", ring=ring(rows[on], as_of))
    return ringed.group_by("customer_id").aggregate(**{f"{name}_{w}": _.count(where=within(w)) for w in WINDOWS_DAYS})


def event_counts(events: ir.Table, *, as_of: date) -> ir.Table:
    """Events per customer and window (`tables.EVENTS` in), and the day of the last as last_event_on."""
    seen = events.filter(_.customer_id.notnull() & (_.occurred_at < midnight(as_of)))
    ringed = seen.select("customer_id", "occurred_at", ring=ring(seen.occurred_at, as_of))
    in_windows = {f"events_{w}": _.count(where=within(w)) for w in WINDOWS_DAYS}
    found = ringed.group_by("customer_id").aggregate(last_event_at=_.occurred_at.max(), **in_windows)
    return found.mutate(last_event_on=day(_.last_event_at)).drop("last_event_at")
