"""How figures are written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kezhi.measure.formats import Formats

ZH, EN = Formats("zh", "CNY"), Formats("en", "USD")


def test_long_numbers_have_thousands_separators():
    assert ZH.number(1234567) == "1,234,567"


def test_a_missing_value_is_a_dash_in_every_form():
    assert {ZH.number(None), ZH.money(None), ZH.share(None), ZH.day(None), ZH.month(None), ZH.decimal(None)} == {"–"}


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("1234567.49"), "￥1,234,567"),
        (Decimal("326.005"), "￥326.00"),
        (Decimal("-12.5"), "−￥12.50"),
        (0, "￥0"),
        (-2000, "−￥2,000"),
    ],
)
def test_money_has_the_sign_of_its_currency_and_no_cents_from_a_thousand_on(value, written):
    assert ZH.money(value) == written


def test_a_currency_without_a_sign_is_named_by_its_code():
    assert Formats("en", "SEK").money(5) == "SEK 5.00"


def test_a_share_is_a_percentage_with_one_decimal():
    assert ZH.share(0.1234) == "12.3%"


def test_days_are_written_as_each_language_does():
    assert (ZH.day(date(2025, 3, 1)), EN.day(date(2025, 3, 1))) == ("2025年3月1日", "1 March 2025")


def test_axes_are_scaled_in_the_units_of_each_language():
    assert ZH.scale([250_000]) == (10_000, "万")
    assert EN.scale([250_000]) == (1_000, "k")
    assert ZH.scale([99_999, None]) == (1, "")
    assert ZH.scale([]) == (1, "")
