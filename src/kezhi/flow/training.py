"""
Training tables without leaks: what was known on earlier days, and what came after.

Feature functions are handed only what had happened before the cut-off day (`past`), so they cannot see the future even
if they try. Labels lie in the days from the cut-off on. The judging day lies after everything that training saw, its
labels included:

    |— history —|· train ·|…|· train ·|——— labels ———|· judge ·|——— labels ———| as_of
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from kezhi.errors import WrongInput
from kezhi.flow.clusters import sampled
from kezhi.flow.warehouse import Warehouse
from kezhi.kit.days import midnight
from kezhi.kit.engine import ibis, ir
from kezhi.locales import Phrase

SLICE = 65_536
Tables = Mapping[str, ir.Table]


@dataclass(frozen=True, slots=True)
class CutOffs:
    """Days to look from: *train* (newest first), and *judge*, no earlier than the end of the last training label."""

    train: list[date]
    judge: date
    horizon_days: int


def cut_offs(first_on: date, as_of: date, *, horizon_days: int, history_days: int, every_days: int, most: int) -> CutOffs | None:
    """
    The days to train and judge on; None where the data do not reach back far enough.

    Args:
        first_on: The first day with data.
        as_of: The first day not seen.
        horizon_days: How far a label looks ahead.
        history_days: How many days a training row must have behind it.
        every_days: Days between training days.
        most: At most so many training days.
    """
    judge = as_of - timedelta(days=horizon_days)
    last = judge - timedelta(days=horizon_days)
    train = [last - timedelta(days=every_days * number) for number in range(most)]
    enough = [day for day in train if (day - first_on).days >= history_days]
    return CutOffs(enough, judge, horizon_days) if enough else None


def past(tables: Tables, on: date) -> dict[str, ir.Table]:
    """
    Of *tables* (`tables.TABLES` by name) what had happened before *on*.

    customers keep their id alone, for the rest is what is known today; orders, ledger and events end before *on*;
    order_lines are those of such orders; products stay. Anything else is left out.
    """
    seen: dict[str, ir.Table] = {}
    for name, when in (("orders", "ordered_at"), ("ledger", "ordered_at"), ("events", "occurred_at")):
        if name in tables:
            seen[name] = tables[name].filter(tables[name][when] < midnight(on))
    if "order_lines" in tables and "orders" in seen:
        seen["order_lines"] = tables["order_lines"].semi_join(seen["orders"], "order_id")
    if "customers" in tables:
        seen["customers"] = tables["customers"].select("customer_id")
    if "products" in tables:
        seen["products"] = tables["products"]
    return seen


def training_table(
    tables: Tables,
    days: Sequence[date],
    *,
    features: Callable[[Tables, date], ir.Table],
    labels: Callable[[date], ir.Table],
    bench: Warehouse,
    most_rows: int,
    seed: int,
) -> pa.Table:
    """
    One row per customer and day: what was known before the day, and what came from it on.

    Args:
        tables: The lake's tables; *features* is handed `past` of them.
        days: Cut-off days.
        features: One row per customer, from the tables before the day, and the day.
        labels: customer_id and what came, for the day; customers without a row are left out.
        bench: The engine.
        most_rows: At most so many rows, evenly over the days; the same ones for the same *seed*.
        seed: Of the sample.

    Returns:
        cut_off_on and all columns of both, in one order whatever the engine.
    """
    parts = []
    for day in days:
        known = features(past(tables, day), day)
        came = labels(day)
        joined = known.join(came, "customer_id").mutate(cut_off_on=ibis.date(day.year, day.month, day.day))
        parts.append(bench.arrow(sampled(joined, max(1, most_rows // len(days)), seed)))
    return pa.concat_tables(parts)


SEPARATOR = "|"
_TIMES = {"orders": "ordered_at", "ledger": "ordered_at", "events": "occurred_at"}
_IDS = ("customer_id", "order_id", "refund_of")


def stacked(tables: Tables, days: Sequence[date], *, as_of: date, ahead: bool = False) -> dict[str, ir.Table]:
    """
    Several earlier days seen at once: `past` of each day, moved forward in time so that the day falls on *as_of*.

    One call of a feature function with *as_of* then gives the features of all *days*, for a fraction of the time that
    a call for each needs. Ids carry their day in front (`2025-03-01|c17`), so that nothing of one day meets another.
    A feature that rests on the season or the weekday would be moved with the rows: call for each day then.

    Args:
        tables: The lake's tables; orders, ledger, events and customers are stacked, others left out.
        days: Cut-off days, none after *as_of*.
        as_of: The day they are moved to.
        ahead: Keep what came after the days too: for labels, never for features.
    """
    made: dict[str, ir.Table] = {}
    for name in ("customers", *_TIMES):
        if name not in tables:
            continue
        parts = []
        for day in days:
            table = (tables if ahead else past(tables, day))[name]
            ids = {column: ibis.literal(f"{day}{SEPARATOR}") + table[column] for column in _IDS if column in table.columns}
            when = {_TIMES[name]: table[_TIMES[name]] + ibis.interval(days=(as_of - day).days)} if name in _TIMES else {}
            moved = table.mutate(**ids, **when)
            parts.append(moved.select("customer_id") if name == "customers" else moved)
        made[name] = ibis.union(*parts, distinct=False) if len(parts) > 1 else parts[0]
    return made


def unfit(error: WrongInput) -> Phrase:
    """
    Why an estimator could not be fitted on these rows, as the note of a step: a run goes on without the model.

    Raises:
        WrongInput: *error* itself, where it says nothing of the rows (a column that is absent is a mistake of ours).
    """
    problem = error.fields.get("problem")
    if not isinstance(problem, Phrase):
        raise error
    return problem


def fingerprint(table: pa.Table) -> str:
    """
    SHA-256 of *table*'s values, as hex; the same for the same rows in the same order, however they are cut into chunks.

    Of floats nine digits count: engines add in another order. Memory is that of `SLICE` values as text.
    """
    digest = hashlib.sha256()
    for name in table.column_names:
        digest.update(f"\n{name}\n".encode())
        for start in range(0, table.num_rows, SLICE):
            part = table[name].slice(start, SLICE)
            if pa.types.is_floating(part.type) or pa.types.is_nested(part.type):
                told = [f"{value:.9g}" if isinstance(value, float) else repr(value) for value in part.to_pylist()]
            else:  # by Arrow: millions of rows in a second
                told = pc.fill_null(pc.cast(part, pa.string()), "\0").combine_chunks()
                told = [pc.binary_join(pa.ListArray.from_arrays(pa.array([0, len(told)], pa.int32()), told), "\x1f")[0].as_py()]
            digest.update(("\x1f".join(told) + "\x1e").encode())
    return digest.hexdigest()
