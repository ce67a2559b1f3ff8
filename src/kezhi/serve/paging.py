"""Pages of a list: a cursor that names the last row seen, so that no row is shown twice or missed within a snapshot."""

from __future__ import annotations

import base64
import json
from decimal import Decimal
from typing import Any

from kezhi.errors import WrongInput
from kezhi.kit.engine import dt, ibis, ir
from kezhi.locales import Phrase


def page(table: ir.Table, *, sort: str, sortable: tuple[str, ...], key: str, cursor: str | None, limit: int) -> ir.Table:
    """
    The next *limit* rows and one more (which tells that there is a next page), by *sort* and then by *key*; nulls last.

    Args:
        table: What is listed.
        sort: A column, with `-` before it the largest first.
        sortable: The columns that may be asked for.
        key: A unique column.
        cursor: What `next_cursor` gave; none is the first page.
        limit: Rows of a page.

    Raises:
        WrongInput: An unknown column, or a cursor that is none or of another order.
    """
    column, falls = _sorting(sort, sortable), sort.startswith("-")
    value, unique = table[column], table[key]
    if cursor:
        last, last_key = _read(cursor, sort)
        after = unique > last_key
        if last is None:
            table = table.filter(value.isnull() & after)
        else:
            bound = _of_type(last, value.type())
            beyond = value < bound if falls else value > bound
            table = table.filter(beyond | ((value == bound) & after) | value.isnull())
    return in_order(table, sort=sort, key=key).limit(limit + 1)


def keyed(table: ir.Table, *, sort: str, sortable: tuple[str, ...], key: str) -> ir.Table:
    """
    What `page` needs of *table*: *key* and the column of *sort*.

    Raises:
        WrongInput: An unknown column.
    """
    return table.select(*dict.fromkeys([key, _sorting(sort, sortable)]))


def in_order(table: ir.Table, *, sort: str, key: str) -> ir.Table:
    """*table* by *sort* and then by *key*, nulls last; a join after `page` loses the order."""
    column = sort.removeprefix("-")
    first = ibis.desc(column, nulls_first=False) if sort.startswith("-") else ibis.asc(column, nulls_first=False)
    return table.order_by([first] if column == key else [first, key])


def next_cursor(found: list[dict[str, Any]], *, sort: str, key: str, limit: int) -> str | None:
    """The cursor after the first *limit* of *found*; none if that is all. Cuts *found* to the page."""
    if len(found) <= limit:
        return None
    del found[limit:]
    last = found[-1]
    said = json.dumps([sort, last[sort.removeprefix("-")], last[key]], default=str, ensure_ascii=False)
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def _sorting(sort: str, sortable: tuple[str, ...]) -> str:
    column = sort.removeprefix("-")
    if column not in sortable:
        raise WrongInput(problem=Phrase("serve.sort_unknown", sort=sort, known=", ".join(sortable)))
    return column


def _read(cursor: str, sort: str) -> tuple[Any, Any]:
    try:
        of, last, last_key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError):
        of = None
    if of != sort or not isinstance(last_key, str):
        raise WrongInput(problem=Phrase("serve.cursor_wrong"))
    return last, last_key


def _of_type(last: Any, kind: dt.DataType) -> ir.Value:
    """What a cursor says was last, as a value of its column: who asks may have written the cursor."""
    try:
        return ibis.literal(Decimal(str(last)) if kind.is_decimal() else last, kind)
    except (ArithmeticError, TypeError, ValueError):
        raise WrongInput(problem=Phrase("serve.cursor_wrong")) from None
