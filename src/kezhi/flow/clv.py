"""The step `clv`: who still buys, how often, for how much, when next, and of which category."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
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
from kezhi.kit.engine import _, arrow_schema, ir, typed
from kezhi.locales import Phrase
from kezhi.settings import ClvSettings
from kezhi.tables import CLV, CLV_HISTORY, NEXT_PURCHASE

if TYPE_CHECKING:
    from kezhi.flow.clv_training import Served
    from kezhi.flow.reader import Reader
    from kezhi.flow.step import Inputs

CHUNK = 20_000  # customers valued at a time
PERIODS = 12  # in which the horizon is discounted
FARTHEST_DAYS = 3650  # a likely day beyond is none
MARGINS = ("margin", "margin_low", "margin_high", "margin_variance")


def clv(inputs: Inputs) -> Mapping[str, ir.Table]:
    """
    `clv`, `clv_cohorts`, `clv_history` and `next_purchase`; nothing, and a note, where there are too few who came back, or
    the model does not beat the rule that customers buy as before.

    Memory is bounded: customers are read some at a time in the order of their ids, so that the simulated intervals are the same on
    every engine.
    """
    from kezhi.flow.clv_training import serve

    settings, bench = inputs.settings.clv, inputs.bench
    days = bench.settle(profile.purchase_days(inputs["ledger"]))
    first_on = bench.arrow(days.filter(_.is_bought).aggregate(first=_.acted_on.min()))["first"][0].as_py()
    if first_on is None:
        inputs.notes.append(Phrase("clv.few", customers=0, needed=1, days=0))
        return {}
    served = serve(inputs, days, first_on)
    if served is None:
        return {}
    now = _counted(inputs, days, inputs.as_of, settings.horizon_days)
    valued = bench.keep(_VALUED, _valued(pages(bench, now, "customer_id", CHUNK), served, inputs.as_of, settings))
    likely = bench.keep(_NEXT, _coming(pages(bench, now, "customer_id", CHUNK), served, inputs.as_of))
    category = next_categories(inputs)
    if category is not None:
        likely = likely.left_join(category, "customer_id").drop("customer_id_right")
    return {
        "clv": typed(valued, CLV.types),
        "clv_cohorts": cohorts(valued, now, served, inputs.as_of, bench, settings),
        "clv_history": bench.keep(arrow_schema(CLV_HISTORY), _history(inputs, days, first_on, served)),
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
    value: Decimal | None = _money(_values(rows, served, as_of, settings, seed=settings.seed, draws=1)["value"])[0].as_py()
    return value


def _counted(inputs: Inputs, days: ir.Table, on: date, horizon_days: int) -> ir.Table:
    """`profile.purchase_counts` seen from *on*, in the order of the ids."""
    return inputs.bench.settle(profile.purchase_counts(days, as_of=on, horizon_days=horizon_days).order_by("customer_id"))


def _values(
    rows: pa.Table, served: Served, on: date, settings: ClvSettings, *, seed: int, draws: int = 200, with_margin: bool = False
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


def _valued(parts: Iterable[pa.Table], served: Served, as_of: date, settings: ClvSettings) -> Iterator[pa.RecordBatch]:
    """`tables.CLV` of the counts, and clv_variance, a part at a time."""
    for number, part in enumerate(parts):
        found = _values(part, served, as_of, settings, seed=settings.seed + number, with_margin=True)
        yield _batch(
            _VALUED,
            {
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
            },
        )


def _history(inputs: Inputs, days: ir.Table, first_on: date, served: Served) -> Iterator[pa.RecordBatch]:
    """`tables.CLV_HISTORY`: the values of earlier days, from what was known then, and of today."""
    settings = inputs.settings.clv
    for back in sorted({0, *settings.history_days}, reverse=True):
        on = inputs.as_of - timedelta(days=back)
        if on <= first_on:
            continue
        seen = inputs.bench.settle(profile.days_as_seen(inputs["orders"], days, on=on)) if back else days
        for part in pages(inputs.bench, _counted(inputs, seen, on, 1), "customer_id", CHUNK):
            found = _values(part, served, on, settings, seed=settings.seed, draws=1)
            columns = {
                "customer_id": part["customer_id"],
                "seen_on": pa.array([on] * part.num_rows, pa.date32()),
                "clv": _money(found["value"]),
            }
            yield _batch(arrow_schema(CLV_HISTORY), columns | {name: found[name] for name in ("probability_alive", "expected_purchases")})


def _coming(parts: Iterable[pa.Table], served: Served, as_of: date) -> Iterator[pa.RecordBatch]:
    """`tables.NEXT_PURCHASE` without the category."""
    soon = {days: float(served.time.weeks(as_of, as_of + timedelta(days=days))) for days in (30, 90)}
    for part in parts:
        data = counts_of(part, as_of, served.time)
        wait = np.ceil(served.time.days(as_of, served.purchases.time_to_purchase(0.5, data), most=FARTHEST_DAYS))
        likely = (np.datetime64(as_of) + np.nan_to_num(wait).astype("timedelta64[D]")).astype("datetime64[D]")
        columns = {
            "customer_id": part["customer_id"],
            "probability_30d": served.purchases.probability_of_purchase(soon[30], data),
            "probability_90d": served.purchases.probability_of_purchase(soon[90], data),
            "likely_on": pa.array(likely, pa.date32(), mask=np.isnan(wait)),
            "model_version": pa.array(np.full(part.num_rows, served.version), pa.int64()),
        }
        yield _batch(_NEXT, columns)


_NEXT = pa.schema(
    [
        ("customer_id", pa.string()), ("probability_30d", pa.float64()), ("probability_90d", pa.float64()), ("likely_on", pa.date32()),
        ("model_version", pa.int64()),
    ]
)  # fmt: skip


_VALUED = arrow_schema(CLV)
for _variance in ("clv_variance", "margin_clv_variance"):
    _VALUED = _VALUED.append(pa.field(_variance, pa.float64()))


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
