"""An earlier day is seen as nobody knew then what would be given back."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from shop import buy, give_back
from support import rows, table

from kezhi import profile

AS_OF, FIRST = date(2025, 3, 1), date(2025, 1, 1)

SUMS = ("net_amount", "margin_amount", "uncosted")


def _orders(seed: int) -> list:
    """Two months of a shop in which nearly all is given back in one part or in two, some before it was paid, by another, or of an order never paid."""
    draws = np.random.default_rng(seed)

    def at() -> str:
        return f"{FIRST + timedelta(days=int(draws.integers(0, 62)))}T{draws.integers(0, 24):02}:30:00"

    found = []
    for number in range(60):
        who, amount = draws.choice(["a", "b", "c", None]), int(draws.integers(0, 3)) * 10
        found.append(buy(f"o{number}", who, at(), amount, status=draws.choice(["paid", "paid", "paid", "unpaid"])))
        for part in range(draws.integers(0, 3)):
            by = who if draws.random() < 0.8 else "d"
            found.append(
                give_back(
                    f"r{number}-{part}", by, at(), int(draws.choice([5, 10, 20])), of=f"o{number}" if draws.random() < 0.9 else "unknown"
                )
            )
    return found


def test_the_days_seen_from_an_earlier_one_are_those_of_its_own_ledger_and_what_came_since_is_as_today():
    changed = 0
    for seed in range(3):
        orders = table("orders", _orders(seed))
        today = profile.purchase_days(profile.counted(orders, as_of=AS_OF))
        lost = profile.lost_days(today, profile.undone(orders, as_of=AS_OF))
        for on in (FIRST, date(2025, 1, 20), date(2025, 2, 10), AS_OF):
            before = rows(profile.purchase_days(profile.counted(orders, as_of=on)))
            since = [row for row in rows(today) if row["acted_on"] >= on]
            seen = rows(profile.days_as_seen(today, lost, on=on))
            assert _by_day(seen) == _by_day([*before, *since])
            changed += _by_day(seen) != _by_day(rows(today))
    assert changed == 6


def _by_day(days: list[dict]) -> dict[tuple[str, date], dict]:
    """Of each customer and day what its rows add up to, and in how many of them something was bought: of a ledger it is one or none."""
    found: dict[tuple[str, date], dict] = {}
    for row in days:
        told = found.setdefault((row["customer_id"], row["acted_on"]), dict.fromkeys((*SUMS, "rows_bought"), 0))
        for name in SUMS:
            told[name] += row[name]
        told["rows_bought"] += row["bought"] > 0
    return found
