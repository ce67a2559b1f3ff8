"""The steps that look back: where customers were on earlier days, and what they are worth now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from kezhi import insight, profile
from kezhi.insight.bands import COLUMNS
from kezhi.insight.bands import NEEDED as BAND_COLUMNS
from kezhi.kit.days import PERIOD_MONTHS, days_before, period_number
from kezhi.kit.engine import _, ibis, ir
from kezhi.profile.features import values_of_orders
from kezhi.profile.rfm import SCORED
from kezhi.profile.states import needed_columns

if TYPE_CHECKING:
    from kezhi.flow.step import Inputs
    from kezhi.settings import Settings


_DIMENSIONS = ("rfm", "lifecycle", *COLUMNS)  # of `tables.MOVES`


def movement(inputs: Inputs) -> Mapping[str, ir.Table]:
    """Migration between RFM groups and stages, the loyalty trend, value and its concentration, AARRR."""
    day, settings, settle = inputs.as_of, inputs.settings, inputs.bench.settle
    rows = _rows(inputs)
    earlier = [days_before(day, settings.history.days * n) for n in range(1, settings.history.periods + 1)]
    trend_days = earlier if settings.history.loyalty_by == "days" else _starts(day, settings.history.loyalty_by, settings.history.periods)
    loyal = settle(profile.loyalty(inputs["features"], settings.loyalty))
    trend = {day: loyal} | {on: profile.loyalty(known, settings.loyalty) for on, known in _loyalty_features(inputs, trend_days).items()}
    moved = _moves(inputs, rows, earlier[0])
    value = settle(
        profile.value(
            inputs["features"], rows, loyal, moved, inputs.get("events"), inputs.get("order_lines"), inputs.get("products"),
            as_of=day, settings=settings.value, bench=inputs.bench,
        )
    )  # fmt: skip
    return {
        "moves": moved,
        "rfm_migration": insight.rfm_migration(moved),
        "band_movement": insight.band_movement(moved),
        "lifecycle_transitions": insight.lifecycle_transitions(moved),
        "loyalty_trend": profile.loyalty_trend(trend, settings.loyalty),
        "value": value,
        "value_deciles": insight.value_deciles(value),
        "aarrr": insight.aarrr(inputs["profile"], settings.aarrr),
    }


def _starts(day: date, period: str, periods: int) -> list[date]:
    """The first days of the last *periods* calendar months or quarters that begin before *day*, the latest first."""
    months = PERIOD_MONTHS[period]
    last = period_number(day - timedelta(days=1), period)
    return [date(n * months // 12, n * months % 12 + 1, 1) for n in range(last, last - periods, -1)]


def tiers(inputs: Inputs) -> Mapping[str, ir.Table]:
    """The membership tiers, and what a price war would make of them."""
    rows, day, settings = _rows(inputs), inputs.as_of, inputs.settings.tiers
    now = inputs.bench.settle(profile.tiers(rows, as_of=day, settings=settings, bench=inputs.bench))
    if not settings.price_changes:
        return {"tiers": now}
    return {"tiers": now, "tier_prices": profile.tier_prices(now, rows, as_of=day, settings=settings, bench=inputs.bench)}


def _rows(inputs: Inputs) -> ir.Table:
    return inputs["ledger"].filter(_.customer_id.notnull())


def _loyalty_features(inputs: Inputs, days: list[date]) -> Mapping[date, ir.Table]:
    lines, products, bench = inputs.get("order_lines"), inputs.get("products"), inputs.bench
    undone = bench.once(profile.undone(inputs["orders"], as_of=inputs.as_of))
    of_orders = None if lines is None or products is None else bench.once(values_of_orders(lines, products, "category"))
    return profile.loyalty_features(inputs["ledger"], undone, of_orders, days=days, bench=bench)


def wide_at(inputs: Inputs, on: date, needed: set[str]) -> ir.Table:
    """`profile.wide` of the day *on*, computed once; only the *needed* columns of the features."""
    return inputs.bench.settle(_wide(inputs, on, needed))


def _wide(inputs: Inputs, on: date, needed: set[str]) -> ir.Table:
    given = [inputs.get(name) for name in ("order_lines", "products", "events")]
    asked = {*needed, *SCORED}
    features = profile.features(inputs["customers"], inputs["orders"], *given, as_of=on, bench=inputs.bench, needed=asked)
    rfm = profile.rfm(inputs["orders"], as_of=on, settings=inputs.settings.rfm, features=features)
    return profile.wide(inputs["customers"], features, rfm, as_of=on)


def _moves(inputs: Inputs, rows: ir.Table, earlier: date) -> ir.Table:
    """All dimensions, against the earlier day and, where there is an older one, against the last snapshot."""
    day, settings, settle = inputs.as_of, inputs.settings, inputs.bench.settle
    wide = _wide(inputs, earlier, needed_columns(settings.lifecycle) | set(BAND_COLUMNS))
    then = profile.with_stage(wide, settings.lifecycle, as_of=earlier)
    then = then.mutate(stage=ibis.ifelse(profile.was_known(then), then.stage, None))
    now = _states(profile.with_stage(inputs["profile"], settings.lifecycle, as_of=day), settings)
    compared = [("recomputed", earlier, _states(then, settings))]
    last = inputs.previous_as_of
    if last is not None and last < day:
        compared += [("snapshot", last, states) for states in _states_before(inputs.previous, settings)]
    parts = []
    for how, on, before in compared:
        names = [name for name in before.columns if name in _DIMENSIONS]
        paired = settle(insight.pairs(before, now.select(before.columns), profile.net_between(rows, on)))
        parts += [insight.moves(paired, dimension=name, compared_with=how, from_on=on) for name in names]
    return ibis.union(*parts, distinct=False)


def _states(wide: ir.Table, settings: Settings) -> ir.Table:
    """The state of each customer in every dimension, of `profile.wide` with its stage."""
    bands = insight.bands(wide, settings.cut_points)
    return wide.select("customer_id", rfm="rfm_group", lifecycle="stage", lifecycle_since="stage_since", **bands)


def _states_before(previous: Mapping[str, ir.Table], settings: Settings) -> list[ir.Table]:
    """The same as the last snapshot has it, each of its tables by itself."""
    made = []
    if (rfm := previous.get("rfm")) is not None:
        made.append(rfm.select("customer_id", rfm="rfm_group"))
    if (known := previous.get("lifecycle")) is not None:
        since = ibis.ifelse(known.since_basis == "rule", known.since, None)
        made.append(known.select("customer_id", lifecycle="stage", lifecycle_since=since))
    if (features := previous.get("features")) is not None:
        made.append(features.select("customer_id", **insight.bands(features, settings.cut_points)))
    return made
