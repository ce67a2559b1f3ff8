"""Each test of the store runs on SQLite and on a PostgreSQL server of this test process."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from support import missing

from kezhi.store import Database, sqlite_url


def _binaries() -> Path | None:
    """The folder with the server's programs; Debian keeps them out of PATH."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server that listens on a socket in a folder of its own."""
    binaries = _binaries()
    if binaries is None:
        missing("PostgreSQL's initdb and pg_ctl")
    # no folder of pytest: only its owner enters those, and the path of a socket must be short
    with tempfile.TemporaryDirectory(prefix="kezhi-pg-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        as_user: list[str] = []
        if os.geteuid() == 0:  # the server refuses to run as root
            shutil.chown(home, "nobody")
            as_user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]

        def run(*command: str) -> None:
            subprocess.run([*as_user, str(binaries / command[0]), *command[1:]], check=True, capture_output=True, cwd=home, timeout=120)

        data, options = str(home / "data"), f"-c listen_addresses='' -c unix_socket_directories={home} -c fsync=off"
        run("initdb", "-D", data, "-U", "kezhi", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        run("pg_ctl", "-D", data, "-o", options, "-w", "-l", str(home / "log"), "start")
        yield f"postgresql://kezhi@/postgres?host={home}"
        run("pg_ctl", "-D", data, "-m", "immediate", "-t", "100", "stop")


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request, tmp_path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "store.db")
    server = request.getfixturevalue("postgres")
    name = f"t{abs(hash(request.node.nodeid)):x}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}"'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture
def store(store_url) -> Iterator[Database]:
    """A store at this version's schema."""
    opened = Database(store_url)
    yield opened
    opened.close()
