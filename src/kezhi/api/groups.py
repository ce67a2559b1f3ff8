"""Analyses of groups on frames of any kind: retention, funnels, ways, switches of channel, cross tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

from kezhi import insight, profile
from kezhi.api.days import dated
from kezhi.api.frames import _like, _orders
from kezhi.api.kinds import as_ibis
from kezhi.api.texts import with_amounts_and_times
from kezhi.errors import ColumnMissing, WrongInput
from kezhi.insight.funnels import FUNNEL_COLUMNS
from kezhi.insight.retention import KINDS
from kezhi.insight.visits import GAP_MINUTES, PATH_STEPS
from kezhi.kit.chi_square import Independence, independence
from kezhi.kit.days import PERIODS
from kezhi.kit.engine import _, ibis, ir, ratio, typed
from kezhi.locales import Phrase

VALUES = {"customers": "active_customers", "orders": "orders", "net_amount": "net_amount"}
_EVENT = {"event_id": "string", "customer_id": "string", "occurred_at": "timestamp(6)", "event_name": "string", "session_id": "string"}


@dataclass(frozen=True, slots=True)
class Crosstab:
    """
    A cross table and its test.

    Attributes:
        cells: One row per pair of values, as `insight.crosstab` says, in the kind of frame that came.
        test: Chi-square, degrees of freedom, p-value and Cramér's V.
    """

    cells: Any
    test: Independence


@dated
def retention(orders: Any, *, as_of: date, kind: str = "classic", period: str = "month", metric: str = "customers") -> Any:
    """
    Of the customers who first bought in a period, how many were there n periods later, with 95% intervals.

    Args:
        orders: As for `rfm`.
        as_of: The first day not seen.
        kind: `classic` (in that calendar period), `rolling` (then or later), `n_day` (each customer's own clock).
        period: day, week, month, quarter or year.
        metric: What `value` is: `customers` who were there, their `orders`, or their `net_amount`.

    Returns:
        `tables.RETENTION`, value, and value_per_customer (of the whole cohort).

    Raises:
        WrongInput: An unknown kind, period or metric.
        ColumnMissing: A needed column is not there.
    """
    _one_of("kind", kind, KINDS)
    _one_of("period", period, PERIODS)
    _one_of("metric", metric, tuple(VALUES))
    bought = profile.purchases(_orders(orders), as_of=as_of)
    made = insight.retention(bought, as_of=as_of, kind=kind, period=period)  # type: ignore[arg-type]
    value = made[VALUES[metric]]
    made = made.mutate(value=value, value_per_customer=ratio(value, made.customers)).order_by("cohort_on", "period_no")
    return _like(orders, made)


def funnel(events: Any, steps: Sequence[str], *, ordered: bool = True, within_days: float | None = None, by: str | None = None) -> Any:
    """
    How many customers come through *steps*; arguments and columns as `kezhi.insight.funnel` says.

    Raises:
        WrongInput: No step, one that never happens (the nearest name is told), days that are not above 0, or *by* is called
            as a column of the answer.
        ColumnMissing: customer_id, occurred_at, event_name or *by* is not there.
    """
    if by in ("customer_id", *FUNNEL_COLUMNS):
        raise WrongInput(problem=Phrase("groups.taken_column", name=by))
    table = _events(events, (by,) if by else ())
    names = set(table.select("event_name").distinct().event_name.to_pyarrow().to_pylist())
    if isinstance(steps, str) or not steps:
        raise WrongInput(problem=Phrase("groups.no_steps"))
    for step in steps:
        if step not in names:
            if not names:
                raise WrongInput(problem=Phrase("groups.no_events"))
            known = ", ".join(get_close_matches(step, sorted(names), n=1) or sorted(names)[:20])
            raise WrongInput(problem=Phrase("groups.no_such_event", name=step, known=known))
    if within_days is not None and not 0 < within_days < float("inf"):
        raise WrongInput(problem=Phrase("groups.not_above_zero", name="within_days", given=within_days))
    return _like(events, insight.funnel(table, list(steps), ordered=ordered, within_days=within_days, by=by))


def sessions(events: Any, *, gap_minutes: int = GAP_MINUTES) -> Any:
    """Each event with its visit_id and visit_step; session_id is used where it is there, else pauses of *gap_minutes*."""
    return _like(events, _visits(events, gap_minutes))


def paths(events: Any, *, steps: int = PATH_STEPS, top: int = 20, gap_minutes: int = GAP_MINUTES) -> Any:
    """The commonest beginnings of visits: `tables.EVENT_PATHS`, the *top* ones of at most *steps* events."""
    for name, given in (("steps", steps), ("top", top)):
        if given < 1:
            raise WrongInput(problem=Phrase("groups.not_above_zero", name=name, given=given))
    return _like(events, insight.paths(_visits(events, gap_minutes), steps=steps, top=top).order_by("path_no"))


def transitions(events: Any, *, gap_minutes: int = GAP_MINUTES) -> Any:
    """What follows what within visits, with where they begin and end: `tables.EVENT_TRANSITIONS`."""
    return _like(events, insight.transitions(_visits(events, gap_minutes)).order_by("from_event", ibis.desc("transitions"), "to_event"))


@dated
def channel_switches(orders: Any, *, as_of: date) -> Any:
    """From which channel to which customers go between purchases: `tables.CHANNEL_SWITCHES`; *orders* as for `rfm`, with channel."""
    table = as_ibis(orders)
    if "channel" not in table.columns:
        raise _missing("orders", ["channel"], table)
    made = insight.channel_switches(profile.purchases(_orders(orders), as_of=as_of))
    return _like(orders, made.order_by("from_channel", ibis.desc("moves"), "to_channel"))


def crosstab(table: Any, rows: str, columns: str) -> Crosstab:
    """
    Two columns of any frame against each other, with Pearson's chi-square test, Cramér's V and residuals.

    Args:
        table: One row per independent observation, such as a customer.
        rows: A column; nulls are left out.
        columns: Another column.

    Raises:
        ColumnMissing: A column is not there.
        WrongInput: Both are the same column, or one is called as a column of the answer.
    """
    frame = as_ibis(table)
    missing = [name for name in (rows, columns) if name not in frame.columns]
    if missing:
        raise _missing("table", missing, frame)
    if rows == columns:
        raise WrongInput(problem=Phrase("groups.same_column", name=rows))
    for name in (rows, columns):
        if name in ("observed", "expected", "row_share", "lift", "residual"):
            raise WrongInput(problem=Phrase("groups.taken_column", name=name))
    made = insight.crosstab(frame, rows, columns).order_by(rows, columns)
    cells = made.select(rows, columns, "observed").to_pyarrow().to_pylist()
    return Crosstab(_like(table, made), independence((cell[rows], cell[columns], cell["observed"]) for cell in cells))


def _events(frame: Any, more: Sequence[str] = ()) -> ir.Table:
    """*frame* with the columns of events that analyses read; ids are made where there are none."""
    table = as_ibis(frame)
    needed = ["customer_id", "occurred_at", "event_name", *more]
    missing = [name for name in needed if name not in table.columns]
    if missing:
        raise _missing("events", missing, table)
    table = with_amounts_and_times(frame, table, amount=None, time="occurred_at")
    if "event_id" not in table.columns:
        order = ["occurred_at", "customer_id", "event_name"]
        table = table.mutate(event_id=ibis.row_number().over(order_by=order).cast("string").lpad(20, "0"))
    extra = {name: table[name].type() for name in more if name not in _EVENT}
    return typed(table, {**_EVENT, **extra}).filter(_.event_name.notnull() & _.occurred_at.notnull())


def _visits(events: Any, gap_minutes: int) -> ir.Table:
    if gap_minutes < 1:
        raise WrongInput(problem=Phrase("groups.not_above_zero", name="gap_minutes", given=gap_minutes))
    return insight.sessions(_events(events), gap_minutes=gap_minutes)


def _typed(name: str, frame: Any, needed: tuple[str, ...], kinds: dict[str, str]) -> ir.Table:
    """The columns *kinds* of *frame*, cast; ColumnMissing where one of *needed* is not there."""
    table = as_ibis(frame)
    missing = [column for column in needed if column not in table.columns]
    if missing:
        raise _missing(name, missing, table)
    return typed(table, kinds)


def _missing(name: str, missing: list[str], table: ir.Table) -> ColumnMissing:
    near = get_close_matches(missing[0], table.columns, n=1)
    hint = Phrase("expression.did_you_mean", name=near[0]) if near else ""
    return ColumnMissing(table=name, missing=missing, present=sorted(table.columns), hint=hint)


def _one_of(name: str, given: str, known: Sequence[str]) -> None:
    if given not in known:
        raise WrongInput(problem=Phrase("groups.one_of", name=name, given=given, known=", ".join(known)))
