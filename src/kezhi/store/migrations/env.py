"""Alembic's entry: runs on the connection that `Database` gives, or makes one for `alembic revision`."""

from alembic import context
from sqlalchemy import create_engine

from kezhi.store.records import Base

given = context.config.attributes.get("connection")
if given is not None:
    context.configure(connection=given, target_metadata=Base.metadata, render_as_batch=True)
    context.run_migrations()
else:
    with create_engine(context.config.get_main_option("sqlalchemy.url", "sqlite://")).begin() as connection:
        context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
        with context.begin_transaction():
            context.run_migrations()
