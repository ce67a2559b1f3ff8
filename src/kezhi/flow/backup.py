"""
A project in one file, and back: what people decided, the definitions, the collector's log, the models, and the current snapshot.

The file is a zip: `store/<table>.jsonl`, `project/<path>` and last `backup.json`, which names everything with its length and
SHA-256. The snapshot is in it because a run goes on from the one before: ids, histories of tags and segments, names of clusters.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from kezhi.errors import WrongInput
from kezhi.flow.files import to_disk, write_text
from kezhi.flow.lake import CURRENT, Lake
from kezhi.flow.lock import project_lock
from kezhi.locales import Phrase
from kezhi.settings import FILE, load
from kezhi.sources.collector import LOG_FOLDER
from kezhi.store import Database, audit, dump
from kezhi.store.place import has_store, open_store, store_url

FORMAT = 1
LIST = "backup.json"
LAKE = PurePosixPath(".kezhi", "lake")
LOG = PurePosixPath(LOG_FOLDER.as_posix())
KEPT = (".kezhi/models", ".kezhi/reports")
CHUNK = 1 << 20


@dataclass(frozen=True)
class Contents:
    """What a backup holds."""

    format: int
    made_at: str  # UTC
    kezhi: str  # the version that made it
    project: str
    schema: str | None  # of the store; none: there was no store
    tables: dict[str, int]  # rows of the store's tables
    audit: dict[str, Any]  # entries, last_hash and first_broken of the audit log
    snapshot: str | None
    files: dict[str, dict[str, Any]] = field(repr=False)  # name in the zip -> bytes, sha256


def backup(project: Path, file: Path, *, lake: bool = True, data: bool = False, force: bool = False) -> Contents:
    """
    Write all of the project in the folder *project* into *file*, which only its owner may read. The server may go on.

    Args:
        project: The folder of kezhi.yaml.
        file: Is whole or not there.
        lake: The current snapshot too; without it the next run begins with new histories.
        data: The folder `data` too.
        force: Replace *file* if it exists.

    Raises:
        WrongInput: *file* exists, or a run removed the snapshot meanwhile.
        StoreUnreachable: The store cannot be read.
    """
    settings = load(project)
    if file.exists() and not force:
        raise WrongInput(problem=Phrase("backup.file_exists", file=str(file)))
    snapshot = Lake(project / ".kezhi" / "lake").current() if lake else None
    folders = (
        [project / name for name in KEPT]
        + [project / LOG_FOLDER]
        + ([project / "data"] if data else [])
        + ([snapshot.folder] if snapshot else [])
    )
    unfinished = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as raw, zipfile.ZipFile(raw, "w") as packed:
            into = _Packed(packed)
            schema, rows, chain = None, dict[str, int](), dict[str, Any]()
            if has_store(project, settings):
                store = open_store(project, settings)
                try:
                    with dump.one_moment(store) as moment:
                        schema, chain = store.version, _chain(moment)
                        rows = {table.name: into.rows(f"store/{table.name}.jsonl", dump.lines(moment, table)) for table in dump.TABLES}
                finally:
                    store.close()
            for path in [
                *sorted(project.glob("*.yaml")),
                *(one for folder in folders for one in sorted(folder.rglob("*")) if one.is_file()),
            ]:
                into.file(f"project/{path.relative_to(project).as_posix()}", path)
            made_at, name = datetime.now(UTC).isoformat(timespec="seconds"), snapshot.name if snapshot else None
            made = Contents(FORMAT, made_at, version("kezhi"), settings.name, schema, rows, chain, name, into.files)
            packed.writestr(zipfile.ZipInfo(LIST), json.dumps(asdict(made), ensure_ascii=False, indent=1))
        to_disk(unfinished)
        unfinished.replace(file)
    except FileNotFoundError as error:
        raise WrongInput(problem=Phrase("backup.changed", file=str(error.filename))) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return made


def contents(file: Path) -> Contents:
    """
    What the backup *file* holds, once every byte of it has been checked.

    Raises:
        WrongInput: It is no backup, of a newer form, or damaged; says where.
    """
    try:
        with zipfile.ZipFile(file) as packed:
            found = Contents(**json.loads(packed.read(LIST)))
            if found.format != FORMAT:
                raise WrongInput(problem=Phrase("backup.newer", file=str(file), version=found.kezhi))
            for name, told in found.files.items():
                inside = PurePosixPath(name)
                if inside.is_absolute() or ".." in inside.parts or inside.parts[0] not in ("store", "project"):
                    raise WrongInput(problem=Phrase("backup.damaged", file=str(file), inside=name))
                digest = hashlib.sha256()
                with packed.open(name) as stream:
                    while chunk := stream.read(CHUNK):
                        digest.update(chunk)
                if digest.hexdigest() != told["sha256"]:
                    raise WrongInput(problem=Phrase("backup.damaged", file=str(file), inside=name))
    # somebody else's bytes: zipfile and zlib say in all these ways that they are none of ours, cut off, or of an unknown packing;
    # a list of contents that lacks a part, or is no such list, is a KeyError, TypeError or ValueError
    except (OSError, zipfile.BadZipFile, EOFError, KeyError, TypeError, ValueError, NotImplementedError, zlib.error) as error:
        raise WrongInput(problem=Phrase("backup.unreadable", file=str(file), detail=str(error))) from error
    return found


def restore(file: Path, project: Path, *, force: bool = False) -> tuple[Contents, str]:
    """
    Put a backup into the folder *project* and into its store; gives what it holds and where the store is. No server may run.

    The store is replaced in one transaction, which is taken back where the audit log does not come out as it went in. Segments of
    the collector's log that are there already stay, and so do those that have grown since: no acknowledged event is lost.

    Args:
        file: From `backup`.
        project: Is made if it is not there.
        force: Replace a project and a store that hold something.

    Raises:
        WrongInput: The file is damaged or of another schema, or something would be replaced.
        StoreUnreachable: The store cannot be opened.
        RunLocked: A run is going on in the project.
    """
    found = contents(file)
    if not force and (project / FILE).exists():
        raise WrongInput(problem=Phrase("backup.project_there", folder=str(project)))
    home = project / ".kezhi"
    with project_lock(home, wait=False, says=lambda _: None), zipfile.ZipFile(file) as packed:
        staged = home / f"restoring-{secrets.token_hex(4)}"
        try:
            _unpack(packed, found, staged)
            settings = load(staged)
            place = Database(store_url(project, settings)) if found.schema else None
            if place is not None:
                try:
                    _fill(place, packed, found, file, force=force)
                finally:
                    place.close()
            _put(staged, project, found)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
    return found, place.shown_url if place else ""


def _fill(store: Database, packed: zipfile.ZipFile, found: Contents, file: Path, *, force: bool) -> None:
    """Replace what the store holds."""
    if store.version != found.schema:
        raise WrongInput(problem=Phrase("backup.schema", file=str(file), theirs=found.schema, ours=store.version, version=found.kezhi))
    with store.engine.begin() as connection:
        if not force and not dump.is_empty(connection):
            raise WrongInput(problem=Phrase("backup.store_there", url=store.shown_url))
        replaced = _chain(connection)
        tables = [table for table in dump.TABLES if table.name in found.tables]
        rows = dump.replace_all(connection, ((table, _lines(packed, table.name)) for table in tables))
        if rows != found.tables or _chain(connection) != found.audit:
            raise WrongInput(problem=Phrase("backup.not_as_it_was", file=str(file)))
        with Session(connection) as session:
            details = {"made_at": found.made_at, "entries": found.audit["entries"], "replaced": replaced}
            audit.note(session, "backup.restored", file.name, login="kezhi restore", details=details)
            session.commit()


def _chain(connection: Connection) -> dict[str, Any]:
    """How the audit log ends, and whether it is whole."""
    with Session(connection) as session:
        last = audit.entries(session, limit=1)
        return {
            "entries": last[0].number if last else 0,
            "last_hash": last[0].hash if last else None,
            "first_broken": audit.first_broken(session),
        }


def _lines(packed: zipfile.ZipFile, table: str) -> Iterator[str]:
    with packed.open(f"store/{table}.jsonl") as stream:
        yield from TextIOWrapper(stream, encoding="utf-8", newline="\n")


def _unpack(packed: zipfile.ZipFile, found: Contents, staged: Path) -> None:
    for name in found.files:
        if name.startswith("project/"):
            target = staged / name.removeprefix("project/")
            target.parent.mkdir(parents=True, exist_ok=True)
            with packed.open(name) as stream, target.open("wb") as out:
                shutil.copyfileobj(stream, out, CHUNK)
            to_disk(target)


def _put(staged: Path, project: Path, found: Contents) -> None:
    """Move the files into place, and let the snapshot be the current one when all of them are there."""
    for path in sorted(one for one in staged.rglob("*") if one.is_file()):
        inside = path.relative_to(staged)
        target = project / inside
        if PurePosixPath(inside.as_posix()).is_relative_to(LOG) and target.exists() and target.stat().st_size >= path.stat().st_size:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
        to_disk(target.parent)
    if found.snapshot:
        write_text(project / LAKE / CURRENT, found.snapshot + "\n")


class _Packed:
    """A zip that is being written, and what went into it."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._packed = packed
        self.files: dict[str, dict[str, Any]] = {}

    def rows(self, name: str, lines: Iterable[str]) -> int:
        """Write *lines*; gives how many."""
        count = 0

        def counted() -> Iterator[bytes]:
            nonlocal count
            for line in lines:
                count += 1
                yield line.encode()

        self._write(name, counted(), zipfile.ZIP_DEFLATED)
        return count

    def file(self, name: str, path: Path) -> None:
        """Write the file at *path*; what is compressed already is kept as it is."""
        how = zipfile.ZIP_STORED if path.suffix in (".parquet", ".arrow", ".skops", ".xlsx") else zipfile.ZIP_DEFLATED
        with path.open("rb") as stream:
            self._write(name, _chunks(stream), how)

    def _write(self, name: str, chunks: Iterable[bytes], how: int) -> None:
        info = zipfile.ZipInfo(name, datetime.now(UTC).timetuple()[:6])
        info.compress_type = how
        digest, size = hashlib.sha256(), 0
        with self._packed.open(info, "w", force_zip64=True) as out:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                out.write(chunk)
        self.files[name] = {"bytes": size, "sha256": digest.hexdigest()}


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk
