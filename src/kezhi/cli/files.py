"""Rows of any number written to a file, as CSV or Parquet by its ending."""

from __future__ import annotations

from pathlib import Path

from kezhi.cli.words import out, t
from kezhi.kit.engine import ir


def write_rows(table: ir.Table, path: Path) -> None:
    """
    Write *table* to *path*, batch by batch in Arrow (the reader's engine may write nothing), and say where.

    Raises:
        WrongInput: The ending is neither `.csv` nor `.parquet`, or *path* cannot be written.
    """
    from pyarrow import csv
    from pyarrow import parquet as pq

    from kezhi.errors import WrongInput
    from kezhi.flow.writing import writing

    writers = {".csv": csv.CSVWriter, ".parquet": pq.ParquetWriter}
    if path.suffix not in writers:
        raise WrongInput(problem=t("segment.ending", path=path))
    batches = table.to_pyarrow_batches()
    with writing(path):
        path.open("wb").close()  # Arrow's own words name neither file nor reason
    with writers[path.suffix](path, batches.schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    out.print(t("written", path=path.resolve()))
