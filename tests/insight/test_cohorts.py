"""Retention of cohorts, by hand."""

from datetime import date

from shop import Row, buy
from support import rows, table

from kezhi.insight import cohort_retention, spending
from kezhi.profile.purchases import purchases


def retention(as_of: date, *orders: Row) -> list[tuple]:
    found = rows(cohort_retention(spending(purchases(table("orders", orders), as_of=as_of)), as_of=as_of))
    return sorted((r["cohort_month"].isoformat()[:7], *list(r.values())[1:]) for r in found)


ORDERS = [
    buy("o1", "c1", "2024-11-03", 1),
    buy("o2", "c1", "2024-11-30", 1),
    buy("o3", "c1", "2025-01-01", 1),
    buy("o4", "c1", "2025-01-31", 1),
    buy("o5", "c2", "2024-11-05", 1),
    buy("o6", "c3", "2025-01-10", 1),
    buy("o7", None, "2024-12-10", 1),
]


def test_a_cohort_has_every_month_up_to_the_last_day_seen():
    """Two began in November; nobody came in December, one in January; orders of nobody are in no cohort."""
    assert [
        ("2024-11", 0, 2, 2, 1.0, True),
        ("2024-11", 1, 2, 0, 0.0, True),
        ("2024-11", 2, 2, 1, 0.5, True),
        ("2025-01", 0, 1, 1, 1.0, True),
    ] == retention(date(2025, 2, 1), *ORDERS)


def test_the_month_that_as_of_cuts_short_is_marked():
    found = retention(date(2025, 1, 31), *ORDERS)
    assert [True, True, False, False] == [row[-1] for row in found]


def test_before_the_first_purchase_there_is_no_cohort():
    assert [] == retention(date(2024, 11, 3), *ORDERS)
