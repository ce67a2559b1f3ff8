"""A made table against its promise in tables.py: columns, types, key unique and not null."""

from __future__ import annotations

from difflib import get_close_matches

from kezhi.errors import ColumnMissing, TableBroken
from kezhi.flow.warehouse import Warehouse
from kezhi.kit.engine import _, dt, ibis, ir, sieve
from kezhi.tables import TABLES


def check_columns(name: str, table: ir.Table) -> None:
    """
    Compare names and types before anything is computed.

    Raises:
        ColumnMissing: A promised column is not there.
        TableBroken: A column is not promised, or is of another type.
    """
    promise = TABLES[name]
    present = list(table.columns)
    missing = [column for column in promise.column_names if column not in present]
    if missing:
        near = get_close_matches(missing[0], present, n=1)
        raise ColumnMissing(table=name, missing=missing, present=sorted(present), hint=f"{near[0]}?" if near else "")
    extra = [column for column in present if column not in promise.column_names]
    if extra:
        raise TableBroken(table=name, problem=f"columns {extra} are not in tables.py", hint="")
    for column in promise.columns:
        came, expected = table[column.name].type(), ibis.dtype(column.type)
        if not _same_type(came, expected):
            raise TableBroken(table=name, problem=f"{column.name} is {came}, expected {expected}", hint="")


def check_rows(name: str, table: ir.Table, warehouse: Warehouse) -> int:
    """
    Count the rows of a written table, and that its key is unique and no promised value is null.

    Cost: one aggregate over the table: as many sieves of the key as rows prove that no key repeats. Where there are fewer, the keys
    themselves are compared.

    Raises:
        TableBroken: Says which column is null how often, or how many keys repeat, with one of them.
    """
    promise = TABLES[name]
    needed = [column.name for column in promise.columns if not column.nullable]
    counts = warehouse.arrow(
        table.aggregate(
            rows=_.count(),
            sieves=sieve(*(table[column].cast("string") for column in promise.key)).nunique(),
            **{f"null_{column}": table[column].isnull().cast("int64").sum() for column in needed},
        )
    ).to_pylist()[0]
    nulls = {column: counts[f"null_{column}"] for column in needed if counts[f"null_{column}"]}
    if nulls:
        raise TableBroken(table=name, problem=f"null where a value is promised: {nulls} of {counts['rows']} rows", hint="")
    if counts["sieves"] == counts["rows"]:
        return int(counts["rows"])
    repeated = table.group_by(list(promise.key)).aggregate(times=_.count()).filter(_.times > 1)
    found = warehouse.arrow(
        repeated.aggregate(keys=_.count(), rows=_.times.sum(), one=ibis.struct({k: repeated[k] for k in promise.key}).arbitrary())
    ).to_pylist()[0]
    if found["keys"]:
        raise TableBroken(
            table=name, problem=f"{found['keys']} keys {promise.key} stand on {found['rows']} rows, such as {found['one']}", hint=""
        )
    return int(counts["rows"])


def _same_type(came: dt.DataType, expected: dt.DataType) -> bool:
    if came.is_timestamp() and expected.is_timestamp():
        return bool(came.timezone is None)  # engines differ in the digits they declare
    return bool(came.copy(nullable=True) == expected.copy(nullable=True))
