"""
What lists filter and sort, as tables of DuckDB beside the Parquet of a snapshot.

A filter that nobody asked before is answered in a third of the time that Parquet takes, which would be unpacked anew each time. Text
of few values, such as RFM groups, is kept as a type of these values, which halves the time again. Rows stand in the order of customer_id;
the number of a row is its place, by which `search.py` finds whom words mean. The file is part of the serving copy: made before the
snapshot is published, shared with the next one where its tables are, left out where an earlier release made the snapshot.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from kezhi.flow.files import to_disk
from kezhi.flow.lake import Snapshot, borrow

FOLDER, FILE = "serving", "hot.duckdb"
TABLES = ("customers", "profile")
KEY = "customer_id"
SEARCH = "profile.search"  # what the manifest says where `names` and `marks` are in the file
MARKS = ("phone", "email")  # of customers; found by the whole of it
FEW = 200  # values of a text that become its type; a byte tells them apart
PLACED = "placed"  # schema of the views with places, which no list of tables shows
_BOTH = f"FROM hot.profile p JOIN hot.customers c USING ({KEY})"


def write_hot(
    folder: Path, tables: Mapping[str, list[Path]], previous: Snapshot | None, connection: duckdb.DuckDBPyConnection
) -> list[str]:
    """Make the file in *folder* from *tables* and their files; gives what the manifest says of it."""
    hot = [name for name in TABLES if name in tables]
    made = [*map(_said, hot), *([SEARCH] if len(hot) == len(TABLES) else [])]
    target = folder / FILE
    target.unlink(missing_ok=True)  # of a run that died here; a link to an older snapshot's must not be written through
    if (
        previous is not None
        and hot
        and hot_tables(previous)[1] == hot
        and has_search(previous) == (SEARCH in made)
        and all(same_files(tables[name], previous.files(name)) for name in hot)
    ):
        borrow(previous.folder / FOLDER / FILE, target)
    elif hot:
        connection.execute(f"ATTACH '{_escaped(str(target))}' AS hot")
        for name in hot:
            connection.execute(f'CREATE TABLE hot."{name}" AS {_by_key(tables[name], connection)}')
        if SEARCH in made:
            _write_search(connection)
        connection.execute("CHECKPOINT hot")
        connection.execute("DETACH hot")
        to_disk(target)
    return made


@contextmanager
def sorted_rows(folder: Path, made: list[str], connection: duckdb.DuckDBPyConnection) -> Iterator[dict[str, str]]:
    """SQL of the tables of the file that was *made* in *folder*, whose rows come by KEY; to sort them once is enough."""
    there = TABLES if SEARCH in made else ()  # a file taken over from an earlier release has no search, and its rows come in no order
    if there:
        connection.execute(f"ATTACH '{_escaped(str(folder / FILE))}' AS hot (READ_ONLY)")
    yield {name: f'SELECT {_as_text(name, connection)} FROM hot.main."{name}"' for name in there}
    if there:
        connection.execute("DETACH hot")


def hot_tables(snapshot: Snapshot) -> tuple[Path, list[str]]:
    """The file of *snapshot*, and the tables that can be read from it; none where there is no such file, or it lacks columns."""
    path, said = snapshot.folder / FOLDER / FILE, snapshot.manifest.get("serving", ())
    there = [name for name in TABLES if _said(name) in said and name in snapshot.tables and not snapshot.lacking(name)]
    return path, there if path.is_file() else []


def has_search(snapshot: Snapshot) -> bool:
    """Whether the file of *snapshot* has `names` and `marks`, and all of TABLES."""
    return SEARCH in snapshot.manifest.get("serving", ()) and len(hot_tables(snapshot)[1]) == len(TABLES)


def views(snapshot: Snapshot, connection: duckdb.DuckDBPyConnection) -> list[str]:
    """What makes the tables of *snapshot* that are attached as `hot` those that Parquet would give; and those for `search.py`."""
    made = [f'CREATE VIEW "{name}" AS SELECT {_as_text(name, connection)} FROM hot.main."{name}"' for name in hot_tables(snapshot)[1]]
    if has_search(snapshot):
        made += [f"CREATE SCHEMA {PLACED}"]
        made += [f"CREATE VIEW {PLACED}.profile AS SELECT {_as_text('profile', connection)}, rowid AS place FROM hot.main.profile"]
        made += [f"CREATE VIEW {PLACED}.{name} AS SELECT * FROM hot.main.{name}" for name in ("names", "marks")]
    return made


def parquet(files: Iterable[Path]) -> str:
    """How SQL reads *files*."""
    listed = ", ".join(f"'{_escaped(str(file))}'" for file in files)
    return f"read_parquet([{listed}])"


def same_files(files: list[Path], theirs: list[Path]) -> bool:
    """Whether both are the very same files, linked or not."""
    return len(theirs) == len(files) and all(here.samefile(there) for here, there in zip(files, theirs, strict=True))


def _write_search(connection: duckdb.DuckDBPyConnection) -> None:
    """`names`, each name once with the places of who bears it, and `marks` in order: the few rows that are equal lie together."""
    connection.execute(
        f"CREATE TABLE hot.names AS SELECT c.name, list(p.rowid ORDER BY p.rowid) AS places {_BOTH} "
        "WHERE c.name IS NOT NULL GROUP BY c.name ORDER BY c.name"
    )
    marked = " UNION ALL ".join(f"SELECT '{of}' AS kind, c.{of} AS mark, p.rowid AS place {_BOTH} WHERE c.{of} IS NOT NULL" for of in MARKS)
    connection.execute(f"CREATE TABLE hot.marks AS {marked} ORDER BY mark, kind, place")


def _by_key(files: list[Path], connection: duckdb.DuckDBPyConnection) -> str:
    """The rows of *files* in the order of their key, text of few values as a type of these values."""
    rows = parquet(files)
    described = connection.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()
    few = _values([name for name, kind, *_ in described if kind == "VARCHAR" and name != KEY], rows, connection)
    kinds = {name: ", ".join(f"'{_escaped(value)}'" for value in values) for name, values in few.items()}
    return f'SELECT *{_replaced({name: f"ENUM ({listed})" for name, listed in kinds.items()})} FROM {rows} ORDER BY "{KEY}"'


def _values(columns: list[str], rows: str, connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """The values, in order, of those of *columns* that have some and at most FEW."""
    about = _one([f'approx_count_distinct("{name}")' for name in columns], rows, connection)
    few = [name for name, count in zip(columns, about, strict=True) if 0 < count <= FEW]
    found = _one([f'list_sort(list(DISTINCT "{name}") FILTER ("{name}" IS NOT NULL))' for name in few], rows, connection)
    return {name: values for name, values in zip(few, found, strict=True) if len(values) <= FEW}


def _one(asked: list[str], rows: str, connection: duckdb.DuckDBPyConnection) -> tuple[Any, ...]:
    """The one row of *asked*."""
    return (connection.execute(f"SELECT {', '.join(asked)} FROM {rows}").fetchone() or ()) if asked else ()


def _as_text(name: str, connection: duckdb.DuckDBPyConnection) -> str:
    """The columns of the table *name* of the attached file, with text as text."""
    query = "SELECT column_name FROM duckdb_columns() WHERE database_name = 'hot' AND table_name = ? AND starts_with(data_type, 'ENUM')"
    return "*" + _replaced({column: "VARCHAR" for (column,) in connection.execute(query, [name]).fetchall()})


def _replaced(kinds: Mapping[str, str]) -> str:
    """What follows `*` for the columns of *kinds* to be of another type."""
    casts = ", ".join(f'CAST("{name}" AS {kind}) AS "{name}"' for name, kind in kinds.items())
    return f" REPLACE ({casts})" if casts else ""


def _said(table: str) -> str:
    return f"{table}.hot"


def _escaped(text: str) -> str:
    return text.replace("'", "''")
