"""What loyalty rests on, of earlier days: all at once they are what each day's own orders say."""

from __future__ import annotations

from datetime import date, timedelta

from shop import random_shop
from support import rows, table

from kezhi import profile
from kezhi.profile.features import values_of_orders
from kezhi.profile.loyalty import NEEDED
from kezhi.profile.rfm import SCORED

AS_OF = date(2025, 6, 1)
DAYS = [AS_OF - timedelta(days=back) for back in (1, 30, 90, 365)]


def test_days_looked_at_together_are_those_looked_at_one_by_one_also_where_much_was_given_back_since(bench):
    otherwise = 0
    for seed in range(3):
        given = random_shop(seed, AS_OF)
        customers, orders, lines, products = (
            table(name, given[name], bench) for name in ("customers", "orders", "order_lines", "products")
        )
        ledger, undone = profile.counted(orders, as_of=AS_OF), profile.undone(orders, as_of=AS_OF)
        of_orders = values_of_orders(lines, products, "category")
        for with_lines in (True, False):
            found = profile.loyalty_features(ledger, undone, of_orders if with_lines else None, days=DAYS, bench=bench)
            for on in DAYS:
                sold = (lines, products) if with_lines else (None, None)
                known = profile.features(customers, orders, *sold, None, as_of=on, bench=bench)
                own = known.filter(known.orders_life > 0).select("customer_id", *NEEDED)
                assert rows(found[on], bench) == rows(own, bench)
        before = [row for row in rows(ledger, bench) if row["is_purchase"] and row["customer_id"] and row["ordered_at"].date() < DAYS[2]]
        otherwise += sum(row["orders_life"] for row in rows(found[DAYS[2]], bench)) - len(before)
    assert otherwise > 0  # some purchase counted then and no longer does


def test_scores_told_from_features_are_those_counted_from_orders_and_who_never_paid_has_them_too(bench):
    for seed in range(3):
        given = random_shop(seed, AS_OF)
        customers, orders = (table(name, given[name], bench) for name in ("customers", "orders"))
        for on in DAYS:
            known = profile.features(customers, orders, None, None, None, as_of=on, bench=bench, needed=SCORED)
            assert rows(profile.rfm(orders, as_of=on, features=known), bench) == rows(profile.rfm(orders, as_of=on), bench)
