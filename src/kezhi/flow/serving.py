"""
The serving copy of a snapshot: what the page of one customer reads, found by its key in a fraction of a millisecond.

Each `Copy` is one table sorted by a key into an Arrow file of small compressed batches, and the first key of each batch. What lies in
that order already, as orders do, is not sorted again: it is copied and looked at meanwhile. A reader holds only those first keys in memory. The copies lie in the snapshot's folder and are made before it is published, so they come and
go with it. A snapshot without them is answered by the engine, which gives the same rows.
"""

from __future__ import annotations

import os
import shutil
import threading
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kezhi.flow.duckdb_engine import duckdb_limit
from kezhi.flow.files import to_disk
from kezhi.flow.hot import FOLDER, KEY, TABLE, parquet, said_of, same_files, sorted_rows, write_hot
from kezhi.flow.lake import Lake, Snapshot, borrow
from kezhi.flow.sorting import come_in_order, may_be_sorted
from kezhi.kit.threads import in_order, threads_for
from kezhi.settings import EngineSettings
from kezhi.tables import TABLES

BATCH = 2048  # rows unpacked for one key at least; with 512, writing takes half as long again and finding a tenth less
FETCHED = 65_536
MADE_AT_ONCE = 2  # copies; each holds what it sorts


@dataclass(frozen=True)
class Copy:
    """Rows of *table* by *key*, rows of one key in *order* (SQL), all columns or *columns*."""

    table: str
    key: str
    order: str = ""
    columns: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name of its files."""
        return f"{self.table}.{self.key}"

    @property
    def ordered(self) -> str:
        """What follows ORDER BY."""
        return f'"{self.key}"' + (f", {self.order}" if self.order else "")

    @property
    def falling(self) -> dict[str, bool]:
        """The columns it is ordered by, the first ones first, and which come from the last value to the first."""
        return {self.key: False} | {part.removesuffix(" DESC"): part.endswith(" DESC") for part in self.order.split(", ") if part}


# what the pages of one customer ask for; to have another table found by key, add a line. The largest come first, for two are made at once
COPIES = (
    Copy("orders", "customer_id", "ordered_at DESC, order_id"),
    Copy("events", "customer_id", "occurred_at DESC, event_id", ("customer_id", "event_id", "occurred_at", "event_name", "channel", "page", "product_id")),
    Copy("order_lines", "order_id", "line_no", ("order_id", "line_no", "product_id")),
    Copy("customers", "customer_id"),
    Copy("identity_links", "customer_id"),
    Copy("identity_links", "record_id"),
    Copy("customer_records", "record_id"),
    *(
        Copy(name, "customer_id")
        for name in (
            "profile", "rfm", "lifecycle", "value", "tiers", "churn", "off_net", "best_plan", "clusters", "customer_tags",
            "customer_tag_history", "loyalty_trend", "moves", "customer_fit", "recommendations",
            "best_plan_months", "points", "point_lots", "point_entries", "circle_members", "key_customers", "notes", "needs",
            "clv", "clv_history", "next_purchase", "uplift", "entity_links", "customer_scopes",
        )
    ),
    Copy("anonymous_links", "record_id"),
    Copy("products", "product_id"),
    Copy("ties", "from_customer_id"),
    Copy("ties", "to_customer_id"),
)  # fmt: skip
BY_KEY = {(copy.table, copy.key): copy for copy in COPIES}


def write_copies(
    folder: Path, tables: Mapping[str, list[Path]], previous: Snapshot | None, engine: EngineSettings, scratch: Path
) -> list[str]:
    """
    Make the copies of a snapshot in *folder* that is not yet published; gives their names.

    Args:
        folder: Of the snapshot.
        tables: Its tables with their files.
        previous: Where copies of tables that were kept are taken from.
        engine: Memory and threads of the sorting.
        scratch: Where what does not fit into memory is spilled.
    """
    (folder / FOLDER).mkdir(exist_ok=True)
    copies = [copy for copy in COPIES if copy.table in tables]
    options: dict[str, Any] = {
        "memory_limit": duckdb_limit(engine),
        "temp_directory": str(scratch),
        "threads": engine.threads or os.cpu_count(),
    }
    with duckdb.connect(config=options) as connection:
        connection.execute("SET enable_progress_bar = false")  # it would be drawn into the answer on stdout
        connection.execute("SET arrow_output_version = '1.5'")  # money in eight bytes, not sixteen
        changed = [copy for copy in copies if not _taken_over(copy, folder, tables[copy.table], previous)]
        if "customers" in tables:
            connection.execute(f"CREATE TABLE places AS SELECT {KEY} FROM {parquet(tables['customers'])} ORDER BY {KEY}")
        of_lists = [copy for copy in changed if copy.table == TABLE]
        jobs: list[Callable[[], None]] = [partial(_write_lists, folder / FOLDER, tables, connection.cursor(), previous, of_lists)]
        jobs += [partial(_write, folder / FOLDER, tables, connection.cursor(), copy) for copy in changed if copy not in of_lists]
        # while a file is written the engine waits, so two are made side by side
        deque(in_order(lambda job: job(), jobs, threads=threads_for(engine.threads, MADE_AT_ONCE)), maxlen=0)
    to_disk(folder / FOLDER)
    return [*(copy.name for copy in copies), *said_of(tables)]


def drop_copies(lake: Lake) -> None:
    """Remove the copies of all but the last two snapshots: a server goes on to the newest, and the engine answers for the others."""
    for name in lake.published()[:-2]:
        shutil.rmtree(lake.folder / name / FOLDER, ignore_errors=True)


class Copies:
    """The serving copy of *snapshot*, read by many threads."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._folder = snapshot.folder / FOLDER
        # a copy that an earlier release made may lack columns; the engine then answers
        self._there = {name for name in snapshot.manifest.get("serving", ()) if not snapshot.lacking(name.partition(".")[0])}
        self._open: dict[tuple[str, tuple[str, ...]], _Opened] = {}
        self._opening = threading.Lock()

    def rows(self, table: str, column: str, value: str, columns: tuple[str, ...] = ()) -> Iterator[dict[str, Any]] | None:
        """
        The rows of *table* where *column* is *value*, read as far as they are asked for; none where there is no such copy.

        With *columns*, which has *column* among them, only those are read and given.
        """
        copy = BY_KEY.get((table, column))
        if copy is None or copy.name not in self._there:
            return None
        with self._opening:
            opened = self._open.get((copy.name, columns))
            if opened is None:
                try:
                    opened = self._open[copy.name, columns] = _Opened(self._folder, copy, columns)
                except FileNotFoundError:
                    return None  # newer snapshots have come, and the copies of this one are gone
        return opened.rows(value)


class _Opened:
    """One copy: its file, mapped into memory, and the first key of each batch."""

    def __init__(self, folder: Path, copy: Copy, columns: tuple[str, ...]) -> None:
        self._key = copy.key
        self._firsts: list[str] = pq.read_table(folder / f"{copy.name}.parquet")["first"].to_pylist()
        mapped = pa.memory_map(str(folder / f"{copy.name}.arrow"))
        options = pa.ipc.IpcReadOptions(use_threads=False)
        if columns:
            options.included_fields = [pa.ipc.open_file(mapped).schema.get_field_index(name) for name in columns]
        self._file = pa.ipc.open_file(mapped, options=options)
        self._reading = threading.Lock()

    def rows(self, value: str) -> Iterator[dict[str, Any]]:
        """The rows of the key *value*, batch by batch."""
        place = max(bisect_left(self._firsts, value) - 1, 0)  # the batch before may end with the key
        while place < len(self._firsts) and self._firsts[place] <= value:
            with self._reading:
                batch = self._file.get_batch(place)
            keys = batch.column(self._key)
            start = pc.index(keys, value).as_py()
            if start >= 0:
                count = 1 if start + 1 == len(keys) or keys[start + 1].as_py() != value else pc.sum(pc.equal(keys, value)).as_py()
                yield from batch.slice(start, count).to_pylist()
            place += 1


def _write_lists(
    folder: Path, tables: Mapping[str, list[Path]], cursor: duckdb.DuckDBPyConnection, previous: Snapshot | None, copies: list[Copy]
) -> None:
    """Write what lists are answered from, and *copies* of its table from its rows, which lie in order."""
    write_hot(folder, tables, previous, cursor)
    for copy in copies:
        with sorted_rows(folder, cursor) as rows:
            _in_batches(copy, folder, cursor.execute(f'SELECT * FROM {rows} WHERE "{copy.key}" IS NOT NULL'))


def _write(folder: Path, tables: Mapping[str, list[Path]], cursor: duckdb.DuckDBPyConnection, copy: Copy) -> None:
    """Write *copy*; `places`, which the *cursor* sees, has the customers in order."""
    columns, rows = ", ".join(f'"{name}"' for name in copy.columns) or "*", parquet(tables[copy.table])
    known = f'WHERE "{copy.key}" IS NOT NULL'
    if may_be_sorted(tables[copy.table], copy.key, cursor):
        written = _in_batches(copy, folder, cursor.execute(f"SELECT {columns} FROM {rows} {known}"), is_sure=False)
        if written is not None:
            return
    if copy.key == KEY and TABLES[copy.table].key != (KEY,) and "customers" in tables:
        # where a customer has many rows, to sort them by the customer's number takes half the time of sorting them by text
        ordered = f"places.rowid, {copy.order}" if copy.order else "places.rowid"
        written = _in_batches(copy, folder, cursor.execute(f"SELECT {columns} FROM {rows} JOIN places USING ({KEY}) ORDER BY {ordered}"))
        if (written,) == cursor.execute(f"SELECT count({KEY}) FROM {rows}").fetchone():
            return  # else there are rows of customers that `customers` does not know
    _in_batches(copy, folder, cursor.execute(f"SELECT {columns} FROM {rows} {known} ORDER BY {copy.ordered}"))


def _in_batches(copy: Copy, folder: Path, answer: Any, *, is_sure: bool = True) -> int | None:
    """Write the rows of *answer* and the first key of each batch; gives how many there were, or none where they do not come in order."""
    reader = answer.to_arrow_reader(FETCHED) if hasattr(answer, "to_arrow_reader") else answer.fetch_record_batch(FETCHED)
    firsts: list[str] = []
    written = 0
    before: pa.RecordBatch | None = None
    path = folder / f"{copy.name}.arrow"
    path.unlink(missing_ok=True)  # of a run that died here; a link to an older snapshot's must not be written through
    # to compress each column of so few rows in a thread of its own costs three times as much
    options = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
    with pa.ipc.new_file(str(path), reader.schema, options=options) as file:
        for large in reader:
            if not (is_sure or come_in_order(large, before, copy.falling)):
                return None
            before = large
            written += large.num_rows
            for start in range(0, large.num_rows, BATCH):
                batch = large.slice(start, BATCH)
                firsts.append(batch.column(copy.key)[0].as_py())
                file.write_batch(batch)
    index = folder / f"{copy.name}.parquet"
    index.unlink(missing_ok=True)
    pq.write_table(pa.table({"first": pa.array(firsts, pa.string())}), index)
    to_disk(path)
    to_disk(index)
    return written


def _taken_over(copy: Copy, folder: Path, files: list[Path], previous: Snapshot | None) -> bool:
    """Whether the copy of *previous* holds for *files*, which are its very own; then it is linked."""
    if previous is None or copy.name not in previous.manifest.get("serving", ()) or copy.table not in previous.tables:
        return False
    if not same_files(files, previous.files(copy.table)):
        return False
    for end in ("arrow", "parquet"):
        target = folder / FOLDER / f"{copy.name}.{end}"
        target.unlink(missing_ok=True)
        borrow(previous.folder / FOLDER / target.name, target)
    return True
