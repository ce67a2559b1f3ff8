"""The schema of a store: the newest, the same as the records say, and refused where a newer release made it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from kezhi.errors import StoreUnreachable
from kezhi.store import Database
from kezhi.store.database import MIGRATIONS, NEWEST
from kezhi.store.records import Base


def test_a_new_store_has_the_newest_schema_and_it_is_that_of_the_records(store):
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == NEWEST == store.version
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_a_store_of_a_newer_release_is_refused_in_a_sentence(store, store_url):
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreUnreachable, match="9999"):
        Database(store_url)


def test_a_server_starts_without_what_it_rarely_needs():
    rare = ("alembic", "jinja2", "xlsxwriter", "authlib", "httpx2", "pandas", "polars", "scipy", "sklearn", "lightgbm", "splink")
    code = f"import sys, kezhi.serve.app; print(*[name for name in {rare} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == ""
