"""RFM: the 5-point table at each of its borders, the window, refunds, the eight groups, quintiles."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from shop import Row, buy, give_back, random_shop
from support import only_row, rows, table

from kezhi.profile.rfm import GROUPS, rfm
from kezhi.settings import RfmSettings
from kezhi.tables import RFM

AS_OF = date(2025, 6, 1)


def days_ago(days: int) -> date:
    return AS_OF - timedelta(days=days)


def row_of(*orders: Row, **settings) -> dict:
    return only_row(rfm(table("orders", orders), as_of=AS_OF, settings=RfmSettings(**settings)))


def by_customer(orders: list[Row], **settings) -> dict[str, dict]:
    return {r["customer_id"]: r for r in rows(rfm(table("orders", orders), as_of=AS_OF, settings=RfmSettings(**settings)))}


@pytest.mark.parametrize(("days", "score"), [(1, 5), (30, 5), (31, 4), (60, 4), (61, 3), (90, 3), (91, 2), (180, 2), (181, 1), (3000, 1)])
def test_recency_is_scored_by_days_since_the_last_purchase(days, score):
    """Row 82: at most 30 days 5, 31 to 60 4, 61 to 90 3, 91 to 180 2, more 1; over the whole life."""
    found = row_of(buy("o1", "c1", days_ago(days), 10), buy("o0", "c1", days_ago(5000), 10))
    assert (days, score) == (found["recency_days"], found["r_score"])


@pytest.mark.parametrize(("purchases", "score"), [(1, 1), (2, 2), (3, 2), (4, 3), (6, 3), (7, 4), (9, 4), (10, 5), (11, 5)])
def test_frequency_is_scored_by_purchases_in_twelve_months(purchases, score):
    """Row 82: 10 or more 5, 7 to 9 4, 4 to 6 3, 2 or 3 2, one 1."""
    found = row_of(*[buy(f"o{i}", "c1", "2025-05-01", 1) for i in range(purchases)])
    assert (purchases, score) == (found["frequency"], found["f_score"])


@pytest.mark.parametrize(
    ("net", "score"),
    [("10000", 5), ("9999.99", 4), ("5000", 4), ("4999.99", 3), ("2000", 3), ("1999.99", 2), ("500", 2), ("499.99", 1), ("0", 1)],
)
def test_money_is_scored_by_yuan_in_twelve_months(net, score):
    """Row 82 down to 2000; 500 and less are our own choice."""
    found = row_of(buy("o1", "c1", "2025-05-01", Decimal(net)))
    assert (Decimal(net), score) == (found["monetary"], found["m_score"])


def test_the_window_is_the_365_days_before_as_of():
    """1 June 2024 is 365 days before and counts, 31 May 2024 does not; 1 June 2025 is not seen at all."""
    found = row_of(
        buy("out", "c1", "2024-05-31T23:59:59", 1),
        buy("first", "c1", "2024-06-01", 10),
        buy("last", "c1", "2025-05-31T23:59:59", 100),
        buy("unseen", "c1", "2025-06-01", 1000),
    )
    assert (1, 2, 110) == (found["recency_days"], found["frequency"], found["monetary"])


def test_a_customer_with_only_older_purchases_has_the_lowest_scores_and_a_recency():
    found = row_of(buy("o1", "c1", days_ago(366), 20_000))
    assert {
        "customer_id": "c1", "recency_days": 366, "frequency": 0, "monetary": 0,
        "r_score": 1, "f_score": 1, "m_score": 1, "rfm_group": "一般挽留客户",
    } == found  # fmt: skip


def test_two_purchases_of_one_day_are_two():
    assert 2 == row_of(buy("o1", "c1", "2025-05-01T09:00", 1), buy("o2", "c1", "2025-05-01T09:00", 1))["frequency"]


def test_a_full_refund_takes_the_order_out_of_recency_frequency_and_money():
    """Buys 120 and 80 yuan, gives the 80 back: as if the second had never been."""
    found = row_of(buy("o1", "c1", "2025-05-01", 120), buy("o2", "c1", "2025-05-20", 80), give_back("r", "c1", "2025-05-25", 80, of="o2"))
    assert (31, 1, 120) == (found["recency_days"], found["frequency"], found["monetary"])


def test_a_partial_refund_lowers_only_money():
    found = row_of(buy("o1", "c1", "2025-05-01", 120), buy("o2", "c1", "2025-05-20", 80), give_back("r", "c1", "2025-05-25", 30, of="o2"))
    assert (12, 2, 170) == (found["recency_days"], found["frequency"], found["monetary"])


def test_a_refund_counts_on_its_own_day():
    """An order of before the window, refunded in part inside it: no purchase, and money below 0. And the other way round."""
    found = row_of(buy("o1", "c1", days_ago(400), 120), give_back("r", "c1", days_ago(300), 20, of="o1"))
    assert (400, 0, -20, 1, 1) == tuple(found[c] for c in ("recency_days", "frequency", "monetary", "f_score", "m_score"))
    assert 120 == row_of(buy("o1", "c1", days_ago(300), 120), give_back("r", "c1", AS_OF, 20, of="o1"))["monetary"]


def test_a_full_refund_in_the_window_of_an_order_before_it_takes_off_nothing():
    found = row_of(buy("o1", "c1", days_ago(400), 120), give_back("r", "c1", days_ago(300), 120, of="o1"))
    assert (None, 0, 0) == (found["recency_days"], found["frequency"], found["monetary"])


def test_a_refund_of_no_known_order_lowers_money():
    assert 70 == row_of(buy("o1", "c1", "2025-05-01", 100), give_back("r", "c1", "2025-05-02", 30))["monetary"]


def test_a_customer_with_only_refunds_has_a_row_without_recency():
    found = row_of(give_back("r", "c1", "2025-05-02", 30))
    assert (None, 0, -30, 1, 1, 1) == tuple(found[c] for c in RFM.column_names[1:7])


def test_unpaid_and_cancelled_orders_are_no_purchases_but_their_customer_has_a_row():
    found = row_of(buy("o1", "c1", "2025-05-01", 100, status="unpaid"), buy("o2", "c1", "2025-05-01", 100, status="cancelled"))
    assert (None, 0, 0) == (found["recency_days"], found["frequency"], found["monetary"])


def test_orders_of_nobody_and_customers_not_seen_yet_have_no_row():
    assert {} == by_customer([buy("o1", None, "2025-05-01", 100), buy("o2", "c1", "2025-06-01", 100)])


def a_customer(name: str, *, recent: bool, often: bool, much: bool) -> list[Row]:
    """10 or 200 days ago, eight times or once, 8000 yuan or 80 in all."""
    times = 8 if often else 1
    return [buy(f"{name}{i}", name, days_ago(10 if recent else 200), (8000 if much else 80) / times) for i in range(times)]


def test_each_of_the_eight_groups_is_reached():
    """Row 83: 重要 is much money; 价值 recent and often, 发展 only recent, 保持 only often, 挽留 neither."""
    expected = {
        "重要价值客户": (True, True, True), "重要发展客户": (True, False, True),
        "重要保持客户": (False, True, True), "重要挽留客户": (False, False, True),
        "一般价值客户": (True, True, False), "一般发展客户": (True, False, False),
        "一般保持客户": (False, True, False), "一般挽留客户": (False, False, False),
    }  # fmt: skip
    orders = [o for name, (r, f, m) in expected.items() for o in a_customer(name, recent=r, often=f, much=m)]
    assert {name: name for name in expected} == {c: r["rfm_group"] for c, r in by_customer(orders).items()}
    assert expected == GROUPS


def test_the_table_and_what_counts_as_high_can_be_edited():
    """Scores 4 4 4 of the built-in table become 5 3 3 by a table of one's own; high from 5 on."""
    orders = a_customer("c1", recent=True, often=True, much=True)
    own = {"recency_days": [10, 20, 30, 40], "frequency": [20, 10, 8, 2], "monetary": [50_000, 20_000, 7999.995, 1], "high_score": 5}
    found = row_of(*orders, **own)
    assert (5, 3, 3, "一般发展客户") == (found["r_score"], found["f_score"], found["m_score"], found["rfm_group"])


def test_quintiles_give_ten_customers_two_by_two():
    """c0 bought yesterday, once, 10 yuan; c9 ten days ago, ten times, 1000 yuan: as in a table by hand."""
    orders = [buy(f"{c}-{i}", f"c{c}", days_ago(c + 1), 10 * (c + 1)) for c in range(10) for i in range(c + 1)]
    found = by_customer(orders, mode="quintile")
    assert [5, 5, 4, 4, 3, 3, 2, 2, 1, 1] == [found[f"c{c}"]["r_score"] for c in range(10)]
    assert [1, 1, 2, 2, 3, 3, 4, 4, 5, 5] == [found[f"c{c}"]["f_score"] for c in range(10)]
    assert [1, 1, 2, 2, 3, 3, 4, 4, 5, 5] == [found[f"c{c}"]["m_score"] for c in range(10)]


def test_in_quintiles_equal_values_share_a_score_and_no_purchase_is_the_lowest():
    """Four bought once on one day for 10; one only gave something back."""
    orders = [buy(f"o{c}", f"c{c}", "2025-05-01", 10) for c in range(4)] + [give_back("r", "c9", "2025-05-01", 5)]
    found = by_customer(orders, mode="quintile")
    assert [(5, 2, 2)] * 4 == [tuple(found[f"c{c}"][s] for s in ("r_score", "f_score", "m_score")) for c in range(4)]
    assert (1, 1, 1) == tuple(found["c9"][s] for s in ("r_score", "f_score", "m_score"))


@pytest.mark.parametrize("seed", range(4))
def test_quintile_scores_are_those_of_numpys_cut_points(seed):
    """1 + how many of the 20, 40, 60 and 80 % points lie below; recency the other way round, among those who have one."""
    found = by_customer(random_shop(seed, AS_OF, purchases=60)["orders"], mode="quintile").values()

    def passed(column: str, row: dict) -> int:
        values = [float(r[column]) for r in found if r[column] is not None]
        return int((np.percentile(values, [20, 40, 60, 80], method="inverted_cdf") < float(row[column])).sum())

    for row in found:
        assert row["r_score"] == (1 if row["recency_days"] is None else 5 - passed("recency_days", row))
        assert row["f_score"] == (1 + passed("frequency", row) if row["frequency"] else 1)
        assert row["m_score"] == (1 + passed("monetary", row) if row["frequency"] else 1)


def test_the_answer_has_the_columns_and_types_of_the_contract():
    found = rfm(table("orders", []), as_of=AS_OF)
    assert RFM.types == {name: str(kind).removeprefix("!") for name, kind in found.schema().items()}
    assert [] == rows(found)
