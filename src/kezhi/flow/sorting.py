"""Whether rows come in an order already: to look costs a tenth of sorting them, where they do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from kezhi.flow.hot import parquet


def may_be_sorted(files: Iterable[Path], column: str, connection: duckdb.DuckDBPyConnection) -> bool:
    """
    Whether the rows of Parquet *files*, one file after the other, may come by *column*.

    Only what the files say of their parts is read: where the least value of a part is below the greatest of the part before, they do not.
    Within a part they may come in any order; and a file may say nothing.
    """
    parts = (
        "SELECT stats_max_value AS greatest, lead(stats_min_value) OVER (ORDER BY file_name, row_group_id) AS least_after "
        f"FROM {parquet(files, 'parquet_metadata')} WHERE path_in_schema = ?"
    )
    return connection.execute(f"SELECT count(*) FROM ({parts}) WHERE greatest > least_after", [column]).fetchone() == (0,)


def come_in_order(rows: pa.RecordBatch, before: pa.RecordBatch | None, falling: Mapping[str, bool]) -> bool:
    """
    Whether *rows* come in an order, and after the last of the rows *before*; null is in no order with anything.

    Args:
        rows: Not empty.
        before: Not empty, or none where *rows* are the first.
        falling: The columns they are to come by, the first ones first; true where from the greatest value to the least.
    """
    asked = rows.select(list(falling))
    if before is not None:
        last = before.select(list(falling)).slice(before.num_rows - 1)
        if not _rising(pa.concat_batches([last, asked.slice(0, 1)]), falling):
            return False
    return _rising(asked, falling)


def _rising(rows: pa.RecordBatch, falling: Mapping[str, bool]) -> bool:
    """Whether no row is to come before the one above it."""
    above, below = rows.slice(0, rows.num_rows - 1), rows.slice(1)
    tied = pa.repeat(True, above.num_rows)  # by the columns so far
    for name, falls in falling.items():
        first, second = (below[name], above[name]) if falls else (above[name], below[name])
        fits = pc.or_kleene(pc.invert(tied), pc.less_equal(first, second))
        if not pc.all(fits, skip_nulls=False, min_count=0).as_py():
            return False
        tied = pc.and_(tied, pc.equal(first, second))
    return True
