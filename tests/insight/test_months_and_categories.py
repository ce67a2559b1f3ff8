"""Sales by month and by category, by hand."""

from datetime import date

from shop import Row, buy, give_back, line
from support import rows, table

from kezhi.insight import category_sales, sales_monthly, spending
from kezhi.profile.purchases import purchases, refunds

AS_OF = date(2025, 4, 15)


def sold(orders: list[Row]):
    made = table("orders", orders)
    return purchases(made, as_of=AS_OF), refunds(made, as_of=AS_OF)


def monthly(*orders: Row) -> dict[str, tuple]:
    bought, back = sold(list(orders))
    found = rows(sales_monthly(spending(bought), back, as_of=AS_OF))
    return {r.pop("month").isoformat()[:7]: tuple(r.values()) for r in found}


def test_a_month_has_its_orders_customers_and_money():
    """Per month: orders, customers, new customers, net, refunded, and the part of nobody. March has no sale."""
    found = monthly(
        buy("o1", "c1", "2025-01-31T23:59:59", 100),
        buy("o2", "c1", "2025-02-01", 50),
        buy("o3", "c2", "2025-02-10", 30),
        buy("o4", "c2", "2025-02-11", 20),
        buy("o5", None, "2025-02-12", 7),
        buy("o6", "c1", "2025-04-14", 1),
        buy("o7", "c9", "2025-04-15", 1000),
    )
    assert {
        "2025-01": (1, 1, 1, 100, 0, 0),
        "2025-02": (4, 2, 1, 107, 0, 7),
        "2025-03": (0, 0, 0, 0, 0, 0),
        "2025-04": (1, 1, 0, 1, 0, 0),
    } == found


def test_refunds_stand_in_their_own_month():
    """10 of 100 given back in March; 5 of nobody; the 60 fully given back are in no net amount, yet were given back."""
    found = monthly(
        buy("o1", "c1", "2025-02-01", 100),
        buy("o2", "c2", "2025-02-01", 60),
        give_back("r1", "c1", "2025-03-01", 10, of="o1"),
        give_back("r2", "c2", "2025-03-02", 60, of="o2"),
        give_back("r3", None, "2025-03-02", 5),
    )
    assert {"2025-02": (1, 1, 1, 100, 0, 0), "2025-03": (0, 0, 0, -15, 75, -5), "2025-04": (0, 0, 0, 0, 0, 0)} == found


def test_months_begin_with_a_refund_when_that_is_the_first_row():
    found = monthly(give_back("r1", "c1", "2025-03-01", 10), buy("o1", "c1", "2025-04-01", 100))
    assert {"2025-03": (0, 0, 0, -10, 10, 0), "2025-04": (1, 1, 1, 100, 0, 0)} == found


def test_without_sales_there_is_no_month():
    assert {} == monthly(buy("o1", "c1", "2025-04-15", 100))


def test_on_the_first_of_a_month_the_last_month_is_the_one_before():
    made = table("orders", [buy("o1", "c1", "2025-02-01", 100)])
    day = date(2025, 4, 1)
    found = rows(sales_monthly(spending(purchases(made, as_of=day)), refunds(made, as_of=day), as_of=day))
    assert [date(2025, 2, 1), date(2025, 3, 1)] == [r["month"] for r in found]


PRODUCTS = [{"product_id": "tea", "category": "茶"}, {"product_id": "rice", "category": "米"}, {"product_id": "new"}]


def by_category(orders: list[Row], lines: list[Row], products: list[Row] | None = PRODUCTS) -> dict[str, tuple]:
    known = None if products is None else table("products", products)
    found = rows(category_sales(*sold(orders), table("order_lines", lines), known, as_of=AS_OF))
    return {r.pop("category"): tuple(r.values()) for r in found}


def test_a_category_has_its_orders_customers_units_and_money():
    """Two lines of tea in one order are one order; 0.1 + 0.2 kg of rice are 0.3, not 0.30000000000000004."""
    orders = [buy("o1", "c1", "2025-02-01", 60), buy("o2", "c1", "2025-02-02", 3), buy("o3", None, "2025-02-02", 9)]
    lines = [
        line("o1", 1, "tea", 20, 2),
        line("o1", 2, "tea", 40, 1),
        line("o2", 1, "rice", 1, 0.1),
        line("o2", 2, "rice", 2, 0.2),
        line("o3", 1, "tea", 9, 1),
    ]
    assert {"茶": (2, 1, 4.0, 69), "米": (1, 1, 0.3, 3)} == by_category(orders, lines)


def test_returned_lines_are_taken_off_unless_the_whole_order_came_back():
    orders = [
        buy("o1", "c1", "2025-02-01", 60),
        give_back("r1", "c1", "2025-02-05", 20, of="o1"),
        buy("o2", "c2", "2025-02-01", 30),
        give_back("r2", "c2", "2025-02-05", 30, of="o2"),
    ]
    lines = [line("o1", 1, "tea", 60, 3), line("r1", 1, "tea", -20, -1), line("o2", 1, "tea", 30, 1), line("r2", 1, "tea", -30, -1)]
    assert {"茶": (1, 1, 2.0, 40)} == by_category(orders, lines)


def test_a_customer_who_only_gave_back_did_not_buy():
    """The order is of before the window, the return inside it."""
    orders = [buy("o1", "c1", "2024-02-01", 60), give_back("r1", "c1", "2025-02-05", 20, of="o1")]
    assert {"茶": (0, 0, -1.0, -20)} == by_category(orders, [line("o1", 1, "tea", 60, 3), line("r1", 1, "tea", -20, -1)])


def test_the_window_is_the_365_days_before_as_of():
    orders = [buy("in", "c1", "2024-04-15", 1), buy("out", "c1", "2024-04-14T23:59", 1)]
    assert {"茶": (1, 1, 1.0, 1)} == by_category(orders, [line("in", 1, "tea", 1), line("out", 1, "tea", 1)])


def test_a_line_without_a_known_category_is_not_lost():
    """Of a product without one, of an unknown product, of none."""
    lines = [line("o1", 1, "new", 1), line("o1", 2, "gone", 2), line("o1", 3, None, 4)]
    assert {"未分类": (1, 1, 3.0, 7)} == by_category([buy("o1", "c1", "2025-02-01", 7)], lines)
    assert {"未分类": (1, 1, 3.0, 7)} == by_category([buy("o1", "c1", "2025-02-01", 7)], lines, None)
