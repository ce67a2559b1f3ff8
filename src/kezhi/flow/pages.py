"""A table of any size in the order of its key, some rows at a time: the same rows at the same turn on every engine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyarrow as pa

from kezhi.kit.engine import ir

if TYPE_CHECKING:
    from kezhi.flow.warehouse import Warehouse

ROWS = 200_000  # asked of the engine at a time


def pages(bench: Warehouse, table: ir.Table, key: str, rows: int) -> Iterator[pa.Table]:
    """
    *table* in the order of *key*, *rows* at a time, the last part with what is left.

    Memory is that of the rows asked for at a time. Each asks for the first keys after the last one, so *table* should be settled.

    Args:
        bench: The engine.
        table: With a *key* of text, unique and never null.
        key: Name of the column.
        rows: Of a part; the same *rows* give the same parts.
    """
    asked = max(rows, ROWS // rows * rows)
    last: str | None = None
    while True:
        rest = table if last is None else table.filter(table[key] > last)
        found = bench.arrow(rest.order_by(key).limit(asked))
        for start in range(0, found.num_rows, rows):
            yield found.slice(start, rows)
        if found.num_rows < asked:
            return
        last = found[key][-1].as_py()
