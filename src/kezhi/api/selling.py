"""Calls and prices on frames of any kind: who answers, and what a higher price costs in sales."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from kezhi import insight
from kezhi.api.frames import _like
from kezhi.api.groups import _missing
from kezhi.api.kinds import as_ibis, like
from kezhi.errors import WrongInput
from kezhi.kit.days import weekday
from kezhi.kit.engine import ibis, ir
from kezhi.locales import Phrase, text

CONNECT_BY = ("number_quality", "hour", "weekday", "agent")
FIXED = ("product_id", "period")


def connect_rate(calls: Any, *, by: Sequence[str] | str | None = None) -> Any:
    """
    How often calls are answered, by quality of the number, hour, weekday and agent, with Wilson's 95% intervals.

    Args:
        calls: connected (yes or no, or 1 and 0; null is not counted) and what to look at; hour and weekday (Monday is 1) are
            taken from called_at where they are not there.
        by: Columns to look at, one at a time; None takes those of number_quality, hour, weekday and agent that are there.

    Returns:
        See `insight.connect_rate`; in the kind of frame that came.

    Raises:
        ColumnMissing: connected, or a column of *by*, is not there.
        WrongInput: connected holds something else than yes and no.
    """
    table = as_ibis(calls)
    if "connected" not in table.columns:
        raise _missing("calls", ["connected"], table)
    if "called_at" in table.columns:
        at = table.called_at.cast("timestamp(6)")
        parts = {"hour": at.hour().cast("int64"), "weekday": weekday(at).cast("int64")}
        table = table.mutate(**{name: part for name, part in parts.items() if name not in table.columns})
    kind = table.connected.type()
    if not (kind.is_boolean() or kind.is_numeric() or kind.is_null()):
        raise WrongInput(problem=Phrase("selling.not_yes_no", column="connected"))
    if kind.is_numeric() and table.filter(table.connected.notin([0, 1])).count().to_pyarrow().as_py():
        raise WrongInput(problem=Phrase("selling.not_yes_no", column="connected"))
    table = table.mutate(connected=table.connected.cast("boolean"))
    names = [by] if isinstance(by, str) else [name for name in CONNECT_BY if name in table.columns] if by is None else list(by)
    missing = [name for name in names if name not in table.columns]
    if missing:
        raise _missing("calls", missing, table)
    return _like(calls, insight.connect_rate(table, names))


def price_elasticity(
    sales: Any, *, price: str = "price", quantity: str = "quantity", segment: str | None = None,
    fixed: Sequence[str] | None = None, level: float = 0.95,
) -> Any:  # fmt: skip
    """
    Percent more sold per percent of price, by segment: log-log regression within products and periods.

    Args:
        sales: One row per product and period (and segment): *price*, *quantity*, *segment*, and what is *fixed*.
        price, quantity: Columns; rows where one of them is null or not above 0 are left out.
        segment: A column; None is one segment of all.
        fixed: Columns whose values each have a level of their own; None takes product_id and period where they are there.
        level: Of the interval.

    Returns:
        segment (text, `all` without one), rows, price_spread (standard deviation of log prices, after what is fixed),
        elasticity, low, high, verdict (see `models.elasticity.Elasticity`; `prices_hardly_vary` and `too_few` give no
        elasticity), sentence, sentence_en; in the kind of frame that came.

    Raises:
        ColumnMissing: A named column is not there.
        WrongInput: Price or quantity holds no numbers; *level* is no share.

    It tells what went together: where prices were cut because sales were low, it is no effect of the price.
    """
    from kezhi.models.elasticity import elasticity

    if not isinstance(level, float) or not 0 < level < 1:
        raise WrongInput(problem=Phrase("uplift.share", name="level", value=level))
    table = as_ibis(sales)
    held = [name for name in FIXED if name in table.columns] if fixed is None else list(fixed)
    missing = [name for name in (price, quantity, *([segment] if segment else []), *held) if name not in table.columns]
    if missing:
        raise _missing("sales", missing, table)
    for name in (price, quantity):
        if not (table[name].type().is_numeric() or table[name].type().is_null()):
            raise WrongInput(problem=Phrase("models.not_numbers", column=name))
    chosen = table.select(
        price=table[price].cast("float64"), quantity=table[quantity].cast("float64"),
        segment=table[segment].cast("string") if segment else ibis.literal("all"),
        **{f"fixed_{place}": table[name].cast("string") for place, name in enumerate(held)},
    )  # fmt: skip
    data = _positive(chosen).to_pyarrow()
    groups = np.array(data["segment"].fill_null("–").to_pylist(), dtype=object)
    prices, amounts = (np.asarray(data[name].to_numpy(), dtype=np.float64) for name in ("price", "quantity"))
    levels = [
        np.asarray(data[f"fixed_{place}"].combine_chunks().dictionary_encode(null_encoding="encode").indices) for place in range(len(held))
    ]
    made = []
    for name in sorted(set(groups)):
        of = groups == name
        found = elasticity(prices[of], amounts[of], [one[of] for one in levels], level=level)
        said = {
            key: "–" if value is None else f"{value:.2f}"
            for key, value in (("value", found.value), ("low", found.low), ("high", found.high))
        }
        sentences = [text(f"selling.elasticity.{found.verdict}", lang, segment=name, rows=found.rows, **said) for lang in ("zh", "en")]
        made.append((name, found.rows, found.price_spread, found.value, found.low, found.high, found.verdict, *sentences))
    columns = list(zip(*made, strict=True)) or [()] * len(_SCHEMA)
    return like(sales, pa.table([pa.array(column, kind) for column, kind in zip(columns, _SCHEMA.types, strict=True)], schema=_SCHEMA))


def _positive(table: ir.Table) -> ir.Table:
    def is_fine(value: ir.FloatingValue) -> ir.BooleanValue:
        return (value > 0) & ~value.isnan() & ~value.isinf()

    return table.filter(is_fine(table.price) & is_fine(table.quantity))


_SCHEMA = pa.schema(
    [("segment", pa.string()), ("rows", pa.int64()), ("price_spread", pa.float64()), ("elasticity", pa.float64()), ("low", pa.float64()),
     ("high", pa.float64()), ("verdict", pa.string()), ("sentence", pa.string()), ("sentence_en", pa.string())]
)  # fmt: skip
