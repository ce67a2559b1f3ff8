"""The store's database: SQLite in WAL mode by default, PostgreSQL by URL; one schema, kept by Alembic."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, column, create_engine, event, func, inspect, make_url, select, table
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from kezhi.errors import StoreUnreachable

READING = "kezhi_reading"
UPGRADE = 0x6B6175  # servers that start at once make the schema once
MIGRATIONS = Path(__file__).parent / "migrations"
NEWEST = "0001"  # the last of the migrations; a store that has it is opened without loading Alembic, a twentieth of a server's start


def sqlite_url(file: Path) -> str:
    """The URL of a store in *file*."""
    return f"sqlite:///{file.absolute()}"


class Database:
    """
    The store at *url*, brought to this version's schema.

    Raises:
        StoreUnreachable: The URL is wrong, the server does not answer, or the file is no store.
    """

    def __init__(self, url: str) -> None:
        try:
            parsed = make_url(url)
        except ArgumentError as error:
            raise StoreUnreachable(url=url, problem=str(error)) from None
        self.shown_url = parsed.render_as_string(hide_password=True)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        try:
            self.engine = create_engine(parsed, pool_pre_ping=parsed.get_backend_name() != "sqlite")
            if self.engine.dialect.name == "sqlite":
                event.listen(self.engine, "connect", _settle_sqlite)
                event.listen(self.engine, "begin", _begin_sqlite)
            self._upgrade()
        except (SQLAlchemyError, ImportError) as error:
            raise StoreUnreachable(url=self.shown_url, problem=str(error).strip().split("\n")[0]) from error
        self._writers = sessionmaker(self.engine, expire_on_commit=False)
        self._readers = sessionmaker(self.engine.execution_options(**{READING: True}), expire_on_commit=False, autoflush=False)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One transaction: committed at the end, taken back on an error. On SQLite one at a time; others wait."""
        with self._writers.begin() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One transaction that only reads and waits for nobody; what is changed in it is not kept."""
        with self._readers() as session:
            yield session

    @property
    def version(self) -> str:
        """The schema that the database has."""
        with self.engine.connect() as connection:
            return _version(connection)

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()

    def _upgrade(self) -> None:
        with self.engine.begin() as connection:
            one_at_a_time(connection, UPGRADE)
            if _version(connection) == NEWEST:
                return
            from alembic import command
            from alembic.config import Config
            from alembic.util import CommandError

            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS))
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, NEWEST)
            except CommandError as error:  # of a newer release, most likely
                raise StoreUnreachable(url=self.shown_url, problem=str(error)) from error


def _version(connection: Connection) -> str:
    """The migration that Alembic noted last; empty in a new store."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.scalar(select(column("version_num")).select_from(table("alembic_version"))) or "")


def one_at_a_time(connection: Connection, lock: int) -> None:
    """Wait until no other transaction holds *lock*, and hold it until this one ends; on SQLite whoever writes is alone anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(lock)))


def _begin_sqlite(connection: Connection) -> None:
    """A transaction that reads first and writes then would fail where another wrote between: writers take the lock at once."""
    connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get(READING) else "BEGIN IMMEDIATE")


def _settle_sqlite(connection: Any, _record: object) -> None:
    """Readers do not wait for the writer; a writer waits instead of failing; what was acknowledged is on disk."""
    connection.isolation_level = None  # BEGIN is ours: the driver's own comes too late for a read before a write
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
