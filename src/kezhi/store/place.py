"""Where the store of a project is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session

from kezhi.settings import Settings, load
from kezhi.store.database import Database, sqlite_url


def store_url(folder: Path, settings: Settings | None = None) -> str:
    """KEZHI_STORE, else what kezhi.yaml says, else `.kezhi/store.db` in *folder*."""
    return os.environ.get("KEZHI_STORE") or (settings or load(folder)).serve.store or sqlite_url(folder / ".kezhi" / "store.db")


def open_store(folder: Path, settings: Settings | None = None) -> Database:
    """
    The store of the project in *folder*; made if it is not there.

    Raises:
        StoreUnreachable: It cannot be opened.
    """
    return Database(store_url(folder, settings))


def has_store(folder: Path, settings: Settings) -> bool:
    """Whether there is a store that could hold something: a database on a server, or a file that exists."""
    try:
        url = make_url(store_url(folder, settings))
    except ArgumentError:
        return True  # opening it says what is wrong
    return url.get_backend_name() != "sqlite" or bool(url.database and Path(url.database).exists())


@contextmanager
def in_store(folder: Path, settings: Settings | None = None) -> Iterator[Session]:
    """
    One transaction in the store of the project in *folder*, which is opened for it and closed after it.

    Raises:
        StoreUnreachable: It cannot be opened.
    """
    with closing(open_store(folder, settings)) as store, store.session() as session:
        yield session


@contextmanager
def reading_store(folder: Path, settings: Settings) -> Iterator[Session | None]:
    """
    The same to read only; None, and nothing is made, where there is no store.

    Raises:
        StoreUnreachable: It is there and cannot be opened.
    """
    if not has_store(folder, settings):
        yield None
        return
    with closing(open_store(folder, settings)) as store, store.reading() as session:
        yield session
