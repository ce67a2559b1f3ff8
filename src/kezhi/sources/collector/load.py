"""The log as raw tables; a segment is read again only when it has grown."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from zoneinfo import ZoneInfo

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from kezhi.settings import Settings
from kezhi.sources.collector.events import happened_at, moment
from kezhi.sources.collector.facts import action, local_text, people, tie, traits, when_registered
from kezhi.sources.collector.segments import COLLECTOR_FOLDER, LOG_FOLDER, Batch, batches, segments
from kezhi.tables import REJECTS, raw_schema

READ_FOLDER = COLLECTOR_FOLDER / "read"
INDEX = "index.json"
READING_VERSION = 1  # raise it when the same bytes would mean something else: all segments are read again

ROWS_AT_A_TIME = 50_000

_RAW = {"string": pa.string(), "int64": pa.int64()}
SCHEMAS: dict[str, pa.Schema] = {
    "events": pa.schema([*((name, _RAW[kind]) for name, kind in raw_schema("events")), ("anonymous_id", pa.string())]),
    "customer_records": pa.schema([*((name, _RAW[kind]) for name, kind in raw_schema("customer_records")), ("anonymous_id", pa.string())]),
    "ties": pa.schema(
        [
            ("source", pa.string()),
            ("source_file", pa.string()),
            ("source_line", pa.int64()),
            ("anonymous_id", pa.string()),
            ("user_id", pa.string()),
            ("tied_at", pa.string()),
        ]
    ),
    "rejects": pa.schema([(column.name, _RAW[column.type]) for column in REJECTS.columns]),
}


@dataclass(frozen=True)
class Segment:
    """One segment as it was read: bytes, what decided its meaning, its Parquet files by table, rows by source and table."""

    size: int
    meaning: str
    files: dict[str, str]
    rows: dict[str, int]  # "source/table": rows in; rejected ones under table "rejects"


@dataclass(frozen=True)
class Collected:
    """All of the log: paths of Parquet files by table (see SCHEMAS), and the segments they came from."""

    folder: Path
    segments: dict[str, Segment]
    reused: int

    def paths(self, table: str) -> list[Path]:
        """The files of *table*."""
        return [self.folder / one.files[table] for one in self.segments.values() if table in one.files]

    @property
    def sources(self) -> list[str]:
        """The sources that sent something."""
        return sorted({key.rpartition("/")[0] for one in self.segments.values() for key in one.rows})

    @property
    def digest(self) -> str:
        """Changes when the log does."""
        said = json.dumps([(name, one.size, one.meaning) for name, one in self.segments.items()])
        return hashlib.blake2b(said.encode(), digest_size=16).hexdigest() if self.segments else ""

    def counts(self) -> list[tuple[str, str, int, int]]:
        """Source, source_file, rows in, rows rejected of `events`, one per segment and source."""
        found = []
        for name, one in self.segments.items():
            for source in sorted({key.rpartition("/")[0] for key in one.rows}):
                rejected = one.rows.get(f"{source}/rejects", 0)
                found.append((source, source_file(name, source), one.rows.get(f"{source}/events", 0) + rejected, rejected))
        return found


def source_file(segment: str, source: str) -> str:
    """What `source_file` says of an event."""
    return f"collector/{segment}#{source}"


def load_collected(project: Path, settings: Settings, *, progress: Callable[[str], None] = lambda _: None) -> Collected:
    """
    Read what the collector's log has, and has not been read yet, into Parquet in `.kezhi/collector/read/`.

    Rows are numbered by their place in the segment. Times are business time: those of the source's `timezone`, else of the
    project's. Memory is that of one segment.

    Args:
        project: The folder of kezhi.yaml.
        settings: Time zones.
        progress: Told the name of each segment before it is read.
    """
    found = segments(project / LOG_FOLDER)
    folder = project / READ_FOLDER
    if not found:
        return Collected(folder, {}, 0)
    folder.mkdir(parents=True, exist_ok=True)
    meaning = _meaning(settings)
    before, now, reused = _index(folder), {}, 0
    for path in found:
        size = path.stat().st_size
        old = before.get(path.name)
        if old and (old.size, old.meaning) == (size, meaning) and all((folder / file).is_file() for file in old.files.values()):
            now[path.name] = old
            reused += 1
        else:
            progress(path.name)
            now[path.name] = _read(path, size, folder, settings, meaning)
    _write_index(folder, now)
    named = {folder / file for one in now.values() for file in one.files.values()}
    for path in folder.glob("*.parquet"):
        if path not in named:
            path.unlink(missing_ok=True)
    return Collected(folder, now, reused)


def _read(path: Path, size: int, folder: Path, settings: Settings, meaning: str) -> Segment:
    counts: Counter[str] = Counter()
    zones: dict[str, ZoneInfo] = {}
    last_user: dict[tuple[str, str], object] = {}
    number = 0
    with _Tables(folder, f"{path.stem}-{size}") as made:
        for batch in batches(path):
            zone = zones.setdefault(batch.source, _zone(settings, batch.source))
            shared: dict[str, object] = {"source": batch.source, "source_file": source_file(path.name, batch.source)}
            for table, row in _rows(batch, zone):
                number += 1
                if table == "ties":
                    key = (batch.source, str(row["anonymous_id"]))
                    if last_user.get(key) == row["user_id"]:
                        continue
                    last_user[key] = row["user_id"]
                made.add(table, shared | {"source_line": number} | row)
                counts[f"{batch.source}/{table}"] += 1
    return Segment(size, meaning, made.files, dict(counts))


class _Tables:
    """Parquet files of one segment, a file per table that has rows; they appear whole or not at all."""

    def __init__(self, folder: Path, stem: str) -> None:
        self.files: dict[str, str] = {}
        self._folder, self._stem = folder, stem
        self._waiting: dict[str, list[dict[str, object]]] = {name: [] for name in SCHEMAS}
        self._writers: dict[str, pq.ParquetWriter] = {}

    def add(self, table: str, row: dict[str, object]) -> None:
        """One row more."""
        self._waiting[table].append(row)
        if len(self._waiting[table]) >= ROWS_AT_A_TIME:
            self._flush(table)

    def _flush(self, table: str) -> None:
        rows, self._waiting[table] = self._waiting[table], []
        if table not in self._writers:
            self._writers[table] = pq.ParquetWriter(self._temporary(table), SCHEMAS[table], compression="zstd", store_schema=False)
        self._writers[table].write_table(pa.Table.from_pylist(rows, schema=SCHEMAS[table]))

    def _temporary(self, table: str) -> Path:
        return self._folder / f".{self._stem}-{table}.{os.getpid()}.tmp"

    def __enter__(self) -> _Tables:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for table in SCHEMAS if kind is None else ():
            if self._waiting[table]:
                self._flush(table)
        for table, writer in self._writers.items():
            writer.close()
            if kind is None:
                self.files[table] = f"{self._stem}-{table}.parquet"
                self._temporary(table).replace(self._folder / self.files[table])
            else:
                self._temporary(table).unlink(missing_ok=True)


def _rows(batch: Batch, zone: ZoneInfo) -> Iterator[tuple[str, dict[str, object]]]:
    """The rows of one batch, each with the table it belongs to."""
    received = moment(batch.received_at)
    assert received is not None  # written by the server
    for name, event in batch.events:
        at = local_text(happened_at(event, batch.sent_at, received), zone)
        user, anonymous = people(event)
        did = action(event)
        if did is not None:
            yield "events", {"event_id": name, "record_id": user, "anonymous_id": anonymous, "occurred_at": at, **did}
        told = tie(event)
        if event["type"] == "identify" and (user or told):
            about: dict[str, object] = dict(traits(event))
            if "registered_at" in about:
                about["registered_at"] = when_registered(str(about["registered_at"]), zone)
            yield "customer_records", {**about, "record_id": user or anonymous, "anonymous_id": anonymous, "updated_at": at}
        if told:
            yield "ties", {"anonymous_id": told.anonymous_id, "user_id": told.user_id, "tied_at": at}
    for _, reason, event in batch.bad:
        text = orjson.dumps(event, option=orjson.OPT_NON_STR_KEYS).decode()
        yield "rejects", {"table_name": "events", "stage": "read", "reason": reason, "detail": None, "raw_text": text}


def _zone(settings: Settings, source: str) -> ZoneInfo:
    known = settings.sources.get(source)
    return ZoneInfo((known.timezone if known else None) or settings.timezone)


def _meaning(settings: Settings) -> str:
    zones = {name: one.timezone for name, one in settings.sources.items() if one.timezone}
    return json.dumps([READING_VERSION, settings.timezone, zones], sort_keys=True)


def _index(folder: Path) -> dict[str, Segment]:
    try:
        return {name: Segment(**one) for name, one in json.loads((folder / INDEX).read_text(encoding="utf-8")).items()}
    except (FileNotFoundError, ValueError, TypeError, AttributeError):  # none, or not to be understood: all is read again
        return {}


def _write_index(folder: Path, found: dict[str, Segment]) -> None:
    temporary = folder / f".{INDEX}.{os.getpid()}.tmp"
    with temporary.open("w", encoding="utf-8") as stream:
        json.dump({name: asdict(one) for name, one in found.items()}, stream, ensure_ascii=False)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(folder / INDEX)
