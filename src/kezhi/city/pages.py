"""A page: the rows of one file as text, in which values can be spoilt while the truth is written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

DEFECT_SCHEMA = pl.Schema({
    "kind": pl.String, "source": pl.String, "table_name": pl.String, "source_file": pl.String, "row_id": pl.String,
    "column_name": pl.String, "wrong_value": pl.String, "right_value": pl.String, "recoverable": pl.Boolean,
})  # fmt: skip


@dataclass(slots=True)
class Page:
    """
    Some rows of one file.

    Args:
        source: Name of the source in kezhi.yaml.
        table_name: The input table of `tables.INPUTS` that the file is mapped to.
        source_file: Path relative to the project, with `#sheet` for a workbook.
        frame: The cells as text, under the file's own headers; null is an empty cell.
        row_id: The row's own id in its source; for a line `order_id/line_no`.
        fields: The file's header -> our field name.
    """

    source: str
    table_name: str
    source_file: str
    frame: pl.DataFrame
    row_id: pl.Series
    fields: dict[str, str]
    defects: list[pl.DataFrame] = field(default_factory=list)
    broken: list[tuple[int, str]] = field(default_factory=list)  # (before this row, the text of the broken row)
    repeated: int = 0
    rejected: int = 0
    _spoilt: dict[str, np.ndarray] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.frame)

    def clean(self, header: str, rows: np.ndarray) -> np.ndarray:
        """Those of *rows* whose cell in *header* is filled and not spoilt yet: a cell has at most one defect."""
        rows = rows[self.frame[header].gather(rows).is_not_null().to_numpy()]
        return rows[~self._spoilt[header][rows]] if header in self._spoilt else rows

    def point_out(self, kind: str, header: str, rows: np.ndarray, *, right: pl.Series | None = None) -> None:
        """Note the cells *rows* of *header* as a defect of *kind* without changing them; *right* as in `spoil`."""
        if len(rows):
            cells = self.frame[header].gather(rows)
            self._note(kind, self.fields.get(header, header), self.row_id.gather(rows), cells, cells if right is None else right, True)

    def spoil(
        self,
        kind: str,
        header: str,
        rows: np.ndarray,
        wrong: pl.Series | Sequence[str | None],
        *,
        right: pl.Series | Sequence[str | None] | None = None,
        recoverable: bool = True,
    ) -> None:
        """
        Write *wrong* into the cells *rows* of column *header*, and note what is right.

        Args:
            kind: A name of `defects.KINDS`.
            header: The file's column.
            rows: Row numbers.
            wrong: What is written, one per row; null is an empty cell.
            right: What a perfect cleaner would make of it; default is what stood there. Null: nothing usable.
            recoverable: Whether the written text alone tells what is right.
        """
        if not len(rows):
            return
        before = self.frame[header]
        wrong = pl.Series(wrong, dtype=pl.String)
        right = before.gather(rows) if right is None else pl.Series(right, dtype=pl.String)
        self._spoilt.setdefault(header, np.zeros(len(self), dtype=bool))[rows] = True
        self.frame = self.frame.with_columns(before.scatter(rows, wrong).alias(header))
        self._note(kind, self.fields.get(header, header), self.row_id.gather(rows), wrong, right, recoverable)

    def reject(self, kind: str, header: str, rows: np.ndarray, wrong: Sequence[str | None]) -> None:
        """
        As `spoil`, with values that leave the row unusable: a correct reader rejects these rows.

        Call it after all `spoil`: other defects of a rejected row are struck out, since nobody will mend them.
        """
        ids = self.row_id.gather(rows)
        self.defects = [found.filter(~pl.col("row_id").is_in(ids.implode())) for found in self.defects]
        self.spoil(kind, header, rows, wrong, right=[None] * len(rows), recoverable=False)
        self.rejected += len(rows)

    def repeat(self, rows: np.ndarray) -> None:
        """Write the rows *rows* a second time, further down; call it when the values are final."""
        if not len(rows):
            return
        places = np.concatenate([np.arange(len(self)), np.minimum(rows + 7, len(self)) + 0.5])
        order = np.argsort(places, kind="stable")
        nothing = pl.Series([None] * len(rows), dtype=pl.String)
        self._note("exact_duplicate", "*", self.row_id.gather(rows), nothing, nothing, True)
        source_rows = np.concatenate([np.arange(len(self)), rows])[order]
        self.frame, self.row_id = self.frame[source_rows], self.row_id.gather(source_rows)
        self.repeated += len(rows)

    def break_row(self, kind: str, before: int, row: int, text: str) -> None:
        """Write *text* as a row of its own before row *before*: the broken remains of a second copy of row *row*."""
        self.broken.append((before, text))
        self._note(kind, "*", self.row_id.gather([row]), pl.Series([text]), pl.Series([None], dtype=pl.String), False)
        self.rejected += 1

    def _note(self, kind: str, column: str, row_id: pl.Series, wrong: pl.Series, right: pl.Series, recoverable: bool) -> None:
        self.defects.append(
            pl.DataFrame({"row_id": row_id, "wrong_value": wrong, "right_value": right}).select(
                kind=pl.lit(kind), source=pl.lit(self.source), table_name=pl.lit(self.table_name), source_file=pl.lit(self.source_file),
                row_id="row_id", column_name=pl.lit(column), wrong_value="wrong_value", right_value="right_value",
                recoverable=pl.lit(recoverable),
            ).cast(DEFECT_SCHEMA)
        )  # fmt: skip
