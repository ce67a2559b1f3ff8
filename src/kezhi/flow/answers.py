"""Answers that were given before: a snapshot never changes, so the same question has the same answer."""

from __future__ import annotations

import threading
from collections import OrderedDict

import pyarrow as pa

LARGEST_BYTES = 256 * 1024  # an answer for a page; a table is not kept
MOST_BYTES = 32 * 1024 * 1024


class Answers:
    """Small answers by the SQL that asked for them, the last used stay; many threads may use it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, pa.Table] = OrderedDict()
        self._bytes = 0
        self._changing = threading.Lock()

    def get(self, sql: str) -> pa.Table | None:
        """The answer to *sql*, if it is kept."""
        with self._changing:
            if sql in self._kept:
                self._kept.move_to_end(sql)
            return self._kept.get(sql)

    def keep(self, sql: str, answer: pa.Table) -> None:
        """Keep *answer* if it is small; what was not asked for longest goes."""
        size = _size(sql, answer)
        if size > LARGEST_BYTES:
            return
        with self._changing:
            if sql in self._kept:
                return
            self._kept[sql] = answer
            self._bytes += size
            while self._bytes > MOST_BYTES:
                self._bytes -= _size(*self._kept.popitem(last=False))


def _size(sql: str, answer: pa.Table) -> int:
    return len(sql) + int(answer.nbytes)
