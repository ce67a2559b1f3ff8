"""Random numbers of the demo city: one stream per purpose and slice, so that parts do not disturb each other."""

from __future__ import annotations

import zlib

import numpy as np


def stream(seed: int, purpose: str, part: int = 0) -> np.random.Generator:
    """The generator for *purpose* (a name) and *part* (a slice number) of the city *seed*."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, zlib.crc32(purpose.encode()), part])))


def some(rng: np.random.Generator, rows: int, share: float, *, at_least: int = 0) -> np.ndarray:
    """
    Row numbers, in order, of a random *share* of *rows*.

    Args:
        rng: Where the chance comes from.
        rows: How many rows there are.
        share: Probability of each row.
        at_least: When chance gives fewer, this many rows are drawn, so that a small city has every defect.
    """
    chosen = np.flatnonzero(rng.random(rows) < share)
    if len(chosen) < at_least:
        chosen = np.sort(rng.choice(rows, min(at_least, rows), replace=False))
    return chosen


def split(rng: np.random.Generator, rows: np.ndarray, shares: list[float]) -> list[np.ndarray]:
    """Disjoint groups of *rows*, one per share; what is left over belongs to none."""
    edges = np.cumsum(shares)
    group = np.searchsorted(edges, rng.random(len(rows)), side="right")
    return [rows[group == number] for number in range(len(shares))]
