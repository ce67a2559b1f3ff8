"""What other prices would do to sales, by the elasticity that was found: a simulation, with its interval and what it cannot tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from kezhi.errors import WrongInput
from kezhi.locales import Phrase

TOLD = ("elastic", "inelastic", "falls")
MOST = 0.5  # half dearer or cheaper is beyond what any data of usual prices tell


def revenue_change(elasticity: float, change: float) -> float:
    """Share by which revenue changes when prices change by the share *change*: (1 + change) ** (1 + elasticity) - 1."""
    return float((1 + change) ** (1 + elasticity) - 1)


def simulated(rows: list[dict[str, Any]], changes: Mapping[str, float]) -> list[dict[str, Any]]:
    """
    Revenue of a year under other prices.

    Args:
        rows: Of one dimension of `tables.PRICE_ELASTICITY`.
        changes: Member -> share by which its prices change, 0.05 for 5% dearer; other members stay as they are.

    Returns:
        Per member that changes, and `total` of those of which it can be told, the largest first: member, net_amount (now), price_change,
        revenue (then), revenue_low, revenue_high, change, is_told; null figures where the elasticity is not surely below 0. The ends of the
        total suppose that all members err the same way, so they are wide.

    Raises:
        WrongInput: A member is not there, or a change is not between -50% and 50%.
    """
    known = {row["member"]: row for row in rows}
    for member, change in changes.items():
        if member not in known:
            raise WrongInput(problem=Phrase("prices.no_member", member=member, known=", ".join(sorted(known)) or "–"))
        if isinstance(change, bool) or not np.isfinite(change) or not -MOST <= change <= MOST or change == 0:
            raise WrongInput(problem=Phrase("prices.change", change=change, most=f"{MOST:.0%}"))
    made = [_one(known[member], change) for member, change in changes.items()]
    made.sort(key=lambda row: (-row["net_amount"], row["member"]))
    told = [row for row in made if row["is_told"]]
    if len(told) > 1:
        sums = {name: sum(row[name] for row in told) for name in ("net_amount", "revenue", "revenue_low", "revenue_high")}
        whole = sums["revenue"] / sums["net_amount"] - 1 if sums["net_amount"] else None
        made.append({"member": "total", "price_change": None, "is_told": True, "change": whole, **sums})
    return made


def _one(row: Mapping[str, Any], change: float) -> dict[str, Any]:
    now, is_told = float(row["net_amount"]), row["verdict"] in TOLD
    found: dict[str, Any] = {"member": row["member"], "net_amount": now, "price_change": change, "is_told": is_told}
    if not is_told:
        return found | dict.fromkeys(("revenue", "revenue_low", "revenue_high", "change"))
    ends = sorted(now * (1 + revenue_change(row[name], change)) for name in ("low", "high"))
    moved = revenue_change(row["elasticity"], change)
    return found | {"revenue": now * (1 + moved), "revenue_low": ends[0], "revenue_high": ends[1], "change": moved}
