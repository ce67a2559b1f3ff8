"""Who is told how a run goes on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Watcher(Protocol):
    """Who is told how a run goes on."""

    def begins(self, step: str) -> None:
        """Step *step* begins."""

    def ends(self, step: str, seconds: float, rows: Mapping[str, int], how: str) -> None:
        """Step *step* is done; *how* is `made`, `resumed`, `kept` or `skipped`."""

    def says(self, words: str) -> None:
        """One line of detail."""


class Silent:
    """Nobody is told."""

    def begins(self, step: str) -> None:
        """Say nothing."""

    def ends(self, step: str, seconds: float, rows: Mapping[str, int], how: str) -> None:
        """Say nothing."""

    def says(self, words: str) -> None:
        """Say nothing."""
