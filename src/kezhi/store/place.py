"""Where the store of a project is."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

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
