"""Money and numbers from text."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from readings import check, readings

from kezhi.kit.amounts import integer_reader, money_reader, number_reader, times
from kezhi.kit.engine import ibis

MONEY = money_reader("CNY")


def test_canonical_amounts_are_read_without_a_correction():
    check(MONEY, {"12": ("12.00", None), "12.50": ("12.50", None), "1.500": ("1.50", None), "-500": ("-500.00", None)})


def test_amounts_with_marks_units_and_brackets_become_plain():
    check(
        MONEY,
        {
            "￥1,234.50": ("1234.50", "money_format"),
            "¥ 99": ("99.00", "money_format"),
            "1234.5元": ("1234.50", "money_format"),
            "人民币100元整": ("100.00", "money_format"),
            "1.2万元": ("12000.00", "money_format"),
            "0.1亿": ("10000000.00", "money_format"),
            "（100）": ("-100.00", "money_format"),
            "(100.00)": ("-100.00", "money_format"),
            "−500": ("-500.00", "full_width"),
            "１２３．４５": ("123.45", "full_width"),
            "5-": ("-5.00", "money_format"),
            " 7 ": ("7.00", "blank_trimmed"),
            "1.2E3": ("1200.00", "money_format"),
            "5.5511151231257827e-17": ("0.00", "money_format"),
        },
    )


def test_a_comma_is_a_decimal_sign_only_where_it_can_be_nothing_else():
    check(
        MONEY,
        {
            "1.234,56": ("1234.56", "money_format"),
            "12,5": ("12.50", "money_format"),
            "1,234": ("1234.00", "money_format"),
            "1,23,4": (None, "unreadable_money"),
            "1.234.567": (None, "unreadable_money"),
        },
    )


def test_lost_digits_and_other_currencies_are_told():
    check(
        MONEY,
        {
            "12.345": ("12.35", "rounded"),
            "-0.005": ("-0.01", "rounded"),
            "$5": ("5.00", "other_currency"),
            "5 EUR": ("5.00", "other_currency"),
        },
    )
    check(money_reader("USD"), {"$5": ("5.00", "money_format"), "￥5": ("5.00", "other_currency")})


def test_what_is_no_amount_is_unreadable_and_words_for_nothing_are_null():
    check(
        MONEY,
        {
            "abc": (None, "unreadable_money"),
            "--5": (None, "unreadable_money"),
            "(5": (None, "unreadable_money"),
            "3-4": (None, "unreadable_money"),
            "1234567890123": (None, "unreadable_money"),
            "": (None, None),
            "NULL": (None, None),
            "\\N": (None, None),
            "-": (None, None),
            "未知": (None, None),
        },
    )


def test_quantities_and_whole_numbers_lose_their_units():
    check(
        number_reader(),
        {"2": ("2", None), "2.0": ("2", None), "1.5": ("1.5", None), "3件": ("3", "number_format"), "x": (None, "unreadable_number")},
    )
    check(
        integer_reader(),
        {"35": ("35", None), "35.0": ("35", "integer_format"), "35岁": ("35", "integer_format"), "35.5": (None, "unreadable_integer")},
    )


@settings(max_examples=15, deadline=None)
@given(st.lists(st.decimals(min_value=-(10**11), max_value=10**11, places=2), min_size=1, max_size=40))
def test_an_amount_survives_every_way_of_writing_it(amounts: list[Decimal]):
    def ways(amount: Decimal) -> list[str]:
        sign, size = ("-" if amount < 0 else ""), abs(amount)
        wide = f"{sign}{size}".translate(str.maketrans("0123456789.-", "０１２３４５６７８９．－"))
        return [f"{amount}", f"{sign}￥{size:,}", f"{sign}{size}元", wide, f"({size:,})" if amount < 0 else f"+{size}"]

    texts = [text for amount in amounts for text in ways(amount)]
    expected = [amount + 0 for amount in amounts for _ in range(5)]
    assert [Decimal(value) for value, _ in readings(MONEY, texts)] == expected


@settings(max_examples=15, deadline=None)
@given(st.lists(st.decimals(min_value=-(10**9), max_value=10**9, places=5), min_size=1, max_size=60))
def test_rounding_is_half_up_away_from_zero(amounts: list[Decimal]):
    expected = [amount.quantize(Decimal("0.01"), ROUND_HALF_UP) + 0 for amount in amounts]
    assert [Decimal(value) for value, _ in readings(MONEY, [f"{a:f}" for a in amounts])] == expected


@settings(max_examples=15, deadline=None)
@given(st.lists(st.text(alphabet="0123456789.,-+()¥元万E（） \u3000x", max_size=12), min_size=1, max_size=60))
def test_no_text_raises_and_a_text_is_read_or_named_unreadable_or_empty(texts: list[str]):
    for text, (value, rule) in zip(texts, readings(MONEY, texts), strict=True):
        assert value is not None or rule == "unreadable_money" or text.strip(" \u3000") in ("", "-", "--"), text


def test_quantity_times_price_is_exact_and_null_past_all_bounds():
    lines = ibis.memtable({"quantity": [3.0, 1e11, -0.5], "price": ["0.35", "99999999.00", "0.01"]})
    made = lines.select(amount=times(lines.quantity, lines.price.cast("decimal(18, 2)"))).to_pyarrow()["amount"].to_pylist()
    assert [Decimal("1.05"), None, Decimal("-0.01")] == made
