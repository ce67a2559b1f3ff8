"""The metric dictionary: each figure is defined once, and one compiler makes its query."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from kezhi.measure.metrics.compiler import Question, query
from kezhi.measure.metrics.dictionary import Dictionary, Metric, standard
from kezhi.measure.metrics.grains import Tables

__all__ = ["Dictionary", "Metric", "Question", "figures", "query", "standard"]


def figures(tables: Tables, keys: Sequence[str], *, as_of: date) -> dict[str, Any]:
    """The built-in *keys* over everything before *as_of*, computed; None for a metric whose tables are not there."""
    dictionary = standard()
    there = [
        key for key in keys if all(name in tables for leaf in dictionary.leaves(key) if leaf.grain for name in leaf.grain.needs)
    ]  # fmt: skip
    found = query(dictionary, tables, there, Question(), as_of=as_of).to_pyarrow().to_pylist()[0] if there else {}
    return {key: found.get(key) for key in keys}
