"""How much less is bought when the price rises: log-log regression with fixed effects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import t as student

LEAST_ROWS = 12
LEAST_SPREAD = 0.02  # standard deviation of log prices within what is fixed: about 2%
ROUNDS, CLOSE = 200, 1e-10
ELASTIC = -1.0
FEWEST_GROUPS = 5


@dataclass(frozen=True, slots=True)
class Elasticity:
    """
    What `elasticity` found.

    Attributes:
        rows: With a price and a quantity above 0.
        price_spread: Standard deviation of log prices, after what is fixed is taken off.
        value, low, high: Percent more bought per percent of price, and its interval; None where refused.
        verdict: `elastic` (high below −1), `inelastic` (low above −1, high below 0), `falls` (high below 0, −1 between both),
            `rises` (low above 0), `unsure` (0 between both), `prices_hardly_vary` or `too_few`.
    """

    rows: int
    price_spread: float | None
    value: float | None
    low: float | None
    high: float | None
    verdict: str


def elasticity(price: Any, quantity: Any, fixed: list[Any], *, level: float = 0.95) -> Elasticity:
    """
    Slope of log quantity on log price within products (and periods, or whatever else is fixed).

    Args:
        price, quantity: float64, above 0.
        fixed: Per fixed effect a whole number of each row; the first also groups errors that belong together.
        level: Of the interval.

    Source: within estimator; errors clustered by the first effect (Cameron, Miller 2015, J. Human Resources 50, 317-372, eq. 11),
    or robust (HC1) with fewer than five groups.
    """
    rows = len(price)
    if rows < LEAST_ROWS:
        return Elasticity(rows, None, None, None, None, "too_few")
    x, y = _within(np.log(price), fixed), _within(np.log(quantity), fixed)
    spread, whole = float(x.std()), float((x**2).sum())
    taken = sum(len(np.unique(one)) - 1 for one in fixed) + 2
    if spread < LEAST_SPREAD:
        return Elasticity(rows, spread, None, None, None, "prices_hardly_vary")
    if rows - taken < 5:
        return Elasticity(rows, spread, None, None, None, "too_few")
    slope = float((x * y).sum() / whole)
    scores = x * (y - slope * x)
    groups = len(np.unique(fixed[0])) if fixed else 0
    if groups >= FEWEST_GROUPS:
        sums = np.bincount(np.unique(fixed[0], return_inverse=True)[1], weights=scores)
        variance, freedom = float((sums**2).sum()) * groups / (groups - 1), groups - 1
    else:
        variance, freedom = float((scores**2).sum()) * rows / (rows - taken), rows - taken
    half = float(student.ppf(0.5 + level / 2, freedom)) * float(np.sqrt(variance)) / whole
    low, high = slope - half, slope + half
    return Elasticity(rows, spread, slope, low, high, _verdict(low, high))


def _verdict(low: float, high: float) -> str:
    if high < ELASTIC:
        return "elastic"
    if high < 0:
        return "inelastic" if low > ELASTIC else "falls"
    return "rises" if low > 0 else "unsure"


def _within(values: Any, fixed: list[Any]) -> Any:
    """*values* less the means of each fixed effect, taken off in turn until nothing changes."""
    left = values - values.mean()
    groups = [np.unique(one, return_inverse=True)[1] for one in fixed]
    for _ in range(ROUNDS if len(groups) > 1 else 1):
        before = left
        for codes in groups:
            left = left - (np.bincount(codes, weights=left) / np.bincount(codes))[codes]
        if np.abs(left - before).max(initial=0.0) < CLOSE:
            break
    return left
