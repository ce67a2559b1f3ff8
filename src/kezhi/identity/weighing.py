"""How much each agreement is worth: Fellegi-Sunter weights, learnt from the records themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from kezhi.identity.blocking import RULES
from kezhi.identity.comparing import COMPARISONS, UNKNOWN, Comparison

# What is expected beforehand weighs as much as this many pairs of one person, and of strangers; so that five records
# are weighed by what is common among people, and five thousand by what is common among them.
MATCHES_BEFORE, STRANGERS_BEFORE = 20.0, 20_000.0
Chosen = tuple[Comparison, ...]
ROUNDS, SETTLED = 200, 1e-6


@dataclass(frozen=True, slots=True)
class Patterns:
    """Pairs with the same levels, counted: one row per mask and levels."""

    mask: Any  # int64, the rules that brought them together; 0 for strangers
    levels: Any  # int8, a column per comparison
    count: Any  # float64
    label: Any  # int8, what people said: 1 one person, 0 two, -1 nothing


@dataclass(frozen=True, slots=True)
class Weights:
    """Shares of the levels among pairs of one person (m) and of strangers (u), per comparison; and pairs of one person among all."""

    chosen: Chosen
    match: tuple[Any, ...]
    chance: tuple[Any, ...]
    matches: float  # expected pairs of one person
    pairs: float  # of all records

    @property
    def prior_bits(self) -> float:
        """log2 of the odds that two records drawn blindly are one person's."""
        share = float(np.divide(self.matches + 0.5, self.pairs + 5000.0))
        return float(np.log2(share) - np.log2(1 - share))

    def bits(self, number: int) -> Any:
        """The weight of each level of comparison *number*, log2 of m against u."""
        return np.log2(self.match[number]) - np.log2(self.chance[number])


def learnt(candidates: Patterns, strangers: Patterns, all_pairs: float, chosen: Chosen) -> Weights:
    """
    Weights by expectation and maximisation, with labels where people gave any.

    The pairs of each blocking rule are a sample of their own, with a share of matches of its own, in which the comparisons
    that the rule fixes are not looked at: they always agree there. Pairs that chance brought together are one more
    sample, from which alone u is learnt. All share m. Priors stand in where records are few. What people said of a pair is
    not guessed again: those pairs are a sample whose share of matches is known pair by pair, in which all is looked at.

    Source: Winkler (1988), Using the EM algorithm for weight computation in the Fellegi-Sunter model of record linkage;
    training by blocking rule as in Linacre et al. (2022), Splink: free software for probabilistic record linkage at scale.
    """
    match = [np.array([level.match for level in one.levels]) for one in chosen]
    match = [np.divide(m, m.sum()) for m in match]
    chance = [np.array([level.chance for level in one.levels]) for one in chosen]
    chance = [np.divide(u, u.sum()) for u in chance]
    before_m, before_u = [m * MATCHES_BEFORE for m in match], [u * STRANGERS_BEFORE for u in chance]
    samples = [_sample(candidates, number, rule.fixed, chosen) for number, rule in enumerate(RULES)]
    samples = [sample for sample in samples if sample[1].sum() > 0]
    said = candidates.label == 1
    for place in range(len(chosen)):
        labelled, count = candidates.levels[said, place], candidates.count[said]
        before_m[place] += np.bincount(labelled[labelled != UNKNOWN], count[labelled != UNKNOWN], len(match[place]))
    samples.append((strangers.levels, strangers.count, np.ones(len(chosen), bool)))
    shares = [0.2] * (len(samples) - 1) + [1e-4]
    for _ in range(ROUNDS):
        bits = [np.log(m) - np.log(u) for m, u in zip(match, chance, strict=True)]
        new_m, new_u, new_shares = [m.copy() for m in before_m], [u.copy() for u in before_u], []
        for place, ((levels, count, looked_at), share) in enumerate(zip(samples, shares, strict=True)):
            likely = _posterior(levels, looked_at, bits, np.log(share) - np.log1p(-share))
            ones, others = count * likely, count * (1 - likely)
            new_shares.append(min(max(float(np.divide(ones.sum() + 0.1, count.sum() + 1.0)), 1e-9), 1 - 1e-6))
            for number in np.flatnonzero(looked_at):
                level = levels[:, number]
                known = level != UNKNOWN
                new_m[number] += np.bincount(level[known], ones[known], len(match[number]))
                if place == len(samples) - 1:
                    new_u[number] += np.bincount(level[known], others[known], len(chance[number]))
        new_m, new_u = [np.divide(m, m.sum()) for m in new_m], [np.divide(u, u.sum()) for u in new_u]
        moved = max(float(np.abs(a - b).max()) for a, b in zip(new_m, match, strict=True))
        match, chance, shares = new_m, new_u, new_shares
        if moved < SETTLED:
            break
    return Weights(chosen, tuple(match), tuple(chance), _matches(candidates, match, chance, all_pairs), all_pairs)


def _sample(patterns: Patterns, number: int, fixed: tuple[str, ...], chosen: Chosen) -> tuple[Any, Any, Any]:
    held = ((patterns.mask >> number) & 1 == 1) & (patterns.label < 0)
    return patterns.levels[held], patterns.count[held], np.array([one.name not in fixed for one in chosen])


def _posterior(levels: Any, looked_at: Any, bits: list[Any], prior: float) -> Any:
    total = np.full(len(levels), prior)
    for number in np.flatnonzero(looked_at):
        total += np.append(bits[number], 0.0)[levels[:, number]]  # UNKNOWN is -1: the last, without weight
    return np.reciprocal(1 + np.exp(-np.clip(total, -500, 500)))


def _matches(candidates: Patterns, match: list[Any], chance: list[Any], all_pairs: float) -> float:
    """How many of the pairs are one person's: the number that, as prior, gives itself back."""
    if not len(candidates.count) or not all_pairs:
        return 0.0
    bits = [np.log(m) - np.log(u) for m, u in zip(match, chance, strict=True)]
    every = np.ones(len(match), bool)
    found = float(candidates.count.sum()) * 0.1
    for _ in range(ROUNDS):
        share = min(float(np.divide(found + 0.5, all_pairs + 5000.0)), 0.5)
        now = float((candidates.count * _posterior(candidates.levels, every, bits, np.log(share) - np.log1p(-share))).sum())
        if abs(now - found) < 0.01:
            break
        found = now
    return found


def named(weights: Weights) -> Mapping[str, list[Any]]:
    """The weights as columns of a table: comparison, level, match_share, chance_share, weight_bits; rows in order."""
    rows: list[tuple[str, str, float, float | None, float]] = [
        (
            one.name,
            level.name,
            float(weights.match[number][place]),
            float(weights.chance[number][place]),
            float(weights.bits(number)[place]),
        )
        for number, one in enumerate(weights.chosen)
        for place, level in enumerate(one.levels)
    ]
    share = float(np.divide(weights.matches, max(weights.pairs, 1.0)))
    rows.append(("prior", "all", share, None, weights.prior_bits))
    names = ("comparison", "agreement", "match_share", "chance_share", "weight_bits")
    return {name: [row[at] for row in rows] for at, name in enumerate(names)}


def remembered(rows: Iterable[Mapping[str, Any]], all_pairs: float) -> Weights:
    """The weights that `named` wrote down."""
    told = {(row["comparison"], row["agreement"]): row for row in rows}
    chosen = tuple(one for one in COMPARISONS if (one.name, one.levels[0].name) in told)
    shares = {
        name: tuple(np.array([told[one.name, level.name][f"{name}_share"] for level in one.levels]) for one in chosen)
        for name in ("match", "chance")
    }
    return Weights(chosen, shares["match"], shares["chance"], told["prior", "all"]["match_share"] * all_pairs, all_pairs)
