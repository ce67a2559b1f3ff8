"""How far a row is from the others: an isolation forest, and the farthest of its numbers in robust spreads."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from kezhi.errors import RunFailed
from kezhi.locales import Phrase
from kezhi.models.mixed_columns import MixedColumns

SPREADS = 3.5  # from here on a number is unusual (Iglewicz, Hoaglin 1993, How to Detect and Handle Outliers)
MAD_TO_SD, MEAN_TO_SD = 1.4826, 1.2533  # of a normal distribution
GRID = 1000
FIT_ROWS = 100_000
FILE = "anomaly.skops"
FOREST_TYPES = {"sklearn.tree._tree.Tree"}  # beyond what skops trusts by itself


class Anomaly:
    """
    Fitted on rows that may hold a few anomalies.

    Source: Liu, Ting, Zhou (2008), ICDM, 413-422, for the forest; median and MAD for the numbers.
    """

    def fit(self, table: pa.Table, columns: MixedColumns, *, trees: int, seed: int) -> Anomaly:
        """Fit on at most `FIT_ROWS` rows of *table*, spread evenly."""
        from sklearn.ensemble import IsolationForest

        some = np.linspace(0, table.num_rows - 1, min(table.num_rows, FIT_ROWS)).astype(np.int64)
        taken = table.take(pa.array(some))
        design, _ = columns.design(taken)
        self.forest = IsolationForest(n_estimators=trees, random_state=seed, n_jobs=1).fit(design)
        self.numbers = [plan.name for plan in columns.plans if plan.kind == "number"]
        values = self._values(taken, columns)
        self.center, self.spread = np.zeros(len(self.numbers)), np.full(len(self.numbers), np.nan)
        for place, column in enumerate(values.T):
            known = column[~np.isnan(column)]
            if len(known):
                away = np.abs(known - np.median(known))
                self.center[place] = np.median(known)
                # a column that is mostly one value has no MAD
                self.spread[place] = MAD_TO_SD * np.median(away) or MEAN_TO_SD * away.mean() or np.nan
        raw = self._forest_scores(design)
        self.forest_mean, self.forest_sd = float(raw.mean()), float(raw.std()) or 1.0
        self.grid = np.quantile(self._raw(raw, self._distances(values)), np.arange(GRID + 1) / GRID)
        return self

    def scores(self, table: pa.Table, columns: MixedColumns) -> Any:
        """The higher, the farther from the others; no unit."""
        if not table.num_rows:
            return np.empty(0)
        return self._raw(self._forest_scores(columns.design(table)[0]), self.distances(table, columns))

    def shares(self, scores: Any) -> Any:
        """The share of the rows it was fitted on that are nearer to the others, 0 to 1."""
        return np.interp(scores, self.grid, np.arange(GRID + 1) / GRID)

    def distances(self, table: pa.Table, columns: MixedColumns) -> Any:
        """Rows x `numbers`: robust spreads above the median; 0 where missing."""
        return self._distances(self._values(table, columns))

    def to_bytes(self) -> bytes:
        """In skops' format."""
        import skops.io

        return skops.io.dumps(dict(self.__dict__))

    def from_bytes(self, data: bytes) -> Anomaly:
        """
        What `to_bytes` gave.

        Raises:
            RunFailed: The file names types that no forest has; nothing of it was run.
        """
        import skops.io

        named = skops.io.get_untrusted_types(data=data)
        if set(named) - FOREST_TYPES:
            raise RunFailed(step="models", problem=Phrase("registry.untrusted", file=FILE))
        self.__dict__.update(skops.io.loads(data, trusted=named))
        return self

    def _forest_scores(self, design: Any) -> Any:
        return -self.forest.score_samples(design)

    def _raw(self, forest: Any, distances: Any) -> Any:
        farthest = np.abs(distances).max(axis=1) if distances.shape[1] else np.zeros(len(forest))
        return (forest - self.forest_mean) / self.forest_sd + np.log1p(np.maximum(farthest - SPREADS, 0.0))

    def _distances(self, values: Any) -> Any:
        return np.nan_to_num((values - self.center) / self.spread, nan=0.0)

    def _values(self, table: pa.Table, columns: MixedColumns) -> Any:
        """Numbers as `MixedColumns` takes them: log(1 + x) where skewed; NaN for missing."""
        codes = columns.codes(table)
        taken = []
        for place, plan in enumerate(plan for plan in columns.plans if plan.kind != "nothing"):
            if plan.kind == "number":
                column = codes[:, place]
                taken.append(np.log1p(np.maximum(column, 0.0)) if plan.log else column)
        return np.column_stack(taken) if taken else np.zeros((table.num_rows, 0))
