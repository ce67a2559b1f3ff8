"""Metered use as it comes: records or months, a column per kind or kind and quantity, one table or one per kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kezhi.api.kinds import as_ibis
from kezhi.api.plan_forms import canonical
from kezhi.decide.plans import MICRO, MOST_USE, use_column
from kezhi.errors import WrongInput
from kezhi.locales import Phrase

NAMES = {
    "customer_id": ("customer_id", "user_id", "subscriber_id", "client_id", "customer", "user", "客户", "客户编号"),
    "line_id": ("line_id", "line", "member_id", "号码"),
    "account_id": ("account_id", "family_id", "household_id", "group_id", "账户"),
    "time": ("used_at", "month", "timestamp", "used_on", "occurred_at", "date", "datetime", "time", "period", "billing_month", "month_start",
             "月份", "时间"),
    "kind": ("kind", "service", "usage_type", "service_type", "type", "种类"),
    "quantity": ("quantity", "amount", "volume", "usage", "value", "units", "qty", "数量", "用量"),
    "plan": ("plan", "current_plan", "plan_name", "plan_id", "tariff", "套餐"),
}  # fmt: skip
_TIME_ENDINGS = ("_date", "_at", "_time", "_month")
_NEEDED = ("customer_id", "time")
MONTH = "month"  # what `columns=` may call the time of rows


@dataclass(frozen=True, slots=True)
class Usage:
    """
    Use in the form that the room takes, and how what comes out is made alike to what came in.

    Attributes:
        table: customer_id, line_id (text), used_at, `use_<n>` per kind (int64 millionths).
        plans: customer_id and plan, the newest that usage names; None where it has no such column.
        customer_type: Of the customer's id as it came.
        month_out: Turns first days of months into what the months were written as.
    """

    table: pa.Table
    plans: pa.Table | None
    customer_type: pa.DataType
    month_out: Callable[[pa.ChunkedArray], Any]


def kinds_there(usage: Any, columns: Mapping[str, str] | None) -> set[str]:
    """The kinds of use in *usage*, by their usual names."""
    found: set[str] = set()
    for kind, table in _tables(usage):
        if kind is not None:
            found.add(canonical(kind))
            continue
        at = _places(table, columns or {})
        if at.get("kind") and at.get("quantity"):
            found |= {canonical(word) for word in pc.unique(table[at["kind"]].cast(pa.string())).to_pylist() if word is not None}
        else:
            found |= {canonical(name) for name in (*(columns or {}), *table.column_names) if name not in at.values()}
    return found


def read_usage(usage: Any, known: Sequence[str], columns: Mapping[str, str] | None, *, needs_clock: bool) -> Usage:
    """
    *usage* as the room takes it.

    Args:
        usage: A table, or a dictionary of kind to table; see `kezhi.bills`.
        known: The kinds that plans charge.
        columns: Our name -> the table's column.
        needs_clock: Whether some plan charges by hour or weekday.

    Raises:
        WrongInput: A column is missing or ambiguous, or a value is not what it should be; says how many and which first.
    """
    parts = [_part(table, kind, known, columns or {}, needs_clock=needs_clock) for kind, table in _tables(usage)]
    there = set().union(*(part.kinds for part in parts))
    present = sorted({name for part in parts for name in part.present})
    if not there and known:
        raise WrongInput(problem=Phrase("plans.no_kind", known=", ".join(known), present=", ".join(present)))
    for kind in known:
        spare = [name for name in present if name not in there]
        near = get_close_matches(kind, spare, n=1, cutoff=0.75)
        is_long = any(part.is_long for part in parts)
        if kind not in there and (near or not is_long):
            hint = Phrase("plans.near_kind", near=near[0]) if near else ""
            raise WrongInput(problem=Phrase("plans.kind_missing", kind=kind, present=", ".join(present), hint=hint))
    table = pa.concat_tables([part.table for part in parts])
    plans = None
    if all(part.has_plan for part in parts if part.table.num_rows) and any(part.has_plan for part in parts):
        order = pa.table({"customer_id": table["customer_id"], "used_at": table["used_at"], "plan": table["plan"]})
        order = order.filter(pc.is_valid(order["plan"])).sort_by(
            [("customer_id", "ascending"), ("used_at", "ascending"), ("plan", "ascending")]
        )
        plans = order.group_by("customer_id", use_threads=False).aggregate([("plan", "last")]).rename_columns(["customer_id", "plan"])
    return Usage(table.drop_columns(["plan"]), plans, parts[0].customer_type, parts[0].month_out)


@dataclass(frozen=True, slots=True)
class _Part:
    table: pa.Table
    kinds: set[str]
    present: list[str]
    is_long: bool
    has_plan: bool
    customer_type: pa.DataType
    month_out: Callable[[pa.ChunkedArray], Any]


def _tables(usage: Any) -> Iterable[tuple[str | None, pa.Table]]:
    if isinstance(usage, Mapping) and not hasattr(usage, "columns"):
        return [(str(kind), _arrow(frame)) for kind, frame in usage.items()]
    return [(None, _arrow(usage))]


def _arrow(frame: Any) -> pa.Table:
    if isinstance(frame, list):
        return pa.Table.from_pylist(frame)
    if type(frame).__module__.split(".")[0] == "pandas":
        periods = [name for name in frame.columns if str(frame[name].dtype).startswith("period")]
        if periods:
            frame = frame.assign(**{name: frame[name].dt.to_timestamp() for name in periods})
    elif not (hasattr(frame, "columns") or hasattr(frame, "column_names")):
        raise WrongInput(problem=Phrase("plans.no_column", what="customer_id", present=type(frame).__name__))
    return as_ibis(frame).to_pyarrow()


def _places(table: pa.Table, columns: Mapping[str, str]) -> dict[str, str]:
    """Our name -> the column of *table*, for the names that are not kinds."""
    names = table.column_names
    lower = {str(name).strip().lower(): name for name in reversed(names)}
    found: dict[str, str] = {}
    for ours, words in NAMES.items():
        asked = next((columns[word] for word in (ours, *words) if word in columns), None)
        if asked is not None:
            if asked not in names:
                raise WrongInput(problem=Phrase("plans.no_column", what=asked, present=", ".join(map(str, names))))
            found[ours] = asked
            continue
        match = next((lower[word] for word in words if word in lower and lower[word] not in columns.values()), None)
        if match is not None:
            found[ours] = match
    if "time" not in found:
        ends = [name for name in names if str(name).lower().endswith(_TIME_ENDINGS) and name not in columns.values()]
        if len(ends) > 1:
            raise WrongInput(problem=Phrase("plans.twice_column", what=MONTH, names=", ".join(ends)))
        if ends:
            found["time"] = ends[0]
    return found


def _part(table: pa.Table, kind: str | None, known: Sequence[str], columns: Mapping[str, str], *, needs_clock: bool) -> _Part:
    at = _places(table, columns)
    for needed in _NEEDED:
        if needed not in at:
            what = MONTH if needed == "time" else needed
            raise WrongInput(problem=Phrase("plans.no_column", what=what, present=", ".join(map(str, table.column_names))))
    customer = table[at["customer_id"]]
    used_at, month_out = _moments(table[at["time"]], at["time"], needs_clock=needs_clock)
    lost = pc.sum(pc.or_(pc.is_null(customer), pc.is_null(used_at))).as_py() or 0
    if lost:
        raise WrongInput(problem=Phrase("plans.no_customer", rows=lost))
    uses, present, is_long = _uses(table, kind, known, columns, at)
    # who pays: the account where one is named, else the customer
    payer = customer if "account_id" not in at else pc.coalesce(table[at["account_id"]].cast(pa.string()), customer.cast(pa.string()))
    line = table[at["line_id"]] if "line_id" in at else customer
    line = pc.coalesce(line.cast(pa.string()), customer.cast(pa.string()))
    absent = pa.nulls(table.num_rows, pa.int64())
    made = pa.table(
        {
            "customer_id": payer.cast(pa.string()),
            "line_id": line.cast(pa.string()),
            "used_at": used_at,
            "plan": table[at["plan"]].cast(pa.string()) if "plan" in at else pa.nulls(table.num_rows, pa.string()),
            **{use_column(one, known): uses.get(one, absent) for one in known},
        }
    )
    kind_type = table[at["account_id"]].type if "account_id" in at else customer.type
    return _Part(made, set(uses), present, is_long, "plan" in at, kind_type, month_out)


def _uses(
    table: pa.Table, kind: str | None, known: Sequence[str], columns: Mapping[str, str], at: Mapping[str, str]
) -> tuple[dict[str, pa.Array], list[str], bool]:
    """Millionths by kind; which kinds there are; whether they stand in rows."""
    by_name = {canonical(one): one for one in known}
    free = [name for name in table.column_names if name not in at.values()]
    if kind is not None:
        ours = by_name.get(canonical(kind), kind)
        quantity = at.get("quantity") or next((name for name in free if canonical(name) == canonical(kind)), None)
        if quantity is None:
            numeric = [name for name in free if pa.types.is_floating(table[name].type)]
            quantity = numeric[0] if len(numeric) == 1 else None
        amount = pa.array(np.full(table.num_rows, MICRO)) if quantity is None else millionths(table[quantity], quantity)
        return ({ours: amount} if ours in known else {}), [canonical(kind)], True
    if "kind" in at and "quantity" in at:
        amount = millionths(table[at["quantity"]], at["quantity"])
        words = table[at["kind"]].cast(pa.string())
        different = [word for word in pc.unique(words).to_pylist() if word is not None]
        found: dict[str, pa.Array] = {}
        for word in different:
            charged = by_name.get(canonical(word))
            if charged is not None:
                mine = pc.if_else(pc.fill_null(pc.equal(words, word), False), amount, pa.scalar(None, pa.int64()))
                found[charged] = pc.coalesce(found[charged], mine) if charged in found else mine
        return found, sorted({canonical(word) for word in different}), True
    uses: dict[str, pa.Array] = {}
    for one in known:
        named = columns.get(one)
        names = [named] if named else [name for name in free if canonical(str(name)) == canonical(one)]
        if len(names) > 1:
            raise WrongInput(problem=Phrase("plans.twice_column", what=one, names=", ".join(names)))
        if names and names[0] not in table.column_names:
            raise WrongInput(problem=Phrase("plans.no_column", what=names[0], present=", ".join(map(str, table.column_names))))
        if names:
            uses[one] = millionths(table[names[0]], names[0])
    return uses, [canonical(str(name)) for name in free], False


def millionths(column: pa.ChunkedArray, name: str) -> pa.Array:
    """Numbers of *column* as int64 millionths, the nearest; null stays null, and so does a float that is not a number."""
    if pa.types.is_boolean(column.type) or pa.types.is_temporal(column.type):
        raise WrongInput(problem=Phrase("plans.not_number", column=name, rows=len(column), value=_first(column.to_pylist())))
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        values, wrong = [], []
        for text in column.to_pylist():
            try:
                values.append(None if text is None or not text.strip() else float(Decimal(text.strip().replace(",", ""))))
            except ArithmeticError:
                wrong.append(text)
        if wrong:
            raise WrongInput(problem=Phrase("plans.not_number", column=name, rows=len(wrong), value=wrong[0]))
        column = pa.chunked_array([pa.array(values, pa.float64())])
    elif not (
        pa.types.is_integer(column.type)
        or pa.types.is_floating(column.type)
        or pa.types.is_decimal(column.type)
        or pa.types.is_null(column.type)
    ):
        raise WrongInput(problem=Phrase("plans.not_number", column=name, rows=len(column), value=_first(column.to_pylist())))
    given = column.cast(pa.float64()).combine_chunks()
    values = given.to_numpy(zero_copy_only=False)
    absent = np.isnan(values)
    wrong_rows = ~absent & ((values < 0) | (values > MOST_USE))
    if wrong_rows.any():
        first = values[wrong_rows][0]
        raise WrongInput(
            problem=Phrase("plans.bad_quantity", column=name, rows=int(wrong_rows.sum()), limit=f"{MOST_USE:,}", value=f"{first:g}")
        )
    return pa.array(np.rint(np.where(absent, 0.0, values) * MICRO).astype(np.int64), mask=absent)


def _first(values: Sequence[Any]) -> Any:
    return next((value for value in values if value is not None), None)


def _moments(column: pa.ChunkedArray, name: str, *, needs_clock: bool) -> tuple[pa.Array, Callable[[pa.ChunkedArray], Any]]:
    """
    Timestamps of *column*, and what turns first days of months into what months are called there.

    Times, days, text in ISO form (`2024-01`, `2024-01-05`, `2024-01-05 10:00:00`), numbers like 202401, and 1 to 12 for
    the months of a year that nobody names.
    """
    kind = column.type
    only_months = False
    out: Callable[[pa.ChunkedArray], Any] = _days
    if pa.types.is_timestamp(kind):
        made = column.cast(pa.timestamp("us", tz=kind.tz), safe=False)
        made = pc.local_timestamp(made) if kind.tz else made
    elif pa.types.is_date(kind):
        made, only_months = column.cast(pa.timestamp("us")), True
    elif pa.types.is_dictionary(kind):
        return _moments(column.cast(kind.value_type), name, needs_clock=needs_clock)
    elif pa.types.is_null(kind):
        made = column.cast(pa.timestamp("us"))
    else:
        made, form = _written(column, name)
        only_months = form != "moment"
        out = {"yyyymm": _numbers, "number": _month_numbers, "yyyy-mm": _texts}.get(form, _days)
    if needs_clock and only_months:
        raise WrongInput(problem=Phrase("plans.no_clock"))
    return (made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made), out


def _written(column: pa.ChunkedArray, name: str) -> tuple[pa.Array, str]:
    different = pc.unique(column)
    moments: list[datetime | None] = []
    forms: set[str] = set()
    wrong = []
    for value in different.to_pylist():
        found, form = (None, None) if value is None else _moment(value)
        if value is not None and found is None:
            wrong.append(value)
        if form is not None:
            forms.add(form)
        moments.append(found)
    if wrong or len(forms & {"number", "yyyymm"}) > 1:
        rows = pc.sum(pc.is_in(column, value_set=pa.array(wrong, different.type))).as_py() if wrong else len(column)
        raise WrongInput(problem=Phrase("plans.not_time", column=name, rows=rows, value=(wrong or different.to_pylist())[0]))
    index = pc.index_in(column, value_set=different)
    form = forms.pop() if len(forms) == 1 else "moment" if "moment" in forms else "day"
    return pc.take(pa.array(moments, pa.timestamp("us")), index), form


def _moment(value: Any) -> tuple[datetime | None, str | None]:
    """The moment that *value* says, and in what form it does."""
    if isinstance(value, float) and value == int(value):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        if 1 <= value <= 12:
            return datetime(2001, value, 1), "number"
        year, month = divmod(value, 100)
        return (datetime(year, month, 1), "yyyymm") if 1900 <= year <= 2999 and 1 <= month <= 12 else (None, None)
    text = str(value).strip().replace("/", "-")
    try:
        if len(text) == 7:
            return datetime.fromisoformat(f"{text}-01"), "yyyy-mm"
        if len(text) == 6 and text.isdigit():
            return datetime(int(text[:4]), int(text[4:]), 1), "day"
        made = datetime.fromisoformat(text).replace(tzinfo=None)
        return made, "day" if len(text) <= 10 else "moment"
    except ValueError:
        return None, None


def _days(months: pa.ChunkedArray) -> Any:
    return months.cast(pa.date32())


def _as_written(months: pa.ChunkedArray, of: Callable[[date], Any], kind: pa.DataType) -> Any:
    different = pc.unique(months)
    words = pa.array([of(month) for month in different.to_pylist()], kind)
    return pc.take(words, pc.index_in(months, value_set=different))


def _numbers(months: pa.ChunkedArray) -> Any:
    return _as_written(months, lambda month: month.year * 100 + month.month, pa.int64())


def _month_numbers(months: pa.ChunkedArray) -> Any:
    return _as_written(months, lambda month: month.month, pa.int64())


def _texts(months: pa.ChunkedArray) -> Any:
    return _as_written(months, lambda month: f"{month:%Y-%m}", pa.string())
