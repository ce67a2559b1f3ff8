"""
The whole store as lines of JSON, table by table, and back: the same from SQLite and PostgreSQL, into either.

Both are read in one transaction that sees one moment, so that no program of the database is needed and a backup of one can be
restored into the other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, DateTime, Table, func, insert, select

from kezhi.store.database import READING, Database
from kezhi.store.records import Base

ROWS = 1000  # read and written at a time
TABLES: tuple[Table, ...] = tuple(Base.metadata.sorted_tables)  # a table comes after those that it refers to


@contextmanager
def one_moment(store: Database) -> Iterator[Connection]:
    """A transaction that reads everything as it was when it first asked, however long it takes; it hinders nobody."""
    options: dict[str, Any] = {"isolation_level": "REPEATABLE READ"} if store.engine.dialect.name == "postgresql" else {READING: True}
    with store.engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


def lines(connection: Connection, table: Table) -> Iterator[str]:
    """The rows of *table*, each a line, in the order of its primary key."""
    asked = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=ROWS)
    for row in connection.execute(asked):
        yield json.dumps([one.isoformat() if isinstance(one, datetime) else one for one in row], ensure_ascii=False) + "\n"


def replace_all(connection: Connection, found: Iterable[tuple[Table, Iterable[str]]]) -> dict[str, int]:
    """
    Put the rows of *found* in the place of all that the store holds, in the transaction of *connection*; gives rows by table.

    Args:
        connection: Its transaction is the caller's.
        found: Tables in the order of TABLES with their lines.
    """
    for table in reversed(TABLES):
        connection.execute(table.delete())
    count: dict[str, int] = {}
    for table, texts in found:
        times = [isinstance(column.type, DateTime) for column in table.columns]
        names = [column.name for column in table.columns]
        rows: list[dict[str, Any]] = []
        count[table.name] = 0
        for text in texts:
            values = [datetime.fromisoformat(one) if is_time and one else one for one, is_time in zip(json.loads(text), times, strict=True)]
            rows.append(dict(zip(names, values, strict=True)))
            if len(rows) == ROWS:
                count[table.name] += _add(connection, table, rows)
        count[table.name] += _add(connection, table, rows)
    return count


def is_empty(connection: Connection) -> bool:
    """Whether nobody has decided anything yet."""
    return not any(connection.scalar(select(func.count()).select_from(table)) for table in TABLES)


def _add(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> int:
    count = len(rows)
    if rows:
        connection.execute(insert(table), rows)
        rows.clear()
    return count
