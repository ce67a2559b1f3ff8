"""Migration between groups and stages: cells checked by hand, nobody lost, every cell is its customers."""

from datetime import date
from decimal import Decimal

import pytest
from shop import buy, give_back, random_shop
from support import arrow, rows, table

import kezhi
from kezhi.errors import WrongInput
from kezhi.insight import lifecycle_transitions, moves, pairs, rfm_migration
from kezhi.kit.engine import ibis
from kezhi.profile import ledger, net_between, rfm

AS_OF, FROM = date(2025, 6, 1), date(2025, 3, 3)


def states(*given: tuple) -> ibis.Table:
    """Of both dimensions the same state; of the stage also since when, where it is told."""
    found = [dict(zip(("customer_id", "rfm", "lifecycle_since"), (*one, None)[:3], strict=True)) for one in given]
    read = ibis.memtable(found, schema={"customer_id": "string", "rfm": "string", "lifecycle_since": "date"})
    return read.mutate(lifecycle=read.rfm)


def spent(**amounts: int) -> ibis.Table:
    rows = [{"customer_id": c, "net_amount": Decimal(a)} for c, a in amounts.items()]
    return ibis.memtable(rows, schema={"customer_id": "string", "net_amount": "decimal(18,2)"})


def moved(before, now, money, dimension="rfm"):
    return moves(pairs(before, now, money), dimension=dimension, compared_with="recomputed", from_on=FROM)


def test_a_cell_counts_who_moved_and_what_they_spent_and_its_share_is_of_those_who_were_there():
    """Three were A, two of them are B now; one came; one is gone."""
    before = states(("a", "A"), ("b", "A"), ("c", "A"), ("d", "B"))
    now = states(("a", "B"), ("b", "B"), ("c", "A"), ("e", "A"))
    cells = {(r["from_group"], r["to_group"]): r for r in rows(rfm_migration(moved(before, now, spent(a=10, b=5, e=7))))}
    assert {k: (r["customers"], r["net_amount"]) for k, r in cells.items()} == {
        ("A", "B"): (2, 15), ("A", "A"): (1, 0), ("B", "不再出现"): (1, 0), ("新出现", "A"): (1, 7),
    }  # fmt: skip
    assert cells["A", "B"]["share"] == pytest.approx(2 / 3)


def test_the_expected_next_stage_is_where_most_of_those_who_left_went_and_staying_is_not_leaving():
    before = states(*((c, "客户", date(2025, 1, 1)) for c in "abcdef"))
    now = states(*((c, "客户", date(2025, 1, 1)) for c in "abc"), ("d", "升级", date(2025, 4, 1)),
                 ("e", "升级", date(2025, 5, 1)), ("f", "挽留"))  # fmt: skip
    found = {r["to_stage"]: r for r in rows(lifecycle_transitions(moved(before, now, spent(), "lifecycle")))}
    assert {stage: r["is_expected_next"] for stage, r in found.items()} == {"客户": False, "升级": True, "挽留": False}
    assert found["升级"]["dwell_days_median"] == 105  # 1 January to 1 April and to 1 May: 90 and 120 days
    assert found["挽留"]["dwell_days_median"] is None  # nothing tells when it began


def test_no_customer_and_no_money_is_lost_between_two_days():
    """Rows of the matrix add up to the groups of that day, columns to those of today, money to what was spent."""
    for seed in range(5):
        orders = table("orders", random_shop(seed, AS_OF)["orders"])
        cells = rows(kezhi.rfm_migration(orders, as_of=AS_OF, from_on=FROM))
        for day, side in ((FROM, "from_group"), (AS_OF, "to_group")):
            groups = [r["rfm_group"] for r in rows(rfm(orders, as_of=day))]
            counted = {name: sum(r["customers"] for r in cells if r[side] == name) for name in set(groups)}
            assert counted == {name: groups.count(name) for name in set(groups)}
        money = net_between(ledger(orders, as_of=AS_OF).filter(ibis._.customer_id.notnull()), FROM)
        assert sum(r["net_amount"] for r in cells) == sum(r["net_amount"] for r in rows(money))


def test_a_refund_since_the_earlier_day_lowers_what_was_spent():
    orders = [buy("1", "a", "2025-02-01", 100), buy("2", "a", "2025-04-01", 50), give_back("3", "a", "2025-05-01", 20, of="1")]
    cells = rows(kezhi.rfm_migration(table("orders", orders), as_of=AS_OF, from_on=FROM))
    assert [(r["customers"], r["net_amount"]) for r in cells] == [(1, 30)]


def test_a_pandas_frame_comes_back_as_one_and_a_wrong_day_is_refused():
    frame = arrow("orders", [buy("1", "a", "2025-02-01", 100)]).to_pandas()
    made = kezhi.rfm_migration(frame[["customer_id", "ordered_at", "net_amount"]], as_of=AS_OF, from_on=FROM)
    assert list(made["customers"]) == [1]
    with pytest.raises(WrongInput, match="not before"):
        kezhi.rfm_migration(frame, as_of=FROM, from_on=FROM)
