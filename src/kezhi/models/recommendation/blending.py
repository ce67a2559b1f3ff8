"""How much each member says: chosen by what customers did later, within the rows that `fit` was given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kezhi.models.evaluation.recommendations import DISCOUNTS, ideal_gain
from kezhi.models.recommendation.interactions import Interactions
from kezhi.models.recommendation.members import MEMBERS, PROFILES, Learned, decayed, popular

TOP = 10
LATER_SHARE = 0.2
JUDGED_USERS, EACH = 1_000, 40
FEWEST_USERS, FEWEST_SHARE = 20, 0.1  # with rows on both sides of a day, for it to part all
REPEAT_SHARE = 0.1  # of what is bought later that was bought before; below it nothing is offered twice
CUTS = 2  # where the first leaves few customers to judge on: the later fifth, and that of what was before it
DRAWS, BEST, ROUNDS = 60, 8, 2
GAIN = 0.01  # a smaller one is taken for luck


@dataclass(frozen=True, slots=True)
class Blend:
    """
    Attributes:
        mix: Share of each of `MEMBERS`; they add up to 1.
        with_seen: Whether what a customer bought before may be offered.
        profile: One of `members.PROFILES`.
        tried: NDCG@10 on the later parts of each member alone, and of the blend; empty where nothing could be judged.
        users: On how many customers, each counted once per cut.
    """

    mix: Any
    with_seen: bool
    profile: str
    tried: dict[str, float] = field(default_factory=dict)
    users: int = 0


def split(history: Interactions, seed: int) -> tuple[Interactions, Interactions, float]:
    """
    The earlier rows, the later fifth, and the day to score at.

    The split is one day for all. Where hardly anybody acts on both sides of it (visitors who come once, raters of films)
    it is each customer's own latest fifth; without times a fifth drawn at random.
    """
    users = len(history.users)
    if history.is_timed and len(history.day):
        cut = float(np.quantile(history.day, 1 - LATER_SHARE))
        earlier = history.day < cut
        then, now = (np.bincount(history.user[part], minlength=users) > 0 for part in (earlier, ~earlier))
        if (then & now).sum() >= max(FEWEST_USERS, FEWEST_SHARE * users):
            return history.where(earlier), history.where(~earlier), cut
        order = np.lexsort((history.day, history.user))
        counts = np.bincount(history.user, minlength=users)
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order)) - (np.cumsum(counts) - counts)[history.user[order]]
        later = place >= np.ceil(counts[history.user] * (1 - LATER_SHARE))
    else:
        later = np.random.default_rng(seed).random(len(history.day)) < LATER_SHARE
    return history.where(~later), history.where(later), float(np.floor(history.day.max(initial=0.0))) + 1.0


def truth_of(earlier: Interactions, later: Interactions, with_seen: bool) -> Any:
    """Users x products bought later (CSR), of those known earlier; without *with_seen* only what the customer had not bought."""
    made = later.matrix()
    known = np.bincount(earlier.item, minlength=len(earlier.items)) > 0
    made.data *= known[made.indices]
    if not with_seen:
        made = made - made.multiply(earlier.matrix())
    made.eliminate_zeros()
    return made.tocsr()


def repeats(earlier: Interactions, later: Interactions) -> float:
    """Share of later pairs of a returning customer that were there earlier; 0 for none."""
    now, then = later.matrix(), earlier.matrix()
    returning = np.diff(then.indptr) > 0
    pairs = float(np.diff(now.indptr)[returning].sum())
    return float(now.multiply(then).sum()) / pairs if pairs else 0.0


@dataclass(frozen=True, slots=True)
class Cut:
    """
    A day to choose at.

    Attributes:
        earlier: The rows to learn from.
        truth: See `truth_of`.
        at: Day to score at.
        users: Places of the customers who are judged on, at most a thousand.
    """

    earlier: Interactions
    truth: Any
    at: float
    users: Any


def cuts(history: Interactions, *, with_seen: bool, seed: int) -> list[Cut]:
    """Where to choose: the later fifth; with fewer than a thousand customers to judge on, also the later fifth of what was before it."""
    draws = np.random.default_rng(seed)
    made: list[Cut] = []
    while len(made) < CUTS and sum(len(cut.users) for cut in made) < JUDGED_USERS:
        earlier, later, at = split(made[-1].earlier if made else history, seed)
        truth = truth_of(earlier, later, with_seen)
        could = np.flatnonzero((np.diff(truth.indptr) > 0) & (np.bincount(earlier.user, minlength=truth.shape[0]) > 0))
        if made and not len(could):
            break
        made.append(Cut(earlier, truth, at, np.sort(draws.choice(could, min(len(could), JUDGED_USERS), replace=False))))
    return made


def choose(
    judged: list[tuple[Cut, Learned]], *, wanted: set[str], with_seen: bool, half_life: float, season_days: float, seed: int
) -> Blend:
    """The blend of the members that were learned at each cut, with the best NDCG@10 on what came later, over the customers of all cuts."""
    known = set.union(*(learned.known() for _, learned in judged))
    names = [name for name in MEMBERS if name in wanted & known and (name != "repeat" or with_seen)] or ["popular"]
    active = np.array([name in names for name in MEMBERS], np.float32)
    customers = sum(len(cut.users) for cut, _ in judged)
    if not customers or len(names) == 1:
        return Blend(active / len(names), with_seen, PROFILES[0])
    draws, best = np.random.default_rng(seed), None
    for profile in PROFILES if judged[0][0].earlier.is_timed else PROFILES[:1]:
        parts = [
            _scored(cut, learned, active, with_seen=with_seen, half_life=half_life, season_days=season_days, profile=profile)
            for cut, learned in judged
            if len(cut.users)
        ]
        search = _Search(*(np.concatenate(several) for several in zip(*parts, strict=True)))
        tried = {name: search.value(np.array([one == name for one in MEMBERS], np.float32)) for name in names}
        mix, value = search.best([MEMBERS.index(name) for name in names], draws)
        if best is None or value > best.tried["blend"] + 1e-4:
            best = Blend(mix, with_seen, profile, tried | {"blend": value}, customers)
    assert best is not None
    return best


def _scored(
    cut: Cut, learned: Learned, active: Any, *, with_seen: bool, half_life: float, season_days: float, profile: str
) -> tuple[Any, Any, Any, Any]:
    """Of the customers of *cut*: every member's score of each candidate, the candidates, which of them were bought later, the ideal gain."""
    from kezhi.models.recommendation import kernels

    earlier, network = cut.earlier, learned.network
    seen, weights, again = decayed(earlier, cut.at, half_life, profile)
    ids, scores = kernels.candidates(
        cut.users, np.bincount(earlier.item, minlength=len(earlier.items)) > 0, with_seen, EACH, seen.indptr, seen.indices, weights, again,
        popular(earlier, cut.at, season_days=season_days), learned.near, learned.far, learned.peers, learned.alike, seen.indptr, seen.indices,
        network.products, network.taste(earlier, cut.users), network.out, network.shift, active,
    )  # fmt: skip
    hits = np.asarray(cut.truth[np.repeat(cut.users, ids.shape[1]), np.maximum(ids, 0).ravel()]).reshape(ids.shape) > 0
    return scores, ids, hits & (ids >= 0), ideal_gain(np.diff(cut.truth.indptr)[cut.users], TOP)


class _Search:
    """Random shares first; the mean of the best, as one draw alone is best partly by luck; then members changed as long as that helps."""

    def __init__(self, scores: Any, ids: Any, hits: Any, ideal: Any) -> None:
        self.scores, self.absent, self.hits, self.ideal = scores, ids < 0, hits, ideal

    def value(self, mix: Any) -> float:
        """NDCG@10 of the shares *mix*."""
        total = self.scores @ mix.astype(np.float32)
        total[self.absent] = -1.0
        count = min(TOP, total.shape[1])
        top = np.argpartition(-total, count - 1, axis=1)[:, :count]
        order = np.argsort(-np.take_along_axis(total, top, 1), axis=1, kind="stable")
        ranked = np.take_along_axis(self.hits, np.take_along_axis(top, order, 1), 1)
        return float((ranked @ DISCOUNTS[:count] / self.ideal).mean())

    def best(self, places: list[int], draws: Any) -> tuple[Any, float]:
        """The best shares found, and their NDCG."""
        tries = [np.eye(self.scores.shape[2])[place] for place in places]
        for _ in range(DRAWS):
            mix = np.zeros(self.scores.shape[2])
            mix[places] = draws.dirichlet(np.full(len(places), 0.5))
            tries.append(mix)
        values = [self.value(mix) for mix in tries]
        order = np.argsort(-np.asarray(values), kind="stable")
        mix = np.mean([tries[place] for place in order[:BEST]], axis=0)
        value = self.value(mix)
        if value < values[order[0]] * (1 - GAIN):
            mix, value = tries[order[0]], values[order[0]]
        for _ in range(ROUNDS):
            before = value
            for place in places:
                for factor in (0.0, 0.5, 2.0):
                    other = mix.copy()
                    other[place] = other[place] * factor if other[place] else 0.05 * factor
                    if other.sum() > 0 and (found := self.value(other / other.sum())) > value * (1 + GAIN):
                        mix, value = other / other.sum(), found
            if value == before:
                break
        return mix.astype(np.float32), value
