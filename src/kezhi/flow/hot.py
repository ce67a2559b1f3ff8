"""
What lists filter and sort, the profile, as a table of DuckDB beside the Parquet of a snapshot.

A filter that nobody asked before is answered in a third of the time that Parquet takes, which would be unpacked anew each time. Text
of few values, such as RFM groups, is kept as a type of these values, which halves the time again. Rows stand in the order of customer_id;
the number of a row is its place, by which `search.py` finds whom words mean. The file is part of the serving copy: made before the
snapshot is published, shared with the next one where what it was made from is, left out where an earlier release made the snapshot.
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
TABLE, NAMED = "profile", "customers"  # what lists are of, and who knows their names
KEY = "customer_id"
SAID, SEARCH = f"{TABLE}.hot", f"{TABLE}.search"  # what the manifest says where the table is in the file, and where `names` and `marks` are
MARKS = ("phone", "email")  # of customers; found by the whole of it
FEW = 200  # values of a text that become its type; a byte tells them apart
PLACED = "placed"  # schema of the views with places, which no list of tables shows


def said_of(tables: Iterable[str]) -> list[str]:
    """What the manifest says of the file that is made from *tables*."""
    return [*([SAID] if TABLE in tables else []), *([SEARCH] if {TABLE, NAMED} <= set(tables) else [])]


def write_hot(folder: Path, tables: Mapping[str, list[Path]], previous: Snapshot | None, connection: duckdb.DuckDBPyConnection) -> None:
    """Make the file in *folder* from *tables* and their files."""
    made = said_of(tables)
    target = folder / FILE
    target.unlink(missing_ok=True)  # of a run that died here; a link to an older snapshot's must not be written through
    if (
        previous is not None
        and made
        and hot_file(previous)
        and has_search(previous) == (SEARCH in made)
        and all(same_files(tables[name], previous.files(name)) for name in (TABLE, NAMED) if name in tables)
    ):
        borrow(previous.folder / FOLDER / FILE, target)
    elif made:
        connection.execute(f"ATTACH '{_escaped(str(target))}' AS hot")
        connection.execute(f'CREATE TABLE hot."{TABLE}" AS {_by_key(tables[TABLE], connection)}')
        if SEARCH in made:
            _write_search(tables[NAMED], connection)
        connection.execute("CHECKPOINT hot")
        connection.execute("DETACH hot")
        to_disk(target)


@contextmanager
def sorted_rows(folder: Path, connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """How SQL reads the table of the file in *folder*, whose rows come by KEY: to sort them once is enough."""
    connection.execute(f"ATTACH '{_escaped(str(folder / FILE))}' AS hot (READ_ONLY)")
    yield f"hot.{TABLE}"
    connection.execute("DETACH hot")


def hot_file(snapshot: Snapshot) -> Path | None:
    """The file of *snapshot*; none where there is no such file, or its table lacks columns."""
    path = snapshot.folder / FOLDER / FILE
    is_said = SAID in snapshot.manifest.get("serving", ()) and TABLE in snapshot.tables and not snapshot.lacking(TABLE)
    return path if is_said and path.is_file() else None


def has_search(snapshot: Snapshot) -> bool:
    """Whether the file of *snapshot* has `names` and `marks`."""
    return SEARCH in snapshot.manifest.get("serving", ()) and hot_file(snapshot) is not None


def views(snapshot: Snapshot, connection: duckdb.DuckDBPyConnection) -> list[str]:
    """What makes the table of *snapshot* that is attached as `hot` the one that Parquet would give; and those for `search.py`."""
    made = [f'CREATE VIEW "{TABLE}" AS SELECT {_as_text(connection)} FROM hot.main.{TABLE}']
    if has_search(snapshot):
        made += [f"CREATE SCHEMA {PLACED}"]
        made += [f"CREATE VIEW {PLACED}.{TABLE} AS SELECT {_as_text(connection)}, rowid AS place FROM hot.main.{TABLE}"]
        made += [f"CREATE VIEW {PLACED}.{name} AS SELECT * FROM hot.main.{name}" for name in ("names", "marks")]
    return made


def parquet(files: Iterable[Path], function: str = "read_parquet") -> str:
    """How SQL reads *files*, their rows or what another *function* tells of them."""
    listed = ", ".join(f"'{_escaped(str(file))}'" for file in files)
    return f"{function}([{listed}])"


def same_files(files: list[Path], theirs: list[Path]) -> bool:
    """Whether both are the very same files, linked or not."""
    return len(theirs) == len(files) and all(here.samefile(there) for here, there in zip(files, theirs, strict=True))


def _write_search(customers: list[Path], connection: duckdb.DuckDBPyConnection) -> None:
    """`names`, each name once with the places of who bears it, and `marks` in order: the few rows that are equal lie together."""
    both = f"FROM hot.{TABLE} p JOIN {parquet(customers)} c USING ({KEY})"
    connection.execute(
        f"CREATE TABLE hot.names AS SELECT c.name, list(p.rowid ORDER BY p.rowid) AS places {both} "
        "WHERE c.name IS NOT NULL GROUP BY c.name ORDER BY c.name"
    )
    marked = f"(SELECT {', '.join(f'c.{of}' for of in MARKS)}, p.rowid AS place {both}) UNPIVOT (mark FOR kind IN ({', '.join(MARKS)}))"  # without nulls
    connection.execute(f"CREATE TABLE hot.marks AS SELECT kind, mark, place FROM {marked} ORDER BY mark, kind, place")


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


def _as_text(connection: duckdb.DuckDBPyConnection) -> str:
    """The columns of the table of the attached file, with text as text."""
    query = "SELECT column_name FROM duckdb_columns() WHERE database_name = 'hot' AND table_name = ? AND starts_with(data_type, 'ENUM')"
    return "*" + _replaced({column: "VARCHAR" for (column,) in connection.execute(query, [TABLE]).fetchall()})


def _replaced(kinds: Mapping[str, str]) -> str:
    """What follows `*` for the columns of *kinds* to be of another type."""
    casts = ", ".join(f'CAST("{name}" AS {kind}) AS "{name}"' for name, kind in kinds.items())
    return f" REPLACE ({casts})" if casts else ""


def _escaped(text: str) -> str:
    return text.replace("'", "''")
