"""Why a product is offered: a code, the own product that led to it, and words in both languages."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from kezhi.locales import text
from kezhi.models.recommendation.members import MEMBERS

CODES = {
    "popular": "popular", "season": "season", "repeat": "repeat", "item_item": "bought_together", "ease": "bought_together",
    "content": "same_kind", "user_user": "alike_customers", "neural": "taste",
}  # fmt: skip
OTHERS = ("bought_before", "segment_popular", "category_popular")
ALL = tuple(dict.fromkeys([*CODES.values(), *OTHERS]))
OF_MEMBER = np.array([ALL.index(CODES[name]) for name in MEMBERS], np.int64)


def told(ids: Any, codes: Any, because: Any, times: Any, users: Any) -> tuple[Any, Any]:
    """*codes* and *because*, but what the customer bought before is said to be that, whichever member speaks loudest for it."""
    own = np.asarray(times[np.repeat(users, ids.shape[1]), np.maximum(ids, 0).ravel()]).reshape(ids.shape)
    codes = np.where(own > 1, ALL.index("repeat"), np.where(own > 0, ALL.index("bought_before"), codes))
    return codes, np.where(own > 0, -1, because)


def words(codes: Any, because: Any, names: list[str]) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Code, Chinese and English words of each row; *codes* are places in `ALL`, *because* in *names* (−1 without)."""
    pairs, place = np.unique(np.stack([codes, because], axis=1), axis=0, return_inverse=True) if len(codes) else (np.zeros((0, 2), int), [])
    said: dict[str, list[str]] = {"zh": [], "en": []}
    for code, which in pairs.tolist():
        for lang, kept in said.items():
            kept.append(text(f"recommend.reasons.{ALL[code]}", lang, product=names[which] if which >= 0 else ""))
    spot = pa.array(np.asarray(place, np.int64).reshape(-1))
    return (
        pa.array(ALL, pa.string()).take(pa.array(np.asarray(codes, np.int64))),
        pa.array(said["zh"], pa.string()).take(spot),
        pa.array(said["en"], pa.string()).take(spot),
    )
