"""What people decided and what must not be lost: users, sessions, tokens, the audit log, jobs, notes, saved work."""

from kezhi.store.database import Database, sqlite_url

__all__ = ["Database", "sqlite_url"]
