"""A table of any size in one order, some rows at a time: the same rows at the same turn on every engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from kezhi.kit.engine import ibis, ir

if TYPE_CHECKING:
    from kezhi.flow.warehouse import Warehouse

ROWS = 200_000  # asked of the engine at a time


def pages(bench: Warehouse, table: ir.Table, keys: Sequence[str], rows: int) -> Iterator[pa.Table]:
    """
    *table* in the order of *keys*, *rows* at a time, the last part with what is left.

    Memory is that of the rows asked for at a time. Each asks for the first rows after the last one, so *table* should be settled.

    Args:
        bench: The engine.
        table: With *keys* that are never null and together unique.
        keys: Names of columns, the first of which comes first.
        rows: Of a part; the same *rows* give the same parts.
    """
    asked = max(rows, ROWS // rows * rows)
    rest = table
    while True:
        found = bench.arrow(rest.order_by(*keys).limit(asked))
        for start in range(0, found.num_rows, rows):
            yield found.slice(start, rows)
        if found.num_rows < asked:
            return
        later: ir.BooleanValue = ibis.literal(False)
        for key in reversed(keys):
            last = found[key][-1].as_py()
            later = (table[key] > last) | ((table[key] == last) & later)
        rest = table.filter(later)
