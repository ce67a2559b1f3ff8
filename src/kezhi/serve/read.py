"""Small answers of a snapshot, computed once each, and the tables that a project may not have."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from kezhi.flow.reader import Reader
from kezhi.kit.engine import ir
from kezhi.serve.kept import kept
from kezhi.serve.workspace import rows


def tables_of(reader: Reader) -> dict[str, ir.Table]:
    """All tables by name; the engine is asked for their columns once, not at every request."""
    return kept(reader, "tables", reader.tables)


def has(reader: Reader, *names: str) -> bool:
    """Whether the snapshot has all these tables: a company without products has none about them."""
    return all(name in reader.snapshot.tables for name in names)


def small(reader: Reader, key: Hashable, asked: Callable[[], ir.Table]) -> list[dict[str, Any]]:
    """The rows of a small table of figures, which are the same for everybody; *key* says which. Do not change them."""
    return kept(reader, key, lambda: rows(reader, asked()))
