"""The rows of the files that have no value in a column: quality counts them, and people go to see them."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from kezhi.kit.text import NOTHING, NOTHING_TYPED
from kezhi.sources import raw_index
from kezhi.sources.load import RAW_FOLDER
from kezhi.tables import INPUTS


def rows_without(project: Path, source: str, table_name: str, column: str, *, most: int) -> list[tuple[str, int]]:
    """
    File and line of the first *most* rows that say nothing in the column, in the order of the files.

    They are looked up in the raw tables that the last reading of the files left; a project that holds none of them, such as
    one that was restored elsewhere, has no such rows. A value that a later step than reading took away is not found.

    Args:
        project: The folder of kezhi.yaml.
        source: Name of the source.
        table_name: Name of the input.
        column: One of its fields; what is none has no rows.
        most: How many at most. Cost: one column of the files, up to the last row that is given.
    """
    import pyarrow.dataset as ds  # brings pandas, which a server does not need to start

    raw = project / RAW_FOLDER
    kinds = {field.name: field.kind for field in INPUTS[table_name].fields} if table_name in INPUTS else {}
    if column not in kinds:
        return []
    words = pa.array(NOTHING if kinds[column] == "text" else NOTHING + NOTHING_TYPED)
    loaded = {key: one for key, one in raw_index.read(raw).items() if key.startswith(f"{source}/{table_name}/")}
    found: list[tuple[str, int]] = []
    for one in sorted(loaded.values(), key=lambda entry: entry.source_file):
        if len(found) == most:
            break
        if not (raw / one.raw).is_file():
            continue
        rows = ds.dataset(raw / one.raw)
        nothing = pc.field(column).is_null()
        if pa.types.is_string(rows.schema.field(column).type):
            nothing |= pc.is_in(pc.utf8_trim_whitespace(pc.field(column)), value_set=words)
        lines = rows.head(most - len(found), columns=["source_line"], filter=nothing)["source_line"].to_pylist()
        found += [(one.source_file, line) for line in lines]
    return found
