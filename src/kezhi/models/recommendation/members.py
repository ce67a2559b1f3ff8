"""The members of the blend: what each learns from interactions, as tables of neighbours, and what a time makes of a history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from kezhi.models.recommendation.interactions import Interactions
from kezhi.models.recommendation.neural import Network, learn_network

MEMBERS = ("popular", "season", "repeat", "item_item", "ease", "content", "user_user", "neural")
TABLES = ("item_item", "ease", "content")
EASE_WIDTH = 200  # weights kept per product: with 5,000 products NDCG falls by half a percent, scoring is 25 times faster
SPARSE_WIDTH = 24  # neighbours of a product in the sparse form
CONTENT_WIDTH = 50
LATEST_FLOOR, DAYS_FLOOR = 0.1, 0.3  # of an old purchase in its customer's profile
LATEST = {"latest": 5.0, "recent": 20.0}  # later purchases after which one counts half
PROFILES = ("even", "days", *LATEST)
USER_PAIRS = 2_000_000_000  # pairs of customers with a product in common; above it alike customers are not looked for


@dataclass(slots=True)
class Learned:
    """
    What `fit` keeps.

    Attributes:
        near, far: Tables of neighbours (members of `TABLES` x items x width) and their weights; unlearned ones are empty.
        peers, alike: Alike customers (users x width) and their cosines.
        network: The neural member; one without products where it was not learned.
    """

    near: Any
    far: Any
    peers: Any
    alike: Any
    network: Network

    def known(self) -> set[str]:
        """Members that tell something."""
        found = {"popular", "season", "repeat"}
        found |= {name for place, name in enumerate(TABLES) if self.near.shape[2] and (self.near[place, :, 0] >= 0).any()}
        found |= {"neural"} if len(self.network.products) else set()
        return found | ({"user_user"} if (self.peers[:, :1] >= 0).any() else set())


def learn(
    history: Interactions, wanted: set[str], *, width: int, ridge: float, ease_items: int, groups: Any, makers: Any, deep_width: int,
    deep_steps: int, seed: int,
) -> Learned:  # fmt: skip
    """The members of *wanted* from *history*; *groups* and *makers* are numbers per product, −1 unknown."""
    from kezhi.models.recommendation import kernels

    matrix = history.matrix()
    turned = matrix.tocsc()
    users, items = matrix.shape
    sides = turned.indptr, turned.indices, matrix.indptr, matrix.indices
    parts: dict[str, Any] = {}
    if matrix.nnz:
        is_sparse = items > ease_items
        near: Any = None
        if "item_item" in wanted or ("ease" in wanted and is_sparse):
            near = kernels.neighbours(sides[2], sides[3], sides[0], sides[1], min(width, items))
        if "item_item" in wanted:
            parts["item_item"] = near
        if "ease" in wanted:
            parts["ease"] = (
                _sparse(matrix, turned, ridge=ridge, most=ease_items, near=near[0]) if is_sparse else _closed_form(matrix, turned, ridge)
            )
        if "content" in wanted and ((groups >= 0).any() or (makers >= 0).any()):
            parts["content"] = _content(np.diff(turned.indptr), groups, makers, min(CONTENT_WIDTH, items))
    peers, alike = np.full((users, 0), -1, np.int32), np.zeros((users, 0), np.float32)
    if "user_user" in wanted and matrix.nnz and float((np.diff(turned.indptr).astype(np.float64) ** 2).sum()) <= USER_PAIRS:
        peers, alike = kernels.neighbours(sides[0], sides[1], sides[2], sides[3], min(width, users))
    network = learn_network(history, width=deep_width, steps=deep_steps, seed=seed) if "neural" in wanted else Network.none()
    return Learned(*_stacked(parts, items), peers, alike, network)


def decayed(history: Interactions, at: float, half_life_days: float, profile: str) -> tuple[Any, Any, Any]:
    """
    Histories as of *at*: users x products (CSR), the weight of each product in its customer's profile, and how much it
    speaks for buying it again (purchases, each halved by half-life).

    The weight is one of `PROFILES`: `even` is 1 for all; in `days` it falls by half each half-life to 0.3; in `latest` (and
    `recent`) by half with each 5 (20) purchases that the customer made later, to 0.1. Without times it is 1.
    """
    ages = np.exp2(-(at - history.day) / half_life_days) if history.is_timed else np.ones(len(history.day))
    again = history.matrix(ages)
    seen = history.matrix()
    newest = seen.copy()
    if history.is_timed and len(history.day) and profile != "even":
        last = np.append((history.user[1:] != history.user[:-1]) | (history.item[1:] != history.item[:-1]), True)
        fresh, floor = (np.exp2(-history.later() / LATEST[profile]), LATEST_FLOOR) if profile in LATEST else (ages, DAYS_FLOOR)
        newest.data = (floor + (1.0 - floor) * fresh[last]).astype(np.float32)  # rows of a pair stand by time: the last is the newest
    return seen, newest.data, again.data.astype(np.float32)


def popular(history: Interactions, at: float, *, season_days: float) -> Any:
    """2 x items, each 1 at most: by how many customers ever bought, and by how many in the last *season_days* before *at*."""
    items = len(history.items)
    rows = np.zeros((2, items), np.float32)
    recent = history.where(history.day >= at - season_days) if history.is_timed else history
    for place, part in enumerate((history, recent)):
        counts = np.bincount(part.matrix().indices, minlength=items).astype(np.float32)
        rows[place] = counts / max(float(counts.max(initial=0.0)), 1.0)
    return rows


def _sparse(matrix: Any, turned: Any, *, ridge: float, most: int, near: Any) -> tuple[Any, Any]:
    """
    EASE of more than *most* products, of which the closed form would take memory by the square and time by the cube: it stands for
    the *most* / 2 bought by most customers, and each other one is regressed on its nearest alone (the same ridge
    regression on few columns, as in Steck 2019, NeurIPS, section 3.2).
    """
    from kezhi.models.recommendation import sparse_kernels

    items = matrix.shape[1]
    order = np.argsort(-np.diff(turned.indptr), kind="stable")
    head, tail = np.sort(order[: most // 2]), np.sort(order[most // 2 :])
    sparse = sparse_kernels.sparse_ease(turned.indptr, turned.indices, near[:, :SPARSE_WIDTH], tail, float(ridge))
    if not len(head):
        return sparse_kernels.table(*sparse, items, EASE_WIDTH)
    part = matrix[:, head].tocsr()
    part.sort_indices()
    found, weights = _closed_form(part, part.tocsc(), ridge)
    row, column = np.nonzero(found >= 0)
    closed = head[row], head[found[row, column]], weights[row, column]
    source, target, weight = (np.concatenate(both) for both in zip(closed, sparse, strict=True))
    return sparse_kernels.table(source, target, weight, items, EASE_WIDTH)


def _closed_form(matrix: Any, turned: Any, ridge: float) -> tuple[Any, Any]:
    """EASE: B = I − P / diag(P), P the inverse of the Gram matrix + ridge (Steck 2019, WWW, eq. 8); of each product its weights of the largest size."""
    from scipy.linalg import lapack

    from kezhi.models.recommendation import kernels

    # symmetric: turned, it is in the order of LAPACK without a copy
    whole = kernels.gram(turned.indptr, turned.indices, matrix.indptr, matrix.indices).T
    whole[np.diag_indices(len(whole))] += np.float32(ridge)
    factor, _ = lapack.spotrf(whole, lower=1, overwrite_a=1)
    inverse, _ = lapack.spotri(factor, lower=1, overwrite_c=1)
    upper = inverse.T
    kernels.mirror(upper)
    found: tuple[Any, Any] = kernels.ease_weights(upper, min(EASE_WIDTH, len(upper)))
    return found


def _content(buyers: Any, groups: Any, makers: Any, width: int) -> tuple[Any, Any]:
    """For each product the best-selling ones of its category, those of its brand first; of its brand without a category."""
    near = np.full((len(buyers), width), -1, np.int32)
    far = np.zeros((len(buyers), width), np.float32)
    strength = (0.2 + 0.8 * np.log1p(buyers) / max(np.log1p(buyers.max(initial=1)), 1e-9)).astype(np.float32)
    kinds = np.where(groups >= 0, groups, np.where(makers >= 0, groups.max(initial=-1) + 1 + makers, -1))
    order = np.lexsort((np.arange(len(kinds)), -strength, kinds))
    bounds = np.flatnonzero(np.diff(kinds[order], prepend=-2))
    for begin, end in zip(bounds, [*bounds[1:], len(order)], strict=True):
        same = order[begin:end][: width * 2]
        if kinds[order[begin]] < 0 or len(same) < 2:
            continue
        rows = order[begin:end]
        worth = strength[same][None, :] * np.where((makers[rows, None] == makers[None, same]) & (makers[rows, None] >= 0), 1.0, 0.5)
        worth = np.where(rows[:, None] == same[None, :], 0.0, worth).astype(np.float32)
        best = np.argsort(-worth, axis=1, kind="stable")[:, :width]
        kept = np.take_along_axis(worth, best, 1)
        near[rows, : best.shape[1]] = np.where(kept > 0, same[best], -1)
        far[rows, : best.shape[1]] = kept
    return near, far


def _stacked(parts: dict[str, Any], items: int) -> tuple[Any, Any]:
    """The tables of neighbours as one, as wide as the widest."""
    width = max((part[0].shape[1] for part in parts.values()), default=0)
    near = np.full((len(TABLES), items, width), -1, np.int32)
    far = np.zeros((len(TABLES), items, width), np.float32)
    for place, name in enumerate(TABLES):
        if name in parts:
            near[place, :, : parts[name][0].shape[1]], far[place, :, : parts[name][1].shape[1]] = parts[name]
    return near, far
