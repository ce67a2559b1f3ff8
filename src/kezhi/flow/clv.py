"""The step `clv`: who still buys, how often, for how much, when next, and of which category."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kezhi import profile
from kezhi.flow.clv_choice import counts_of
from kezhi.flow.clv_cohorts import cohorts
from kezhi.flow.model_registry import ModelRegistry
from kezhi.flow.next_category import next_categories
from kezhi.flow.pages import pages
from kezhi.kit.engine import _, arrow_schema, ibis, ir, typed
from kezhi.kit.threads import in_order, threads_for
from kezhi.locales import Phrase
from kezhi.settings import ClvSettings
from kezhi.tables import CLV, CLV_HISTORY, NEXT_PURCHASE

if TYPE_CHECKING:
    from kezhi.flow.clv_training import Served
    from kezhi.flow.reader import Reader
    from kezhi.flow.step import Inputs

CHUNK = 100_000  # customers valued at a time, in each thread
MOST_THREADS = 4  # each holds some 50 MB
# the order they are valued in: what depends on counts and times alone is worked out once for all of a part
TURN = ("first_on", "customer_id")
PERIODS = 12  # in which the horizon is discounted
FARTHEST_DAYS = 3650  # a likely day beyond is none
THEN = ("customer_id", "first_on", "purchases", "frequency", "recency", "monetary_value")  # what of the counts tells a value
NOW = (*THEN, "margin_value", "net_amount")
MARGINS = ("margin", "margin_low", "margin_high", "margin_variance")


def clv(inputs: Inputs) -> Mapping[str, ir.Table]:
    """
    `clv`, `clv_cohorts`, `clv_history` and `next_purchase`; nothing, and a note, where there are too few who came back, or
    the model does not beat the rule that customers buy as before.

    Memory is bounded: customers are read some at a time in one order, so that the simulated intervals are the same on every engine, and
    for any number of threads.
    """
    from kezhi.flow.clv_training import serve

    settings, bench = inputs.settings.clv, inputs.bench
    days = bench.once(profile.purchase_days(inputs["ledger"]))
    first_on = bench.arrow(days.filter(_.bought > 0).aggregate(first=_.acted_on.min()))["first"][0].as_py()
    if first_on is None:
        inputs.notes.append(Phrase("clv.few", customers=0, needed=1, days=0))
        return {}
    lost = bench.settle(profile.lost_days(days, bench.once(profile.undone(inputs["orders"], as_of=inputs.as_of))))
    now = bench.settle(profile.purchase_counts(days, as_of=inputs.as_of, horizon_days=1).select(*NOW).order_by(*TURN))
    served = serve(inputs, days, lost, now, first_on)
    if served is None:
        return {}
    made = partial(_told, served=served, as_of=inputs.as_of, settings=settings)
    told = bench.keep(_TOLD, in_order(made, enumerate(pages(bench, now, TURN, CHUNK)), threads=_threads(inputs)))
    category = next_categories(inputs)
    likely = told if category is None else told.left_join(category, "customer_id").drop("customer_id_right")
    return {
        "clv": typed(told, CLV.types),
        "clv_cohorts": cohorts(told, now, served, inputs.as_of, bench, settings),
        "clv_history": _history(inputs, days, lost, first_on, served, told),
        "next_purchase": typed(likely, NEXT_PURCHASE.types),
    }


def value_of_all(ledger: ir.Table, reader: Reader, settings: ClvSettings) -> Decimal | None:
    """
    What one customer who did all that *ledger* holds would be worth, by the model that serves; null where none does, or for who never bought.

    Args:
        ledger: Rows of `tables.LEDGER`, of one customer_id.
        reader: The snapshot, beside whose lake the models lie.
        settings: Those of the run.
    """
    from kezhi.flow.clv_training import held_model

    as_of = reader.snapshot.as_of
    served = held_model(ModelRegistry(reader.snapshot.folder.parents[1] / "models"), as_of, settings)
    if served is None:
        return None
    days = profile.purchase_days(ledger)
    rows: pa.Table = reader.answer(profile.purchase_counts(days, as_of=as_of, horizon_days=settings.horizon_days))
    if not rows.num_rows:
        return None
    value: Decimal | None = _money(_values(rows, served, as_of, settings, draws=0)["value"])[0].as_py()
    return value


def _threads(inputs: Inputs) -> int:
    return threads_for(inputs.settings.engine.threads, MOST_THREADS)


def _values(
    rows: pa.Table, served: Served, on: date, settings: ClvSettings, *, seed: int = 0, draws: int = 400, with_margin: bool = False
) -> dict[str, Any]:
    """Columns of `customer_value` for *rows* seen from *on*; money is NaN where no amounts tell, margins where no costs do, or they are not asked for."""
    from kezhi.models import customer_value

    data = counts_of(rows, on, served.time)
    horizon = float(served.time.weeks(on, on + timedelta(days=settings.horizon_days)))
    if served.spend is None:
        unknown = np.full(rows.num_rows, np.nan)
        chances = {
            "probability_alive": served.purchases.probability_alive(data),
            "expected_purchases": served.purchases.expected_purchases(horizon, data),
        }
        return chances | dict.fromkeys(("expected_spend", "value", "value_low", "value_high", "value_variance", *MARGINS), unknown)
    rate = (1 + settings.discount_rate) ** (settings.horizon_days / 365 / PERIODS) - 1
    found = customer_value(
        served.purchases,
        served.spend,
        data,
        horizon=horizon,
        periods=PERIODS,
        discount_rate=rate,
        level=settings.level,
        draws=draws,
        seed=seed,
        margin=served.margin if with_margin else None,
    )
    told = {name: found[name].to_numpy() for name in found.columns}
    return told if "margin" in told else told | dict.fromkeys(MARGINS, np.full(rows.num_rows, np.nan))


def _told(numbered: tuple[int, pa.Table], *, served: Served, as_of: date, settings: ClvSettings) -> pa.RecordBatch:
    """`_TOLD` of a part of the counts, whose futures are drawn by the number of the part."""
    number, part = numbered
    found = _values(part, served, as_of, settings, seed=settings.seed + number, with_margin=True)
    columns = {
        "customer_id": part["customer_id"],
        "purchases": part["purchases"],
        "probability_alive": found["probability_alive"],
        "expected_purchases": found["expected_purchases"],
        "expected_spend": _money(found["expected_spend"]),
        "clv": _money(found["value"]),
        "clv_low": _money(found["value_low"]),
        "clv_high": _money(found["value_high"]),
        "clv_variance": found["value_variance"],
        "margin_clv": _money(found["margin"]),
        "margin_clv_low": _money(found["margin_low"]),
        "margin_clv_high": _money(found["margin_high"]),
        "margin_clv_variance": found["margin_variance"],
        "margin_state": _margin_states(part, served),
        "horizon_days": np.full(part.num_rows, settings.horizon_days),
        "model_version": np.full(part.num_rows, served.version),
        "first_on": part["first_on"],
        "net_amount": part["net_amount"],
    }
    return _batch(_TOLD, columns | _coming(part, served, as_of))


def _history(inputs: Inputs, days: ir.Table, lost: ir.Table, first_on: date, served: Served, told: ir.Table) -> ir.Table:
    """`tables.CLV_HISTORY`: the values of earlier days, from what was known then, and those of today that are *told*."""
    bench, settings, schema = inputs.bench, inputs.settings.clv, arrow_schema(CLV_HISTORY)
    earlier = [inputs.as_of - timedelta(days=back) for back in sorted({*settings.history_days} - {0}, reverse=True)]

    def parts() -> Iterator[tuple[date, pa.Table]]:
        for on in earlier:
            if on > first_on:
                known = profile.days_as_seen(days.filter(days.acted_on < on), lost, on=on)
                counted = profile.purchase_counts(known, as_of=on, horizon_days=1).select(*THEN)
                # side by side who bought as often, since the same day: what depends on both alone is worked out once for all of a part
                yield from ((on, pa.Table.from_batches([part])) for part in bench.batches(counted.order_by("first_on")))

    kept = bench.keep(schema, in_order(partial(_then, served=served, settings=settings), parts(), threads=_threads(inputs)))
    today = typed(told.mutate(seen_on=ibis.literal(inputs.as_of)), CLV_HISTORY.types)
    return typed(kept, CLV_HISTORY.types).union(today)


def _then(dated: tuple[date, pa.Table], *, served: Served, settings: ClvSettings) -> pa.RecordBatch:
    """`tables.CLV_HISTORY` of a part of the counts, and the day they are seen from."""
    on, part = dated
    found = _values(part, served, on, settings, draws=0)
    columns = {
        "customer_id": part["customer_id"],
        "seen_on": pa.array([on] * part.num_rows, pa.date32()),
        "clv": _money(found["value"]),
    }
    return _batch(arrow_schema(CLV_HISTORY), columns | {name: found[name] for name in ("probability_alive", "expected_purchases")})


def _coming(part: pa.Table, served: Served, as_of: date) -> dict[str, Any]:
    """When the customers of *part* are likely to buy next."""
    data = counts_of(part, as_of, served.time)
    soon = {days: float(served.time.weeks(as_of, as_of + timedelta(days=days))) for days in (30, 90)}
    wait = np.ceil(served.time.days(as_of, served.purchases.time_to_purchase(0.5, data), most=FARTHEST_DAYS))
    likely = (np.datetime64(as_of) + np.nan_to_num(wait).astype("timedelta64[D]")).astype("datetime64[D]")
    chances = {f"probability_{days}d": served.purchases.probability_of_purchase(weeks, data) for days, weeks in soon.items()}
    return chances | {"likely_on": pa.array(likely, pa.date32(), mask=np.isnan(wait))}


# of `CLV` and `NEXT_PURCHASE`, and what cohorts add up: the variance of each customer's futures, since when and what one bought
_TOLD = arrow_schema(CLV)
for _number in ("clv_variance", "margin_clv_variance", "net_amount", "probability_30d", "probability_90d"):
    _TOLD = _TOLD.append(pa.field(_number, pa.float64()))
for _day in ("first_on", "likely_on"):
    _TOLD = _TOLD.append(pa.field(_day, pa.date32()))


def _margin_states(rows: pa.Table, served: Served) -> pa.Array:
    """`margin_state` of each of *rows*."""
    if served.margin is None:
        return pa.array(["no_model"] * rows.num_rows)
    mean = rows["margin_value"]
    return pc.if_else(pc.is_null(mean), "cost_unknown", pc.if_else(pc.less(mean, 0.0), "loss", "told"))


def _batch(schema: pa.Schema, columns: Mapping[str, Any]) -> pa.RecordBatch:
    return pa.record_batch([_one(columns[field.name], field.type) for field in schema], schema=schema)


def _one(values: Any, kind: pa.DataType) -> pa.Array:
    """*values* as one array of *kind*."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    return pc.cast(values if isinstance(values, pa.Array) else pa.array(values), kind)


def _money(values: Any) -> pa.Array:
    """Amounts to the cent; NaN is null."""
    rounded = np.round(values, 2)
    return pc.cast(pc.round(pa.array(rounded, pa.float64(), mask=np.isnan(rounded)), 2), pa.decimal128(18, 2))
