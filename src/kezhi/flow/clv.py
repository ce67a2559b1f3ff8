"""The step `clv`: who still buys, how often, for how much, when next, and of which category."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kezhi import profile
from kezhi.flow.model_registry import ModelRegistry
from kezhi.flow.next_category import next_categories
from kezhi.kit.days import month_number, month_start
from kezhi.kit.engine import _, arrow_schema, ir, ratio, typed
from kezhi.locales import Phrase
from kezhi.settings import ClvSettings
from kezhi.tables import CLV, CLV_COHORTS, CLV_HISTORY, MONEY, NEXT_PURCHASE

if TYPE_CHECKING:
    from kezhi.flow.clv_training import Served
    from kezhi.flow.reader import Reader
    from kezhi.flow.step import Inputs

CHUNK = 20_000  # customers valued at a time
PERIODS = 12  # in which the horizon is discounted
FARTHEST_DAYS = 3650  # a likely day beyond is none
WEEK = 7.0


def clv(inputs: Inputs) -> Mapping[str, ir.Table]:
    """
    `clv`, `clv_cohorts`, `clv_history` and `next_purchase`; nothing, and a note, where there are too few who came back, or
    the model does not beat the rule that customers buy as before.

    Memory is that of five numbers and the id of each buyer: they are valued in the order of their ids, so that the
    simulated intervals are the same on every engine.
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
    now = bench.arrow(profile.purchase_counts(days, as_of=inputs.as_of, horizon_days=settings.horizon_days).order_by("customer_id"))
    valued = bench.keep(arrow_schema(CLV), _valued(now, served, settings))
    likely = bench.keep(_NEXT, _coming(now, served, inputs.as_of))
    category = next_categories(inputs)
    if category is not None:
        likely = likely.left_join(category, "customer_id").drop("customer_id_right")
    return {
        "clv": valued,
        "clv_cohorts": _cohorts(valued, bench.keep(now.schema, iter(now.to_batches()))),
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
    value: Decimal | None = _money(_values(rows, served, settings, seed=settings.seed, draws=1)["value"])[0].as_py()
    return value


def _values(rows: pa.Table, served: Served, settings: ClvSettings, *, seed: int, draws: int = 200) -> dict[str, Any]:
    """Columns of `customer_value` for *rows*; money is null where no amounts tell."""
    from kezhi.flow.clv_training import counts_of
    from kezhi.models import customer_value

    data = counts_of(rows)
    horizon = settings.horizon_days / WEEK
    if served.spend is None:
        unknown = np.full(rows.num_rows, np.nan)
        chances = {
            "probability_alive": served.purchases.probability_alive(data),
            "expected_purchases": served.purchases.expected_purchases(horizon, data),
        }
        return chances | dict.fromkeys(("expected_spend", "value", "value_low", "value_high"), unknown)
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
    )
    return {name: found[name].to_numpy() for name in found.columns}


def _valued(rows: pa.Table, served: Served, settings: ClvSettings) -> Iterator[pa.RecordBatch]:
    """`tables.CLV` of the counts, a chunk at a time."""
    for number, start in enumerate(range(0, rows.num_rows, CHUNK)):
        part = rows.slice(start, CHUNK)
        found = _values(part, served, settings, seed=settings.seed + number)
        yield _batch(
            CLV,
            {
                "customer_id": part["customer_id"],
                "purchases": pc.add(part["frequency"], 1),
                "probability_alive": found["probability_alive"],
                "expected_purchases": found["expected_purchases"],
                "expected_spend": _money(found["expected_spend"]),
                "clv": _money(found["value"]),
                "clv_low": _money(found["value_low"]),
                "clv_high": _money(found["value_high"]),
                "horizon_days": np.full(part.num_rows, settings.horizon_days),
                "model_version": np.full(part.num_rows, served.version),
            },
        )


def _history(inputs: Inputs, days: ir.Table, first_on: date, served: Served) -> Iterator[pa.RecordBatch]:
    """`tables.CLV_HISTORY`: the values of earlier days, and of today."""
    settings = inputs.settings.clv
    for back in sorted({0, *settings.history_days}, reverse=True):
        on = inputs.as_of - timedelta(days=back)
        if on <= first_on:
            continue
        rows = inputs.bench.arrow(profile.purchase_counts(days, as_of=on, horizon_days=1).order_by("customer_id"))
        for start in range(0, rows.num_rows, CHUNK):
            part = rows.slice(start, CHUNK)
            found = _values(part, served, settings, seed=settings.seed, draws=1)
            columns = {
                "customer_id": part["customer_id"],
                "seen_on": pa.array([on] * part.num_rows, pa.date32()),
                "clv": _money(found["value"]),
            }
            yield _batch(CLV_HISTORY, columns | {name: found[name] for name in ("probability_alive", "expected_purchases")})


def _coming(rows: pa.Table, served: Served, as_of: date) -> Iterator[pa.RecordBatch]:
    """`tables.NEXT_PURCHASE` without the category."""
    from kezhi.flow.clv_training import counts_of

    for start in range(0, rows.num_rows, CHUNK):
        part = rows.slice(start, CHUNK)
        data = counts_of(part)
        wait = served.purchases.time_to_purchase(0.5, data) * WEEK
        wait = np.where(wait <= FARTHEST_DAYS, np.ceil(wait), np.nan)
        likely = (np.datetime64(as_of) + np.nan_to_num(wait).astype("timedelta64[D]")).astype("datetime64[D]")
        columns = {
            "customer_id": part["customer_id"],
            "probability_30d": served.purchases.probability_of_purchase(30 / WEEK, data),
            "probability_90d": served.purchases.probability_of_purchase(90 / WEEK, data),
            "likely_on": pa.array(likely, pa.date32(), mask=np.isnan(wait)),
            "model_version": pa.array(np.full(part.num_rows, served.version), pa.int64()),
        }
        yield pa.record_batch([_one(columns[field.name], field.type) for field in _NEXT], schema=_NEXT)


def _cohorts(valued: ir.Table, counted: ir.Table) -> ir.Table:
    """`tables.CLV_COHORTS`."""
    both = valued.inner_join(counted.select("customer_id", "net_amount", month=month_number(counted.first_on)), "customer_id")
    found = both.group_by("month").aggregate(
        customers=_.count(),
        alive_customers=_.probability_alive.sum(),
        net_amount=_.net_amount.cast(MONEY).sum(),
        expected_purchases=_.expected_purchases.sum(),
        clv=_.clv.sum(),
    )
    told = found.mutate(cohort_month=month_start(found.month), clv_per_customer=ratio(found.clv, found.customers))
    return typed(told, CLV_COHORTS.types)


_NEXT = pa.schema(
    [
        ("customer_id", pa.string()), ("probability_30d", pa.float64()), ("probability_90d", pa.float64()), ("likely_on", pa.date32()),
        ("model_version", pa.int64()),
    ]
)  # fmt: skip


def _batch(table: Any, columns: Mapping[str, Any]) -> pa.RecordBatch:
    schema = arrow_schema(table)
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
