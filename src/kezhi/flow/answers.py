"""Answers that were given before: a snapshot never changes, so the same question has the same answer."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable

import pyarrow as pa

LARGEST_BYTES = 256 * 1024  # an answer for a page; a table is not kept
MOST_BYTES = 32 * 1024 * 1024
QUESTION_BYTES = 32 * 1024  # what an expression takes in memory, about


class Answers:
    """Small answers by their question, the last used stay; many threads may use it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, pa.Table] = OrderedDict()
        self._bytes = 0
        self._changing = threading.Lock()

    def get(self, question: Hashable) -> pa.Table | None:
        """The answer to *question*, if it is kept."""
        with self._changing:
            found = self._kept.get(question)
            if found is not None:
                self._kept.move_to_end(question)
            return found

    def keep(self, question: Hashable, answer: pa.Table) -> None:
        """Keep *answer* if it is small; what was not asked for longest goes."""
        size = _size(answer)
        if size > LARGEST_BYTES:
            return
        with self._changing:
            if question in self._kept:
                return
            self._kept[question] = answer
            self._bytes += size
            while self._bytes > MOST_BYTES:
                self._bytes -= _size(self._kept.popitem(last=False)[1])


def _size(answer: pa.Table) -> int:
    return int(answer.nbytes) + QUESTION_BYTES
