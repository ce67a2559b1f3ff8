"""The step `forecasts`: monthly series, their coming months, and how such forecasts did on the months behind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kezhi import insight, profile
from kezhi.flow.model_registry import ModelRegistry
from kezhi.flow.training import fingerprint
from kezhi.insight.series import METRICS, TOTAL
from kezhi.kit.days import month_number
from kezhi.kit.engine import _, arrow_schema, ir
from kezhi.locales import Phrase
from kezhi.models.cards import ModelCard, percent, said, two_digits
from kezhi.models.evaluation.intervals import Interval, bootstrap_interval
from kezhi.models.evaluation.judging import entry
from kezhi.settings import ForecastSettings
from kezhi.tables import FORECAST_BACKTEST, FORECASTS, SALES_SERIES, Table

if TYPE_CHECKING:
    from kezhi.flow.step import Inputs
    from kezhi.models.forecasts import Forecaster

NAME = "forecasts"
YEAR = 12


@dataclass(frozen=True, slots=True)
class _Family:
    """All series of one metric, fitted together: series x months."""

    metric: str
    series: list[tuple[str, str]]  # dimension and member
    values: Any
    model: Forecaster

    @property
    def beats(self) -> Any:
        """Whether each series' error is below the baseline's."""
        judged = self.model.backtest_
        return judged.error < judged.baseline_error


def forecasts(inputs: Inputs) -> Mapping[str, ir.Table]:
    """
    `sales_series`, `forecasts` and `forecast_backtest`; nothing, and a note, where there are too few months.

    A series is in `forecasts` only if it would have been nearer than the same month of the year before; where all of
    them together were not, none is, and a note says so. Memory is that of the series: members x months.
    """
    from kezhi.models.forecasts import Forecaster

    settings, bench = inputs.settings.forecasts, inputs.bench
    people, lines = inputs.get("profile"), inputs.get("order_lines")
    began = bench.arrow(profile.netted(inputs["ledger"]).aggregate(first=_.ordered_at.min()))["first"][0].as_py()
    last, needed = month_number(inputs.as_of), Forecaster.fewest_months(settings.horizon_months)
    first = last if began is None else month_number(began.date())
    if last - first < needed:
        inputs.notes.append(Phrase("forecast.short", months=last - first, needed=needed))
        return {}
    described = insight.sales_series(inputs["ledger"], people, lines, inputs.get("products"), by=list(settings.by), as_of=inputs.as_of)
    rows = bench.arrow(described.order_by("dimension", "member", "month"))
    series, values = _dense(rows, first, last, settings.most)
    families = []
    for metric in METRICS:
        model = Forecaster(horizon=settings.horizon_months, level=settings.level).fit(values[metric], first % YEAR)
        families.append(_Family(metric, series, values[metric], model))
    card = _card(families, rows, first, inputs.as_of, settings)
    if inputs.models is not None:
        _register(ModelRegistry(inputs.models), card)
    if card.refusal is not None:
        inputs.notes.append(Phrase(card.refusal["key"], **card.refusal["fields"]))
    made = {
        "sales_series": (SALES_SERIES, [row for family in families for row in _history(family, first)]),
        "forecasts": (FORECASTS, [row for family in families for row in _coming(family, last)] if card.is_published else []),
        "forecast_backtest": (FORECAST_BACKTEST, [row for family in families for row in _judged(family, card.is_published)]),
    }
    return {name: bench.keep(arrow_schema(table), iter([_batch(table, found)])) for name, (table, found) in made.items()}


def _dense(rows: pa.Table, first: int, last: int, most: int) -> tuple[list[tuple[str, str]], dict[str, Any]]:
    """Dimension and member of the whole and of each dimension's largest members; metric -> series x months, 0 where nothing came."""
    full = rows.filter(pc.less(rows["month"], last))  # the month of as_of is not over
    keys = list(zip(full["dimension"].to_pylist(), full["member"].to_pylist(), strict=True))
    known = sorted(set(keys), key=lambda key: (key[0] != TOTAL, *key))
    place = {key: number for number, key in enumerate(known)}
    at = np.array([place[key] for key in keys], dtype=np.int64)
    values = {}
    for metric in METRICS:
        values[metric] = np.zeros((len(known), last - first))
        values[metric][at, full["month"].to_numpy() - first] = full[metric].cast(pa.float64()).to_numpy()
    lately = values["net_amount"][:, -YEAR:].sum(axis=1)
    kept: list[int] = []
    for dimension in dict.fromkeys(dimension for dimension, _member in known):
        of = [number for number, key in enumerate(known) if key[0] == dimension]
        kept += sorted(of, key=lambda number: (-lately[number], known[number]))[:most]
    return [known[number] for number in kept], {metric: table[kept] for metric, table in values.items()}


def _month(number: int) -> date:
    """First day of a month by its number."""
    return date(number // YEAR, number % YEAR + 1, 1)


def _history(family: _Family, first: int) -> Iterator[dict[str, Any]]:
    for row, values in enumerate(family.values):
        for place, value in enumerate(values):
            yield _key(family, row) | {"month": _month(first + place), "value": float(value)}


def _coming(family: _Family, last: int) -> Iterator[dict[str, Any]]:
    expected, low, high = family.model.forecast()
    months = family.values.shape[1]
    for row in range(len(family.series)):
        for ahead in range(expected.shape[1] if family.beats[row] else 0):
            yield _key(family, row) | {
                "month": _month(last + ahead),
                "value": float(expected[row, ahead]),
                "low": float(low[row, ahead]),
                "high": float(high[row, ahead]),
                "year_ago": float(family.values[row, months - YEAR + ahead]),
            }


def _judged(family: _Family, is_published: bool) -> Iterator[dict[str, Any]]:
    judged = family.model.backtest_
    for row in range(len(family.series)):
        ours, theirs, covered = (float(one[row]) for one in (judged.error, judged.baseline_error, judged.covered))
        yield _key(family, row) | {
            "method": family.model.method_,
            "starts": len(judged.judged_on),
            "error": ours,
            "baseline_error": theirs,
            "error_share": ours / theirs if theirs > 0 else None,
            "covered": None if np.isnan(covered) else covered,
            "is_published": bool(is_published and family.beats[row]),
        }


def _key(family: _Family, row: int) -> dict[str, Any]:
    dimension, member = family.series[row]
    return {"dimension": dimension, "member": member, "metric": family.metric}


def _card(families: list[_Family], rows: pa.Table, first: int, as_of: date, settings: ForecastSettings) -> ModelCard:
    """The card: errors as shares of the baseline's, with intervals over the series."""
    measured = {one.metric: _share([one]) for one in families}
    whole = _share(families)
    covered = [value for one in families for value in one.model.backtest_.covered if not np.isnan(value)]
    metrics = {"error_share": entry(whole, 1.0)} | {f"error_share_{metric}": entry(found, 1.0) for metric, found in measured.items()}
    if covered:
        metrics["covered"] = {"model": float(np.mean(covered)), "low": None, "high": None, "baseline": settings.level}
    beats = whole.high is not None and whole.high < 1
    judged = families[0].model.backtest_
    tried = families[0].model.backtest_.methods
    return ModelCard(
        name=NAME,
        method="smoothing",
        as_of=as_of.isoformat(),
        population=said("forecast.population", series=sum(len(one.series) for one in families)),
        definition=said("forecast.definition", months=settings.horizon_months, level=percent(settings.level)),
        baseline=said("forecast.baseline"),
        trained_on=[_month(first + start).isoformat() for start in judged.chosen_on],
        judged_on=_month(first + judged.judged_on[0]).isoformat(),
        rows=rows.num_rows,
        horizon_days=settings.horizon_months * 31,
        parameters={
            "settings": settings.model_dump(mode="json"),
            "chosen": {one.metric: one.model.method_ for one in families},
        },
        judgement={
            "rows": sum(one.model.backtest_.error.size * len(one.model.backtest_.judged_on) for one in families),
            "metrics": metrics,
            "calibration": [],
            "gain": [],
        },
        candidates=[
            {"method": name, "error_share": float(np.mean([one.model.backtest_.methods[name] for one in families]))}
            for name in sorted(tried)
        ],
        limits=[said("forecast.limits.repeat"), said("forecast.limits.feast"), said("forecast.limits.apart")],
        fingerprint=fingerprint(rows),
        is_published=beats,
        refusal=None if beats else said("forecast.not_better", share=two_digits(whole.value), high=two_digits(whole.high)),
    )


def _share(families: list[_Family]) -> Interval:
    """Error as a share of the baseline's, mean over series; the interval is over which series there are."""
    ours = np.concatenate([one.model.backtest_.error for one in families])
    theirs = np.concatenate([one.model.backtest_.baseline_error for one in families])
    known = theirs > 0
    return bootstrap_interval(lambda shares: float(shares.mean()) if len(shares) else None, ours[known] / theirs[known])


def _register(registry: ModelRegistry, card: ModelCard) -> None:
    """Keep the card where it is of other rows or settings than the champion's; the methods are chosen again in each run."""
    version = registry.champion(NAME)
    if version is not None:
        held = registry.card(NAME, version)
        if (held.fingerprint, held.parameters) == (card.fingerprint, card.parameters):
            return
    registry.publish(card, {})


def _batch(table: Table, rows: list[dict[str, Any]]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(rows, schema=arrow_schema(table))
