"""The RFM score table of the settings, in words."""

from __future__ import annotations

from itertools import pairwise

from kezhi.measure.formats import Formats
from kezhi.settings import RfmSettings


def score_table(settings: RfmSettings, formats: Formats) -> list[tuple[int, str, str, str]]:
    """Score, days since the last purchase, purchases and money, from 5 down to 1; ends that are whole numbers belong to the range."""
    days, counts, money = settings.recency_days, settings.frequency, settings.monetary
    recency = [f"≤ {days[0]}", *(_span(low + 1, high) for low, high in pairwise(days)), f"> {days[-1]}"]
    frequency = [f"≥ {counts[0]}", *(_span(low, high - 1) for high, low in pairwise(counts)), f"< {counts[-1]}"]
    limits = [f"{formats.sign}{limit:,.2f}".removesuffix(".00") for limit in money]
    amounts = [*(f"≥ {limit}" for limit in limits), f"< {limits[-1]}"]
    return list(zip((5, 4, 3, 2, 1), recency, frequency, amounts, strict=True))


def own_choice(settings: RfmSettings) -> bool:
    """True while the cut of M below 2000 is the one that Kezhi chose and no user has changed."""
    return settings.mode == "table" and settings.monetary == RfmSettings().monetary


def _span(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}–{high}"
