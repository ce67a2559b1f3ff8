"""Read one snapshot with DuckDB, whichever engine wrote it; nothing outside its folder can be reached."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa

from kezhi.errors import ExpressionWrong, NoSnapshot
from kezhi.flow import duckdb_engine  # noqa: F401  (its shim for DuckDB 2 comes first)
from kezhi.flow.answers import Answers
from kezhi.flow.hot import PLACED, TABLE, has_search, hot_file, views
from kezhi.flow.lake import Snapshot
from kezhi.flow.serving import BY_KEY, Copies
from kezhi.kit.engine import dt, ibis, ir

AT_ONCE = 2  # questions that the engine works on; the others wait their turn
MOST_NARROW = 200  # tables with only some columns that are kept: rules of users name any
MOST_HELD = 3_000_000  # customers whose keys are held in memory while a list of them is counted
MANY = 200  # keys; from here on one look through the table is faster than one at a time


class Reader:
    """The tables of one snapshot; it stays the same while new ones are published."""

    def __init__(self, snapshot: Snapshot, *, memory_limit: str = "2GB") -> None:
        self.snapshot = snapshot
        self._copies = Copies(snapshot)
        self._answers = Answers()
        self._tables: dict[tuple[str, str], ir.Table] = {}
        self._narrow: dict[tuple[str, str, tuple[str, ...]], ir.Table] = {}
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._describing = threading.Lock()  # describing a table asks on the one connection: two at once would break each other
        self._backend: Any = ibis.duckdb.connect(memory_limit=memory_limit)
        hot = hot_file(snapshot)
        if hot:
            self._backend.raw_sql(f"ATTACH {_quoted(hot)} AS hot (READ_ONLY)").fetchall()
            for view in views(snapshot, self._backend.con):
                self._backend.raw_sql(view).fetchall()
        # set before any query of a user: it may read these files, and no others
        self._backend.raw_sql(f"SET allowed_directories = [{_quoted(snapshot.folder)}]").fetchall()
        self._backend.raw_sql("SET enable_external_access = false").fetchall()
        kind = self._backend.compiler.type_mapper.to_string
        for name in snapshot.tables:
            # a view of the database, not a temporary one: `answer` asks on cursors of its own
            if hot and name == TABLE:
                continue
            files = ", ".join(map(_quoted, snapshot.files(name)))
            # what an earlier release did not write is null, so that all else can be looked at before the next run
            nulls = "".join(f', CAST(NULL AS {kind(dt.dtype(of))}) AS "{column}"' for column, of in snapshot.lacking(name).items())
            self._backend.raw_sql(f'CREATE VIEW "{name}" AS SELECT *{nulls} FROM read_parquet([{files}])').fetchall()
        self._backend.raw_sql("SET lock_configuration = true").fetchall()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; tables from it can no longer be computed."""
        self._backend.disconnect()

    def table(self, name: str, columns: tuple[str, ...] = ()) -> ir.Table:
        """
        The table *name*, all of it or as if it had only *columns*.

        What an expression costs to compile grows with the columns of its tables: a list of a hundred columns of which it needs five
        takes five times as long to say as to answer.

        Raises:
            NoSnapshot: The snapshot has no such table.
        """
        self.snapshot.files(name)
        return self._described("main", name, columns)

    def placed(self, name: str, columns: tuple[str, ...] = ()) -> ir.Table | None:
        """What `search.py` asks by place: `profile` with the column place, `names`, `marks`; none where the snapshot has no such copy."""
        return self._described(PLACED, name, columns) if has_search(self.snapshot) else None

    def _described(self, schema: str, name: str, columns: tuple[str, ...]) -> ir.Table:
        with self._describing:
            if (schema, name) not in self._tables:
                self._tables[schema, name] = self._backend.table(name, database=None if schema == "main" else schema)
            if not columns:
                return self._tables[schema, name]
            if (schema, name, columns) not in self._narrow:
                whole = self._tables[schema, name]
                if len(self._narrow) >= MOST_NARROW:
                    self._narrow.clear()
                self._narrow[schema, name, columns] = whole.op().copy(schema=whole.select(*columns).schema()).to_expr()
            return self._narrow[schema, name, columns]

    def tables(self) -> dict[str, ir.Table]:
        """All tables by name."""
        return {name: self.table(name) for name in self.snapshot.tables}

    def answer(self, asked: ir.Table) -> pa.Table:
        """The rows of *asked*, an expression over these tables; many threads may ask at once. A small answer is kept."""
        question = asked.op()  # equal where the expressions are; compiling it takes longer than building it
        kept = self._answers.get(question)
        if kept is None:
            kept = self._run(self._backend.compile(asked))
            self._answers.keep(question, kept)
        return kept

    def counted(self, listed: ir.Table, keys: ir.Table, page: Callable[[ir.Table], ir.Table]) -> tuple[pa.Table, int]:
        """
        The *page* of *keys*, which are columns of *listed*, and how many rows *listed* has.

        Where this is not known yet, *keys* are worked out once for both. Where it is, as for the next page or in another order, the
        engine stops looking as soon as it has the page. Both cost a tenth to a half less than the two questions by themselves.
        """
        asked, total = page(keys), listed.aggregate(total=listed.count())
        if self._answers.get(total.op()) is not None or self.snapshot.rows("customers") > MOST_HELD:
            return self.answer(asked), self.answer(total)["total"][0].as_py()
        held = ibis.table(keys.schema(), name="held")
        query = self._backend.compile(page(held.mutate(total=held.count().as_scalar())))
        both = self._run(f'WITH "held" AS MATERIALIZED ({self._backend.compile(keys)}) ({query})')
        found = both.drop_columns(["total"])
        self._answers.keep(asked.op(), found)
        if both.num_rows:
            self._answers.keep(total.op(), both.select(["total"]).slice(0, 1))
        return found, (both if both.num_rows else self.answer(total))["total"][0].as_py()

    def _run(self, query: str) -> pa.Table:
        """The rows of *query*, when it is its turn."""
        with self._turns:  # each has all threads of the engine: more at once would only make all of them late
            answer = self._backend.con.cursor().execute(query)
            return answer.to_arrow_table() if hasattr(answer, "to_arrow_table") else answer.fetch_arrow_table()

    def pick(self, name: str, column: str, values: Sequence[str], columns: tuple[str, ...] = ()) -> list[dict[str, Any]]:
        """
        The rows of table *name* whose *column* is one of *values*: the records of one customer, not a table.

        With *columns*, which has *column* among them, only those: most of the time goes into unpacking.

        Raises:
            NoSnapshot: The snapshot has no such table.
        """
        if len(values) > MANY:
            return self._found(name, column, values, columns)
        return [row for value in dict.fromkeys(values) for row in self.each(name, column, value, columns)]

    def each(self, name: str, column: str, value: str, columns: tuple[str, ...] = ()) -> Iterator[dict[str, Any]]:
        """
        The rows of table *name* whose *column* is *value*, in the order of its serving copy where it has one.

        A copy is read no further than it is asked.

        Raises:
            NoSnapshot: The snapshot has no such table.
        """
        if name not in self.snapshot.manifest["tables"]:
            raise NoSnapshot(folder=str(self.snapshot.folder), what=name)
        found = self._copies.rows(name, column, value, columns)
        return iter(self._found(name, column, [value], columns)) if found is None else found

    def _found(self, name: str, column: str, values: Sequence[str], columns: tuple[str, ...]) -> list[dict[str, Any]]:
        """
        `pick` said in SQL: compiling an expression takes longer than finding the rows.

        The names are of tables.py; the values are bound, never written into the text.
        """
        copy = BY_KEY.get((name, column))
        shown = columns or (copy.columns if copy else ())
        listed = ", ".join(f'"{one}"' for one in shown) or "*"
        order = f" ORDER BY {copy.ordered}" if copy else ""
        query = f'SELECT {listed} FROM "{name}" WHERE "{column}" IN ({", ".join("?" * len(values))}){order}'
        answer = self._backend.con.cursor().execute(query, list(values))
        table = answer.to_arrow_table() if hasattr(answer, "to_arrow_table") else answer.fetch_arrow_table()
        return list(table.to_pylist())

    def batches(self, asked: ir.Table, rows: int) -> Iterator[pa.RecordBatch]:
        """The rows of *asked*, some *rows* at a time, in its order: what is too large to be held at once."""
        answer = self._backend.con.cursor().execute(self._backend.compile(asked))
        reader = answer.to_arrow_reader(rows) if hasattr(answer, "to_arrow_reader") else answer.fetch_record_batch(rows)
        yield from reader

    def sql(self, query: str) -> pa.Table:
        """
        The answer to an analyst's own SQL over the snapshot's tables.

        Raises:
            ExpressionWrong: The engine refuses it; says why.
        """
        try:
            answer = self._backend.con.cursor().execute(query)
            return answer.to_arrow_table() if hasattr(answer, "to_arrow_table") else answer.fetch_arrow_table()
        except duckdb.Error as error:
            raise ExpressionWrong(expression=query, problem=str(error).strip().split("\n")[0], hint="") from error


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
