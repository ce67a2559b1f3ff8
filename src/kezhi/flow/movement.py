"""The steps that look back: where customers were on earlier days, and what they are worth now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from kezhi import insight, profile
from kezhi.insight.bands import NEEDED as BAND_COLUMNS
from kezhi.kit.days import PERIOD_MONTHS, days_before, period_number
from kezhi.kit.engine import _, ibis, ir
from kezhi.profile.loyalty import NEEDED
from kezhi.profile.states import needed_columns

if TYPE_CHECKING:
    from kezhi.flow.step import Inputs


def movement(inputs: Inputs) -> Mapping[str, ir.Table]:
    """Migration between RFM groups and stages, the loyalty trend, value and its concentration, AARRR."""
    day, settings, settle = inputs.as_of, inputs.settings, inputs.bench.settle
    rows = _rows(inputs)
    earlier = [days_before(day, settings.history.days * n) for n in range(1, settings.history.periods + 1)]
    wanted = needed_columns(settings.lifecycle) | set(NEEDED) | set(BAND_COLUMNS)
    trend_days = earlier if settings.history.loyalty_by == "days" else _starts(day, settings.history.loyalty_by, settings.history.periods)
    # the first earlier day serves stages, bands and loyalty, the others loyalty alone
    features = {earlier[0]: settle(_features(inputs, earlier[0], wanted))}
    for on in trend_days:
        if on not in features:
            features[on] = settle(_features(inputs, on, set(NEEDED)).select("customer_id", *NEEDED))
    loyal = settle(profile.loyalty(inputs["features"], settings.loyalty))
    trend = {day: loyal} | {on: profile.loyalty(features[on], settings.loyalty) for on in trend_days}
    moved = settle(_moves(inputs, rows, earlier[0], features[earlier[0]]))
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
    rows, day, settings = inputs["ledger"], inputs.as_of, inputs.settings.tiers
    now = inputs.bench.settle(profile.tiers(rows, as_of=day, settings=settings, bench=inputs.bench))
    if not settings.price_changes:
        return {"tiers": now}
    return {"tiers": now, "tier_prices": profile.tier_prices(now, rows, as_of=day, settings=settings, bench=inputs.bench)}


def _rows(inputs: Inputs) -> ir.Table:
    return inputs["ledger"].filter(_.customer_id.notnull())


def _features(inputs: Inputs, on: date, needed: set[str]) -> ir.Table:
    given = [inputs.get(name) for name in ("order_lines", "products", "events")]
    return profile.features(inputs["customers"], inputs["orders"], *given, as_of=on, bench=inputs.bench, needed=needed)


def wide_at(inputs: Inputs, on: date, needed: set[str]) -> ir.Table:
    """`profile.wide` of the day *on*, computed once; only the *needed* columns of the features."""
    given = [inputs.get(name) for name in ("order_lines", "products", "events")]
    features = profile.features(inputs["customers"], inputs["orders"], *given, as_of=on, bench=inputs.bench, needed=needed)
    rfm = profile.rfm(inputs["orders"], as_of=on, settings=inputs.settings.rfm)
    return inputs.bench.settle(profile.wide(inputs["customers"], features, rfm, as_of=on))


def _moves(inputs: Inputs, rows: ir.Table, earlier: date, features: ir.Table) -> ir.Table:
    """All dimensions, against the earlier day and, where there is an older one, against the last snapshot."""
    day, settle = inputs.as_of, inputs.bench.settle
    rfm = settle(profile.rfm(inputs["orders"], as_of=earlier, settings=inputs.settings.rfm))
    wide = settle(profile.wide(inputs["customers"], features, rfm, as_of=earlier))
    stages = profile.earlier_stages(wide, profile.lifecycle(wide, inputs.settings.lifecycle, as_of=earlier))
    pairs = [("rfm", "recomputed", earlier, rfm), ("lifecycle", "recomputed", earlier, stages)]
    last = inputs.previous_as_of
    if last is not None and last < day:
        pairs += [(name, "snapshot", last, inputs.previous[name]) for name in ("rfm", "lifecycle") if name in inputs.previous]
    states = {"rfm": _groups, "lifecycle": _stages}
    banded = [("recomputed", earlier, features)]
    if last is not None and last < day and "features" in inputs.previous:
        banded.append(("snapshot", last, inputs.previous["features"]))
    spent = {on: settle(profile.net_between(rows, on)) for on in {pair[2] for pair in pairs} | {band[1] for band in banded}}
    parts = [
        insight.moves(states[name](before), states[name](inputs[name]), spent[on], dimension=name, compared_with=how, from_on=on)
        for name, how, on, before in pairs
    ]
    now = insight.bands(inputs["features"], inputs.settings.cut_points)
    for how, on, known in banded:
        then = insight.bands(known, inputs.settings.cut_points)
        parts += [insight.moves(then[name], now[name], spent[on], dimension=name, compared_with=how, from_on=on) for name in now]
    return ibis.union(*parts, distinct=False)


def _groups(rfm: ir.Table) -> ir.Table:
    return rfm.select("customer_id", state="rfm_group", since=ibis.null("date"), is_known=ibis.literal(False))


def _stages(lifecycle: ir.Table) -> ir.Table:
    return lifecycle.select("customer_id", state="stage", since="since", is_known=_.since_basis == "rule")
