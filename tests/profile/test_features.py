"""Features: small tables by hand, and random shops against a slow reference in plain Python."""

import re
from datetime import date
from decimal import Decimal

import pytest
import reference
from shop import Row, buy, give_back, line, random_shop
from support import rows, table

from kezhi.profile.features import features
from kezhi.profile.purchases import counted
from kezhi.tables import FAVOURITES, FEATURES

AS_OF = date(2025, 6, 1)


def features_of(
    orders: list[Row], lines: list[Row] | None = None, products: list[Row] | None = None, events: list[Row] | None = None
) -> dict:
    """The features of customer c1."""
    tables = [None if r is None else table(name, r) for name, r in (("order_lines", lines), ("products", products), ("events", events))]
    found = features(table("customers", [{"customer_id": "c1"}]), table("orders", orders), *tables, as_of=AS_OF)
    return {r["customer_id"]: r for r in rows(found)}["c1"]


def test_each_window_ends_before_as_of_and_contains_the_shorter_ones():
    """Purchases 30, 31, 90, 91, 365 and 366 days before as_of, and one on it."""
    days = ["2025-05-02", "2025-05-01", "2025-03-03", "2025-03-02", "2024-06-01", "2024-05-31", "2025-06-01"]
    found = features_of([buy(d, "c1", d, 1) for d in days])
    assert [1, 3, 5, 6] == [found[f"orders_{w}"] for w in ("30d", "90d", "365d", "life")]
    assert [1, 3, 5, 6] == [found[f"net_amount_{w}"] for w in ("30d", "90d", "365d", "life")]
    assert [1, 3, 5, 6] == [found[f"active_days_{w}"] for w in ("30d", "90d", "365d", "life")]
    assert (date(2024, 5, 31), date(2025, 5, 2), 30, 366) == tuple(
        found[c] for c in ("first_purchase_on", "last_purchase_on", "recency_days", "tenure_days")
    )


def test_who_never_bought_has_a_row_of_zeros_and_nulls():
    found = features_of([buy("o1", "c2", "2025-05-01", 100)])
    for column in FEATURES.columns[1:]:
        assert found[column.name] == (None if column.nullable else 0), column.name


def test_a_refund_lowers_net_amount_on_its_day_and_the_mean_order_by_its_order():
    """100 and 50 forty days ago; 25 of the 50 given back ten days ago: 150 kept less 25, in two orders."""
    found = features_of(
        [buy("o1", "c1", "2025-04-22", 100), buy("o2", "c1", "2025-04-22", 50), give_back("r", "c1", "2025-05-22", 25, of="o2")]
    )
    assert (0, -25, 1, 25, None) == tuple(
        found[f"{c}_30d"] for c in ("orders", "net_amount", "refunds", "refund_amount", "average_order_value")
    )
    assert (2, 125, 1, 25, Decimal("62.5")) == tuple(
        found[f"{c}_90d"] for c in ("orders", "net_amount", "refunds", "refund_amount", "average_order_value")
    )


def test_who_returns_everything_has_refunds_but_no_purchases():
    """The refund happened, so it is counted; the order and its refund are in no sum of money."""
    found = features_of([buy("o1", "c1", "2025-05-10", 100, channel="门店"), give_back("r", "c1", "2025-05-11", 100, of="o1")])
    assert (0, 0, 1, 100) == tuple(found[f"{c}_30d"] for c in ("orders", "net_amount", "refunds", "refund_amount"))
    assert (None, None) == (found["favourite_channel"], found["last_purchase_on"])


def test_margin_is_null_where_one_cost_is_unknown_and_where_nothing_was_sold():
    """100 at a cost of 60 a month ago, 100 at an unknown cost in spring."""
    found = features_of([buy("o1", "c1", "2025-05-10", 100, cost_amount=60), buy("o2", "c1", "2025-04-10", 100)])
    assert (40, None) == (found["margin_amount_30d"], found["margin_amount_90d"])
    assert features_of([buy("o1", "c1", "2025-04-10", 100, cost_amount=60)])["margin_amount_30d"] is None


def test_margin_takes_off_what_came_back_at_its_cost():
    """Sold for 100 at 60, half given back with goods of 30: 50 − 30."""
    found = features_of(
        [buy("o1", "c1", "2025-05-10", 100, cost_amount=60), give_back("r", "c1", "2025-05-11", 50, of="o1", cost_amount=-30)]
    )
    assert 20 == found["margin_amount_30d"]


def test_discount_share_rests_on_purchases_that_keep_both_amounts():
    """20 of 100; the second order has no gross amount, the third no discount kept."""
    found = features_of(
        [
            buy("o1", "c1", "2025-05-10", 80, gross_amount=100, discount_amount=20),
            buy("o2", "c1", "2025-05-10", 80, discount_amount=20),
            buy("o3", "c1", "2025-05-10", 80, gross_amount=80),
        ]
    )
    assert 0.2 == found["discount_share_30d"]
    assert features_of([buy("o1", "c1", "2025-05-10", 80)])["discount_share_30d"] is None


def test_gaps_are_between_days_with_a_purchase():
    """On the 1st (twice), 3rd and 11th: gaps of 2 and 8 days, mean and median 5, standard deviation 3."""
    orders = [buy(f"o{i}", "c1", f"2025-05-{d}", 1) for i, d in enumerate(["01", "01", "03", "11"])]
    found = features_of(orders)
    assert (5.0, 5.0, 3.0, 3) == tuple(found[c] for c in ("gap_days_mean", "gap_days_median", "gap_days_std", "active_days_life"))
    assert features_of(orders[:2])["gap_days_mean"] is None


def test_a_favourite_has_a_share_a_lift_and_its_evidence():
    """c1: three in the shop, one in the app; c2: four in the app. Shop: 3 of 4 against 3 of 8 of all, twice as much."""
    orders = [buy(f"a{i}", "c1", "2025-05-05", 1, channel="门店") for i in range(3)] + [buy("b", "c1", "2025-05-05", 1, channel="app")]
    orders += [buy(f"c{i}", "c2", "2025-05-05", 1, channel="app") for i in range(4)]
    found = features_of(orders)
    assert ("门店", 0.75, 2.0, 3) == tuple(found[f"favourite_channel{part}"] for part in ("", "_share", "_lift", "_orders"))


def test_a_tie_goes_to_the_value_that_comes_first():
    orders = [buy(f"o{i}", "c1", "2025-05-05", 1, store=s) for i, s in enumerate(["s2", "s10", "s2", "s10", "s9"])]
    assert ("s10", 2) == (features_of(orders)["favourite_store"], features_of(orders)["favourite_store_orders"])


def test_weekday_and_hour_are_told_as_a_clock_and_iso_calendar_do():
    """2025-05-04 was a Sunday."""
    found = features_of([buy("o1", "c1", "2025-05-04T23:59:59", 1)])
    assert ("7", "23") == (found["favourite_weekday"], found["favourite_hour"])


def test_hours_tie_as_the_texts_that_they_are():
    """Twice at 9, twice at 10: in code point order 10 comes first, and 0 before both, which has but one."""
    hours = (9, 10, 9, 0, 10)
    found = features_of([buy(f"o{i}", "c1", f"2025-05-05T{hour:02d}:00:00", 1) for i, hour in enumerate(hours)])
    assert ("10", 0.4, 1.0, 2) == tuple(found[f"favourite_hour{part}"] for part in ("", "_share", "_lift", "_orders"))


def test_an_order_counts_once_for_each_category_and_brand():
    """Three lines of tea in one order and one of rice in two: rice is the favourite. A product unknown has no category."""
    products = [{"product_id": "tea", "category": "茶", "brand": "甲"}, {"product_id": "rice", "category": "米", "brand": "甲"}]
    lines = [line("o1", 1, "tea", 1), line("o1", 2, "tea", 1), line("o1", 3, "tea", 1), line("o1", 4, "rice", 1), line("o2", 1, "rice", 1)]
    lines += [line("o2", 2, "gone", 1), line("o2", 3, None, 1)]
    found = features_of([buy("o1", "c1", "2025-05-05", 1), buy("o2", "c1", "2025-04-05", 1)], lines, products)
    assert ("米", 1.0, 2) == tuple(found[f"favourite_category{part}"] for part in ("", "_share", "_orders"))
    assert ("甲", 2) == (found["favourite_brand"], found["favourite_brand_orders"])
    assert [2, 2] == [found["categories_30d"], found["categories_life"]]


def test_categories_of_an_older_order_are_not_in_a_shorter_window():
    products = [{"product_id": "tea", "category": "茶"}, {"product_id": "rice", "category": "米"}]
    orders = [buy("o1", "c1", "2025-05-05", 1), buy("o2", "c1", "2025-04-05", 1)]
    found = features_of(orders, [line("o1", 1, "tea", 1), line("o2", 1, "rice", 1)], products)
    assert [1, 2] == [found["categories_30d"], found["categories_90d"]]


def test_events_are_counted_before_as_of():
    at = ["2025-05-31T23:00", "2025-05-01T10:00", "2025-06-01T00:00"]
    found = features_of([], events=[{"event_id": t, "customer_id": "c1", "occurred_at": t} for t in at])
    assert (1, 2, date(2025, 5, 31)) == (found["events_30d"], found["events_90d"], found["last_event_on"])


def test_without_lines_products_and_events_their_columns_are_0_or_null():
    found = features_of([buy("o1", "c1", "2025-05-05", 1)])
    assert (0, 0, None, None) == tuple(found[c] for c in ("categories_life", "events_life", "favourite_category", "favourite_brand"))


@pytest.mark.parametrize("seed", range(6))
def test_random_shops_have_the_features_of_the_slow_reference(seed):
    shop = random_shop(seed, AS_OF)
    found = {r["customer_id"]: r for r in rows(features(*(table(n, r) for n, r in _ordered(shop)), as_of=AS_OF))}
    expected = reference.features(shop, AS_OF)
    assert set(expected) == set(found)
    for customer, wanted in expected.items():
        for column in FEATURES.columns[1:]:
            default = None if column.nullable else 0
            want = wanted.pop(column.name, default)
            want = pytest.approx(want, rel=1e-12) if isinstance(want, float) else want
            assert want == found[customer][column.name], (customer, column.name)
        assert {"customer_id": customer} == wanted  # the reference has no column that was not compared


@pytest.mark.parametrize("seed", range(3))
def test_a_ledger_that_is_there_gives_the_features_of_its_orders(seed):
    """Also with few columns asked for, as the others are then 0 or null; orders that were never paid are in no ledger."""
    shop = random_shop(seed, AS_OF)
    people, orders = table("customers", shop["customers"]), table("orders", shop["orders"])
    ledger = counted(orders, as_of=AS_OF)
    for needed in (None, {"orders_90d", "net_amount_life", "gap_days_std", "recency_days"}):
        plain, marked = (
            rows(features(people, orders, None, None, None, as_of=AS_OF, needed=needed, counted=one)) for one in (None, ledger)
        )
        assert plain == marked
    assert any(row["gap_days_std"] for row in marked)
    assert not any(row["gap_days_median"] for row in marked)


def test_every_favourite_of_the_contract_is_in_the_reference():
    wanted = reference.features(random_shop(0, AS_OF), AS_OF)
    assert {f"favourite_{name}" for name in FAVOURITES} <= {column for row in wanted.values() for column in row}


def _ordered(shop: dict[str, list[Row]]) -> list[tuple[str, list[Row]]]:
    return [(name, shop[name]) for name in ("customers", "orders", "order_lines", "products", "events")]


def test_a_column_that_is_asked_for_alone_is_what_it_is_among_all(bench):
    """Each kind of column by itself: what serves others only is left out, and nothing that it rests on."""
    shop = {name: table(name, given, bench) for name, given in random_shop(5, AS_OF).items()}
    given = [shop[name] for name in ("customers", "orders", "order_lines", "products", "events")]
    whole = {row["customer_id"]: row for row in rows(features(*given, as_of=AS_OF, bench=bench), bench)}
    kinds: dict[str, list[str]] = {}
    for column in FEATURES.column_names[1:]:
        kind = re.sub(r"_(30d|90d|365d|life)$", "", column)
        kinds.setdefault(re.sub(r"^(favourite_[a-z]+)_.*", r"\1", kind), []).append(column)
    assert len(kinds) > 15
    for columns in kinds.values():
        assert {row[column] for row in whole.values() for column in columns} - {0, None}  # there is something to be the same
        alone = rows(features(*given, as_of=AS_OF, bench=bench, needed=set(columns)).select("customer_id", *columns), bench)
        assert {row["customer_id"]: row for row in alone} == {
            who: {name: row[name] for name in ("customer_id", *columns)} for who, row in whole.items()
        }
