"""How groups of customers behave: who stays, who waits for discounts, who moves between channels, what ages prefer."""

from __future__ import annotations

from typing import Any

from kezhi.kit.chi_square import independence
from kezhi.kit.engine import _, ibis, ir, ratio
from kezhi.kit.intervals import wilson
from kezhi.measure.figures.rows import Row, Rows, only, part, rows

SHOWN_PERIODS = 12
SHOWN_PAIRS = 8
SHOWN_HOURS = 6
STANDS_OUT = 2.0  # an adjusted residual beyond this is more than chance, at about 5%


def staying(retention: ir.Table) -> Rows:
    """Per stretch of 30 days of the customers' own clocks, all cohorts together: customers, active_customers, rate and its interval."""
    whole = retention.filter((_.kind == "n_day") & _.period_no.between(1, SHOWN_PERIODS)).group_by("period_no")
    sums = whole.agg(customers=_.customers.sum().cast("int64"), active_customers=_.active_customers.sum().cast("int64"))
    low, high = wilson(sums.active_customers, sums.customers)
    shown = sums.mutate(rate=ratio(sums.active_customers, sums.customers), rate_low=low, rate_high=high)
    return rows(shown.order_by("period_no"))


def habits(buying_habits: ir.Table) -> Row:
    """promotion_hunters and high_margin_customers with their shares of the customers about whom it can be said."""
    found = only(
        buying_habits.agg(
            hunters=_.count(where=_.is_promotion_hunter),
            judged=_.count(where=_.is_promotion_hunter.notnull()),
            high=_.count(where=_.margin_kind == "high"),
            low=_.count(where=_.margin_kind == "low"),
            rated=_.count(where=_.margin_kind.notnull()),
        )
    )
    return found | {
        "hunter_share": part(found["hunters"], found["judged"]),
        "high_share": part(found["high"], found["rated"]),
        "low_share": part(found["low"], found["rated"]),
    }


def patterns(table: ir.Table) -> Row:
    """online, store, both of those who can be judged (placed); fixed_hour of those judged (timed); retime, and hours with customers."""
    found = only(
        table.agg(
            **{name: _.count(where=_.place_preference == name) for name in ("online", "store", "both")},
            placed=_.count(where=_.place_preference.notnull()),
            fixed_hour=_.count(where=_.is_fixed_hour),
            timed=_.count(where=_.is_fixed_hour.notnull()),
            retime=_.count(where=_.is_to_retime),
        )
    )
    hours = table.filter(_.is_to_retime).group_by("campaign_hour").agg(customers=_.count())
    return found | {"hours": rows(hours.order_by(ibis.desc("customers"), "campaign_hour").limit(SHOWN_HOURS))}


def issues(table: ir.Table) -> Rows:
    """The first `SHOWN_PAIRS` rows of `tables.PRODUCT_ISSUES`."""
    return rows(table.order_by("rank").limit(SHOWN_PAIRS))


def lenses(table: ir.Table) -> Rows:
    """`tables.BEHAVIOUR_LENSES` in order."""
    return rows(table.order_by("position"))


def switches(channel_switches: ir.Table) -> Rows:
    """The commonest moves from one channel to another, with their share of all moves from the first."""
    moved = channel_switches.filter(_.is_switch)
    return rows(moved.order_by(ibis.desc("moves"), "from_channel", "to_channel").limit(SHOWN_PAIRS))


def ages(age_category: ir.Table) -> dict[str, Any]:
    """The test of age against favourite category (`kit.chi_square.Independence`), and the pairs that stand out most."""
    cells = rows(age_category.order_by("age_band", "category"))
    beyond = [row for row in cells if row["residual"] is not None and row["residual"] >= STANDS_OUT]
    beyond.sort(key=lambda row: (-row["residual"], row["age_band"], row["category"]))
    return {"test": independence((r["age_band"], r["category"], r["customers"]) for r in cells), "pairs": beyond[:SHOWN_PAIRS]}
