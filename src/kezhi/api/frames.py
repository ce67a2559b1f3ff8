"""Table functions on frames of any kind: Ibis, pandas, Polars or Arrow in, the same kind out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from kezhi import insight, profile
from kezhi.api.days import dated
from kezhi.api.kinds import as_ibis
from kezhi.api.texts import with_amounts_and_times
from kezhi.errors import ColumnMissing, WrongInput
from kezhi.insight.bands import COLUMNS
from kezhi.insight.bands import NEEDED as BAND_COLUMNS
from kezhi.kit.days import days_before
from kezhi.kit.engine import _, ibis, ir, typed
from kezhi.locales import Phrase
from kezhi.measure.metrics import Question, query, standard
from kezhi.settings import CutPointSettings, LoyaltySettings, RfmSettings, TierSettings, ValueSettings
from kezhi.tables import ORDERS

NEEDED = ("customer_id", "ordered_at", "net_amount")


@dated
def rfm(orders: Any, *, as_of: date, settings: RfmSettings | None = None) -> Any:
    """
    Recency, frequency and money of every customer seen before *as_of*, with scores and the eight groups.

    Args:
        orders: One row per payment, a refund having an amount below 0. Needs `customer_id`, `ordered_at`
            and `net_amount`; `order_id`, `order_kind`, `refund_of`, `status` are used where there. A row
            below 0 with the order_id of a purchase is a refund of it.
        as_of: The first day not seen.
        settings: The score tables; None is row 82 of the capability list.

    Returns:
        `tables.RFM` in the kind of frame that came; `customer_id` in the type that came.

    Raises:
        ColumnMissing: One of the three columns is not there.
        WrongInput: net_amount holds something that is no number, or ordered_at what is no time; plain texts of both
            are read in all frames but Ibis tables.
    """
    table = _orders(orders)
    return _like(orders, profile.rfm(table, as_of=as_of, settings=settings or RfmSettings()))


@dated
def features(orders: Any, *, as_of: date) -> Any:
    """What each customer did before *as_of*: `tables.FEATURES` from orders alone; arguments as for `rfm`."""
    table = _orders(orders)
    customers = table.filter(_.customer_id.notnull()).select("customer_id").distinct()
    return _like(orders, profile.features(customers, table, None, None, None, as_of=as_of))


@dated
def sales_monthly(orders: Any, *, as_of: date) -> Any:
    """Sales by calendar month: `tables.SALES_MONTHLY`; arguments as for `rfm`."""
    table = _orders(orders)
    made = insight.sales_monthly(insight.spending(profile.purchases(table, as_of=as_of)), profile.refunds(table, as_of=as_of), as_of=as_of)
    return _like(orders, made)


@dated
def cohort_retention(orders: Any, *, as_of: date) -> Any:
    """Who came back how many months after the first purchase: `tables.COHORT_RETENTION`; arguments as for `rfm`."""
    return _like(orders, insight.cohort_retention(insight.spending(profile.purchases(_orders(orders), as_of=as_of)), as_of=as_of))


@dated
def rfm_migration(orders: Any, *, as_of: date, from_on: date, settings: RfmSettings | None = None) -> Any:
    """
    How customers moved between the eight groups from *from_on* to *as_of*: `tables.RFM_MIGRATION`; arguments as for `rfm`.

    Raises:
        WrongInput: *from_on* is not before *as_of*.
    """
    if from_on >= as_of:
        raise WrongInput(problem=Phrase("tiers.not_before", first=from_on, second=as_of))
    return _like(orders, insight.rfm_migration(_moves(_orders(orders), as_of, from_on, settings or RfmSettings())))


@dated
def band_movement(orders: Any, *, as_of: date, from_on: date, cut_points: CutPointSettings | None = None) -> Any:
    """
    How customers moved between cut points of purchases, money and order value in 365 days: `tables.BAND_MOVEMENT`.

    Args:
        orders: As for `rfm`.
        as_of: The first day not seen.
        from_on: The earlier day.
        cut_points: Where bands begin; None is the standing choice.

    Raises:
        WrongInput: *from_on* is not before *as_of*.
    """
    if from_on >= as_of:
        raise WrongInput(problem=Phrase("tiers.not_before", first=from_on, second=as_of))
    table = _orders(orders)
    cuts = cut_points or CutPointSettings()
    customers = table.filter(_.customer_id.notnull()).select("customer_id").distinct()
    known = [profile.features(customers, table, None, None, None, as_of=on, needed=BAND_COLUMNS) for on in (from_on, as_of)]
    then, now = (one.select("customer_id", **insight.bands(one, cuts)) for one in map(_settled, known))
    spent = profile.net_between(profile.ledger(table, as_of=as_of).filter(_.customer_id.notnull()), from_on)
    paired = _settled(insight.pairs(then, now, spent))
    moved = ibis.union(*(insight.moves(paired, dimension=name, compared_with="recomputed", from_on=from_on) for name in COLUMNS))
    return _like(orders, insight.band_movement(moved).order_by("dimension", "from_band", "to_band"))


@dated
def loyalty(orders: Any, *, as_of: date, settings: LoyaltySettings | None = None) -> Any:
    """customer_id, the parts of the loyalty index and loyalty_index of every buyer, see `tables.VALUE`; arguments as for `rfm`."""
    known = features(_orders(orders), as_of=as_of)
    return _like(orders, profile.loyalty(known, settings or LoyaltySettings()))


@dated
def value(orders: Any, *, as_of: date, settings: ValueSettings | None = None, history_days: int = 90) -> Any:
    """
    What each customer is worth by orders alone: `tables.VALUE`; arguments as for `rfm`.

    The margin needs `cost_amount` in *orders*; costs by event need a project. *history_days* is how far back the
    day lies whose groups tell what customers went on to spend.
    """
    table = _orders(orders)
    rows = _settled(profile.ledger(table, as_of=as_of).filter(_.customer_id.notnull()))
    known = _settled(features(table, as_of=as_of))
    moved = _settled(_moves(table, as_of, days_before(as_of, history_days), RfmSettings()))
    loyal = _settled(profile.loyalty(known, LoyaltySettings()))
    made = profile.value(known, rows, loyal, moved, None, None, None, as_of=as_of, settings=settings or ValueSettings())
    return _like(orders, made)


@dated
def tiers(orders: Any, *, as_of: date, settings: TierSettings | None = None, price_change: float = 0.0) -> Any:
    """The tier of each customer, distance to the next and forecasts: `tables.TIERS`; arguments as for `rfm` and `profile.tiers`."""
    rows = profile.ledger(_orders(orders), as_of=as_of).filter(_.customer_id.notnull())
    return _like(orders, profile.tiers(rows, as_of=as_of, settings=settings or TierSettings(), price_change=price_change))


def _settled(table: ir.Table) -> ir.Table:
    """*table* computed once: what ten expressions read would else be compiled and run ten times."""
    return ibis.memtable(table.to_pyarrow())


def _moves(orders: ir.Table, as_of: date, from_on: date, settings: RfmSettings) -> ir.Table:
    rows = profile.ledger(orders, as_of=as_of).filter(_.customer_id.notnull())

    def groups(on: date) -> ir.Table:
        return profile.rfm(orders, as_of=on, settings=settings).select("customer_id", rfm="rfm_group")

    paired = insight.pairs(groups(from_on), groups(as_of), profile.net_between(rows, from_on))
    return insight.moves(paired, dimension="rfm", compared_with="recomputed", from_on=from_on)


@dated
def metric(key: str, orders: Any, *, as_of: date, by: Sequence[str] | str = (), period: str | None = None) -> Any:
    """
    A figure of the metric dictionary over *orders* alone, such as net_sales by channel and month.

    Args:
        key: A built-in metric that counts purchases and refunds; `kezhi metric list` names all.
        orders: As for `rfm`; channel, store, gross_amount, discount_amount, cost_amount are used where there.
        as_of: The first day not seen.
        by: Dimensions: channel, store, payment_method.
        period: day, week, month, quarter or year.

    Returns:
        [period_start, is_complete,] the dimensions, and the metric, in the kind of frame that came.

    Raises:
        MetricWrong: An unknown metric, one that counts another table, or a dimension it does not have.
    """
    tables = {"ledger": profile.counted(_orders(orders), as_of=as_of)}
    question = Question((by,) if isinstance(by, str) else tuple(by), period)
    return _like(orders, query(standard(), tables, [key], question, as_of=as_of))


def _orders(frame: Any) -> ir.Table:
    """*frame* as `tables.ORDERS`."""
    table = as_ibis(frame)
    missing = [column for column in NEEDED if column not in table.columns]
    if missing:
        raise ColumnMissing(table="orders", missing=missing, present=sorted(table.columns), hint="")
    table = with_amounts_and_times(frame, table, amount="net_amount", time="ordered_at")
    if "order_id" not in table.columns:
        table = table.mutate(order_id=ibis.row_number().over(order_by=[*NEEDED]).cast("string"))
    table = table.mutate(order_id=_.order_id.cast("string"), net_amount=_.net_amount.cast("decimal(18, 2)"))
    if "order_kind" not in table.columns:
        table = table.mutate(order_kind=ibis.cases((_.net_amount < 0, "refund"), else_="purchase"))
    if "refund_of" not in table.columns:
        table = table.mutate(refund_of=ibis.cases((_.order_kind == "refund", _.order_id), else_=ibis.null("string")))
    if "status" not in table.columns:
        table = table.mutate(status=ibis.literal("paid"))
    table = table.mutate(status=_.status.fill_null("paid"), source=ibis.literal("frame"))
    return typed(table, ORDERS.types)


def _like(frame: Any, made: ir.Table) -> Any:
    """*made* as the kind of frame that *frame* is, with customer ids of its type."""
    schema = as_ibis(frame).schema()
    if "customer_id" in made.columns:
        made = made.mutate(customer_id=_.customer_id.cast(schema["customer_id"].copy(nullable=True)))
    if isinstance(frame, ir.Table):
        return made
    if isinstance(frame, pa.Table):
        return made.to_pyarrow()
    return made.to_polars() if type(frame).__module__.split(".")[0] == "polars" else made.to_pandas()
