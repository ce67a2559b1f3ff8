"""How often one address or account may ask."""

from __future__ import annotations

import math
import time

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from kezhi.errors import TooMany


class Limits:
    """Counts in this process; with several workers each counts for itself."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def hit(self, rule: str, *key: str) -> None:
        """
        Count one request of *key* against *rule*, such as "10/minute".

        Raises:
            TooMany: There were as many already; says when to come again.
        """
        item = parse(rule)
        if not self._limiter.hit(item, *key):
            reset = self._limiter.get_window_stats(item, *key).reset_time
            raise TooMany(seconds=max(1, math.ceil(reset - time.time())))
