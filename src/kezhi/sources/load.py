"""All files of a project to raw tables; only new and changed ones are read."""

from __future__ import annotations

import glob
import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from kezhi.errors import DiskFull, FileUnreadable, NothingToRead, SettingsWrong
from kezhi.kit.threads import threads_for
from kezhi.locales import Phrase
from kezhi.settings import FILE, FilesSettings, Settings, line_of
from kezhi.sources import raw_index
from kezhi.sources.formats import open_file
from kezhi.sources.parquet import ParquetReading
from kezhi.sources.raw_index import Entry
from kezhi.sources.raw_writer import RawWriter
from kezhi.sources.reading import missing_columns
from kezhi.sources.side_by_side import MOST_AT_ONCE, Job, side_by_side
from kezhi.tables import INPUTS, raw_schema

RAW_FOLDER = Path(".kezhi", "raw")
SAVE_EVERY_SECONDS = 2.0
READING_VERSION = 2  # raise it when the same bytes would be read differently: all files are read again


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """One file in raw form; rows_in = rows of `raw_path` + rows_rejected."""

    source: str
    table_name: str
    source_file: str
    digest: str
    raw_path: Path
    rejects_path: Path | None
    rows_in: int
    rows_rejected: int
    reused: bool


@dataclass(frozen=True, slots=True)
class _File:
    """A file to load and how; `relative` is its path as the user knows it."""

    path: Path
    source: str
    table_name: str
    files: FilesSettings
    mapping: str
    relative: str

    @property
    def key(self) -> str:
        """Its key in the index."""
        return f"{self.source}/{self.table_name}/{self.relative}"


def load(project: Path, settings: Settings, *, progress: Callable[[str], None] = lambda _: None) -> list[LoadedFile]:
    """
    Read each file that the sources of *settings* name into `.kezhi/raw/<table>/`.

    A file whose content, place and mapping were loaded before is not read again; raw tables that no file stands
    behind any more are removed. Files are read side by side by a few threads. Each raw table has the columns of `tables.raw_schema`, text but for `source_line`, and for
    what Parquet files hold as days, times and numbers; rejects have those of
    `tables.REJECTS`.

    Args:
        project: The folder that `files` are relative to.
        settings: The project's settings.
        progress: Told the name of each file before it is read, large files first.

    Raises:
        NothingToRead: No file matches, or a file is empty.
        FileUnreadable: A file cannot be opened, decoded or parsed at all.
        ColumnMissing: A mapped header is not in a file.
        SettingsWrong: A field that the table does not have is mapped.
        DiskFull: No space left.
    """
    folder = project / RAW_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    before = raw_index.read(folder)
    now: dict[str, Entry] = {}
    found: dict[str, _File] = {}
    jobs: list[Job[_File]] = []
    for source, table_name, files in _tables(project, settings):
        mapping = _mapping_digest(source, table_name, files)
        for path in find_files(project, files):
            file = _File(path, source, table_name, files, mapping, _relative(path, project))
            found[file.key] = file
            entry = _unchanged(path, folder, before.get(file.key), mapping)
            if entry is None:
                jobs.append(Job(file, _size(path)))
            else:
                now[file.key] = entry
    reused = set(now)
    saved = time.monotonic()
    made = side_by_side(
        jobs,
        lambda job: _read(job, project),
        threads=threads_for(settings.engine.threads, MOST_AT_ONCE),
        begins=lambda file: progress(file.relative),
    )
    with closing(made):
        for file, entry in made:
            now[file.key] = entry
            if time.monotonic() > saved + SAVE_EVERY_SECONDS:  # so that a run that dies has not read in vain
                raw_index.write(folder, before | now)
                saved = time.monotonic()
    raw_index.write(folder, now)
    _remove_unnamed(folder, now)
    return [_loaded(folder, file.source, file.table_name, now[key], key in reused) for key, file in found.items()]


def find_files(project: Path, files: FilesSettings) -> list[Path]:
    """
    The files that match, sorted, each once; lock files of office programs (`~$…`) and hidden files are passed over.

    Raises:
        NothingToRead: A glob matches nothing.
    """
    found: dict[Path, None] = {}
    for pattern in [files.files] if isinstance(files.files, str) else files.files:
        exact = project / pattern
        paths = [exact] if exact.is_file() else [project / p for p in glob.glob(pattern, root_dir=project, recursive=True)]  # noqa: PTH207 absolute patterns too
        kept = sorted(p for p in paths if p.is_file() and not p.name.startswith(("~$", ".")))
        if not kept:
            raise NothingToRead(what=pattern, hint=Phrase("sources.hints.no_match", folder=str(project)))
        found |= dict.fromkeys(kept)
    return list(found)


def _tables(project: Path, settings: Settings) -> Iterator[tuple[str, str, FilesSettings]]:
    for source, system in settings.sources.items():
        for table_name, files in system.tables.items():
            known = INPUTS[table_name].field_names
            for name in files.columns:
                if name not in known:
                    place = ["sources", source, "tables", table_name, "columns", name]
                    raise SettingsWrong(
                        file=FILE,
                        line=line_of(project / FILE, place),
                        problem=Phrase("sources.problems.field", place=".".join(place[:-1]), field=name),
                        hint=", ".join(known),
                    )
            yield source, table_name, files


def _read(job: Job[_File], project: Path) -> Entry:
    """Read one file and put its raw table in place."""
    file, folder = job.given, project / RAW_FOLDER
    path, source, table_name, files, mapping = file.path, file.source, file.table_name, file.files, file.mapping
    try:
        stat, hashed = path.stat(), time.time_ns()
        content = content_digest(path)
        wanted = list(dict.fromkeys(files.columns.values()))
        reading = open_file(path, files, wanted)
        source_file = file.relative + reading.source_suffix
        problem = missing_columns(source_file, reading.header, wanted)
        if problem is not None:
            raise problem
        digest = hashlib.blake2b(f"{content}/{mapping}/{source_file}".encode(), digest_size=8).hexdigest()
        stem = re.sub(r"[^\w-]", "_", source) + "-" + digest
        raw, rejects = Path(table_name, f"{stem}.parquet"), Path("rejects", f"{table_name}-{stem}.parquet")
        for part in (raw, rejects):
            (folder / part).parent.mkdir(parents=True, exist_ok=True)
        types = reading.keep_types(_kinds(table_name, files)) if isinstance(reading, ParquetReading) else {}
        with RawWriter(
            folder / raw,
            folder / rejects,
            source=source,
            table_name=table_name,
            source_file=source_file,
            columns=files.columns,
            types=types,
        ) as writer:
            for block in reading.blocks(wanted):
                job.go_on()
                writer.add(block)
            seen = getattr(reading, "seen", None)  # JSON lines: a key that came in no row at all
            never = missing_columns(source_file, sorted(seen), wanted) if seen is not None else None
            if never is not None:
                raise never
            after = path.stat()
            if (after.st_size, after.st_mtime_ns) != (stat.st_size, stat.st_mtime_ns):
                raise FileUnreadable(file=source_file, problem=Phrase("sources.problems.changed"), hint=Phrase("sources.hints.again"))
            rejects_path = writer.finish()
    except PermissionError as error:
        raise FileUnreadable(file=file.relative, problem=error.strerror or str(error), hint=Phrase("sources.hints.locked")) from error
    except OSError as error:
        if DiskFull.caused(error):
            raise DiskFull(folder=str(folder), step="sources") from error
        raise FileUnreadable(file=file.relative, problem=error.strerror or str(error), hint="") from error
    return Entry(
        size=stat.st_size,
        mtime_ns=stat.st_mtime_ns,
        hashed_ns=hashed,
        content=content,
        mapping=mapping,
        source_file=source_file,
        raw=raw.as_posix(),
        rejects=rejects.as_posix() if rejects_path else None,
        rows_in=writer.rows + writer.rejected,
        rows_rejected=writer.rejected,
    )


def _kinds(table_name: str, files: FilesSettings) -> dict[str, str]:
    """Header to the kind of its field; of a header that fields of different kinds are read from, none."""
    kinds: dict[str, set[str]] = {}
    for name, header in files.columns.items():
        kinds.setdefault(header, set()).add(INPUTS[table_name].field(name).kind)
    return {header: kind for header, (kind, *others) in kinds.items() if not others}


def _unchanged(path: Path, folder: Path, old: Entry | None, mapping: str) -> Entry | None:
    """The old entry when it still holds."""
    if old is None or old.mapping != mapping or not (folder / old.raw).is_file():
        return None
    if old.rejects is not None and not (folder / old.rejects).is_file():
        return None
    try:
        stat = path.stat()
        same_look = (stat.st_size, stat.st_mtime_ns) == (old.size, old.mtime_ns)
        if same_look and old.hashed_ns - old.mtime_ns > raw_index.RACY_NS:
            return old
        return old if stat.st_size == old.size and content_digest(path) == old.content else None
    except OSError as error:
        raise FileUnreadable(file=path.name, problem=error.strerror or str(error), hint="") from error


def _size(path: Path) -> int:
    """Bytes; a file that went away meanwhile is an error only when it is read."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def content_digest(path: Path) -> str:
    """BLAKE2 of the bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def _mapping_digest(source: str, table_name: str, files: FilesSettings) -> str:
    """What besides the bytes decides how a file is read; not `date_order` and the like, which are for `clean`."""
    reading = files.model_dump(include={"columns", "format", "encoding", "delimiter", "sheet"})
    parts = [READING_VERSION, source, list(raw_schema(table_name)), reading]
    return hashlib.blake2b(json.dumps(parts, ensure_ascii=False).encode(), digest_size=8).hexdigest()


def _relative(path: Path, project: Path) -> str:
    try:
        return Path(os.path.relpath(path, project)).as_posix()
    except ValueError:  # on another drive of Windows
        return path.as_posix()


def _loaded(folder: Path, source: str, table_name: str, entry: Entry, reused: bool) -> LoadedFile:
    return LoadedFile(
        source=source,
        table_name=table_name,
        source_file=entry.source_file,
        digest=entry.content,
        raw_path=folder / entry.raw,
        rejects_path=folder / entry.rejects if entry.rejects else None,
        rows_in=entry.rows_in,
        rows_rejected=entry.rows_rejected,
        reused=reused,
    )


def _remove_unnamed(folder: Path, entries: dict[str, Entry]) -> None:
    """Delete raw tables that no entry names, and what a killed run left half written."""
    named = {folder / name for entry in entries.values() for name in (entry.raw, entry.rejects) if name}
    for path in folder.glob("*/*"):
        if path not in named and path.name.endswith((".parquet", ".tmp")):
            path.unlink(missing_ok=True)
