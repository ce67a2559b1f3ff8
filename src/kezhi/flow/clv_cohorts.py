"""Customers by the month of their first purchase: what they will be worth together, with an interval."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from kezhi.flow.clusters import sampled
from kezhi.flow.clv_choice import counts_of
from kezhi.kit.days import month_number, month_start
from kezhi.kit.engine import _, ir, ratio, typed
from kezhi.settings import ClvSettings
from kezhi.tables import CLV_COHORTS, MONEY

if TYPE_CHECKING:
    from kezhi.flow.clv_training import Served
    from kezhi.flow.warehouse import Warehouse

SLOPE_ROWS = 50_000  # customers of whom it is looked how the parameters move their value
FEWEST = 30  # of a cohort, to tell that of it; below, that of all customers is taken


def cohorts(valued: ir.Table, counted: ir.Table, served: Served, as_of: date, bench: Warehouse, settings: ClvSettings) -> ir.Table:
    """
    `tables.CLV_COHORTS`; memory is that of the cohorts and of SLOPE_ROWS customers.

    Args:
        valued: The columns of `tables.CLV`, first_on, net_amount, and clv_variance and margin_clv_variance (of each customer's futures).
        counted: `profile.purchase_counts` of the same customers.
        served: The models.
        as_of: The day it is seen from.
        bench: The engine.
        settings: Those of the run.
    """
    sums = valued.group_by(month=month_number(valued.first_on)).aggregate(
        customers=_.count(),
        alive_customers=_.probability_alive.sum(),
        net_amount=_.net_amount.cast(MONEY).sum(),
        expected_purchases=_.expected_purchases.sum(),
        clv=_.clv.sum(),
        margin_customers=_.margin_clv.count(),
        margin_clv=_.margin_clv.sum(),
        clv_variance=_.clv_variance.sum(),
        margin_clv_variance=_.margin_clv_variance.sum(where=_.margin_clv.notnull()),
    )
    found = bench.arrow(sums.order_by("month"))
    for name, spend, mean in (("clv", served.spend, "monetary_value"), ("margin_clv", served.margin, "margin_value")):
        low = high = np.full(found.num_rows, np.nan)
        if spend is not None:
            low, high = _ends(found, name, _unsure(counted, served, as_of, spend, mean, bench, settings), settings.level)
        found = found.append_column(f"{name}_low", _cents(low)).append_column(f"{name}_high", _cents(high))
    kept = bench.keep(found.schema, found.to_batches())
    told = kept.mutate(cohort_month=month_start(kept.month), clv_per_customer=ratio(kept.clv, kept.customers))
    return typed(told, CLV_COHORTS.types)


def _unsure(
    counted: ir.Table, served: Served, as_of: date, spend: Any, mean: str, bench: Warehouse, settings: ClvSettings
) -> dict[int | None, float] | None:
    """
    Month -> variance of the logarithm of its value by what is unsure of the parameters, and of all under None; None where a fit tells none.

    Of customers whose *mean* amount, which *spend* was fitted on, is known and not below 0.
    """
    from kezhi.models.clv.cohort_value import parameter_covariance, value_slopes

    covariance = parameter_covariance(served.purchases, spend)
    if covariance is None:
        return None
    dated = counted.mutate(month=month_number(counted.first_on)).filter(_[mean] >= 0)
    rows = bench.arrow(sampled(dated, SLOPE_ROWS, settings.seed))
    data = counts_of(rows, as_of, served.time)
    horizon = float(served.time.weeks(as_of, as_of + timedelta(days=settings.horizon_days)))
    values, slopes = value_slopes(served.purchases, spend, data | {"monetary_value": data[mean]}, horizon=horizon)
    months = rows["month"].to_numpy()

    def spread(of: Any) -> float:
        whole = float(values[of].sum())
        if whole <= 0:
            return 0.0
        slope = slopes[of].sum(axis=0) / whole
        return float(slope @ covariance @ slope)

    found: dict[int | None, float] = {None: spread(np.ones(len(months), dtype=bool))}
    return found | {int(month): spread(months == month) for month in np.unique(months) if (months == month).sum() >= FEWEST}


def _ends(sums: pa.Table, name: str, unsure: dict[int | None, float] | None, level: float) -> tuple[Any, Any]:
    """Both ends of *name* (`clv`, `margin_clv`) of each cohort of *sums*; NaN where it is null."""
    from kezhi.models.clv.cohort_value import sum_interval

    mean, variance = (sums[one].cast(pa.float64()).to_numpy(zero_copy_only=False) for one in (name, f"{name}_variance"))
    months = sums["month"].to_pylist()
    shared = np.array([np.nan if unsure is None else unsure.get(month, unsure[None]) for month in months])
    return sum_interval(mean, variance + mean**2 * shared, level=level)


def _cents(values: Any) -> pa.Array:
    """Amounts to the cent; NaN is null."""
    return pa.array(np.round(values, 2), pa.float64(), mask=np.isnan(values))
