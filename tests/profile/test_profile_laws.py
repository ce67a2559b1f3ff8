"""Laws of every table made from orders: same on both engines, for any order of rows and threads, blind to the future."""

import random
from collections.abc import Callable
from datetime import date, datetime

import pytest
from shop import Row, random_shop
from support import rows, table

from kezhi.flow.warehouse import Warehouse
from kezhi.insight import category_sales, cohort_retention, sales_monthly, spending
from kezhi.kit.engine import ir
from kezhi.profile.features import features
from kezhi.profile.purchases import ledger, purchases, refunds
from kezhi.profile.rfm import rfm
from kezhi.profile.tiers import tiers
from kezhi.settings import EngineSettings, RfmSettings, TierSettings

AS_OF = date(2025, 6, 1)
EARLIER = date(2025, 3, 31)
Shop = dict[str, ir.Table]
Law = Callable[[Shop, date], ir.Table]


def _sold(shop: Shop, day: date) -> tuple[ir.Table, ir.Table]:
    return purchases(shop["orders"], as_of=day), refunds(shop["orders"], as_of=day)


MADE: dict[str, Law] = {
    "purchases": lambda s, day: purchases(s["orders"], as_of=day),
    "refunds": lambda s, day: refunds(s["orders"], as_of=day),
    "rfm": lambda s, day: rfm(s["orders"], as_of=day),
    "rfm_quintile": lambda s, day: rfm(s["orders"], as_of=day, settings=RfmSettings(mode="quintile")),
    "features": lambda s, day: features(s["customers"], s["orders"], s["order_lines"], s["products"], s["events"], as_of=day),
    "tiers": lambda s, day: tiers(ledger(s["orders"], as_of=day), as_of=day, settings=TierSettings(window_days=90, grace_days=30)),
    "sales_monthly": lambda s, day: sales_monthly(spending(_sold(s, day)[0]), _sold(s, day)[1], as_of=day),
    "category_sales": lambda s, day: category_sales(*_sold(s, day), s["order_lines"], s["products"], as_of=day),
    "cohort_retention": lambda s, day: cohort_retention(spending(_sold(s, day)[0]), as_of=day),
}


def answer(name: str, shop: dict[str, list[Row]], bench: Warehouse, as_of: date = AS_OF) -> list[Row]:
    return rows(MADE[name]({t: table(t, r, bench) for t, r in shop.items()}, as_of), bench)


@pytest.mark.parametrize("name", MADE)
def test_neither_threads_nor_the_order_of_rows_change_the_answer(name, bench, tmp_path):
    """To the last bit: with one thread, with two, and with every table turned upside down."""
    shop = random_shop(7, AS_OF, purchases=400)
    with Warehouse(EngineSettings(memory_limit="1GB", threads=1), tmp_path / "one") as one:
        expected = answer(name, shop, one)
    assert expected
    assert expected == answer(name, shop, bench)
    for seed in range(2):
        shuffled = {t: random.Random(seed).sample(r, len(r)) for t, r in shop.items()}
        assert expected == answer(name, shuffled, bench)


@pytest.mark.parametrize("name", MADE)
def test_nothing_from_as_of_on_is_seen(name, bench):
    """Cutting every table at an earlier day gives that day's answer; so models trained there do not see the future."""
    shop = random_shop(8, AS_OF)
    limit = datetime.combine(EARLIER, datetime.min.time())
    cut = shop | {
        "orders": [o for o in shop["orders"] if o["ordered_at"] < limit],
        "events": [e for e in shop["events"] if e["occurred_at"] < limit],
    }
    assert len(cut["orders"]) < len(shop["orders"])
    assert answer(name, cut, bench, EARLIER) == answer(name, shop, bench, EARLIER)


def test_features_are_the_same_when_the_marked_orders_are_computed_once(bench):
    shop = {t: table(t, r, bench) for t, r in random_shop(3, AS_OF).items()}
    inputs = [shop[name] for name in ("customers", "orders", "order_lines", "products", "events")]
    assert rows(features(*inputs, as_of=AS_OF), bench) == rows(features(*inputs, as_of=AS_OF, bench=bench), bench)


@pytest.mark.spark
@pytest.mark.parametrize("name", MADE)
def test_spark_gives_the_same_answer(name, bench, spark_bench):
    """Values and their kinds; floats to the last bit, because they are quotients of whole numbers."""
    shop = random_shop(9, AS_OF)
    expected = answer(name, shop, bench)
    assert expected
    assert expected == answer(name, shop, spark_bench)
