"""Which category a customer buys next: the own shares, drawn to those of all as far as customers differ little."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

from kezhi.models.clv.counts import Floats

STRENGTHS = np.geomspace(0.5, 200, 25)  # purchases of everybody's mix that count as much as the customer's own


def shared_strength(own: Floats) -> tuple[Floats, float]:
    """
    Shares of all, and how many purchases of that mix each customer starts with.

    Args:
        own: Customer x category, how often each was bought.

    Source: maximum likelihood of the Dirichlet-multinomial on a fixed grid, its mean being the shares of all (Minka 2000,
    Estimating a Dirichlet distribution).
    """
    shares = (own.sum(axis=0) + 0.5) / (own.sum() + 0.5 * own.shape[1])
    total = own.sum(axis=1)
    place, category = np.nonzero(own)
    counts = own[place, category]
    scores = [
        float(
            (gammaln(strength) - gammaln(strength + total)).sum()
            + (gammaln(counts + strength * shares[category]) - gammaln(strength * shares[category])).sum()
        )
        for strength in STRENGTHS
    ]
    return shares, float(STRENGTHS[int(np.argmax(scores))])


def category_chances(own: Floats, shares: Floats, strength: float) -> Floats:
    """Customer x category: the share of coming purchases; rows sum to 1."""
    return np.asarray((own + strength * shares) / (own.sum(axis=1, keepdims=True) + strength))
