"""Personal values that a report may show."""

from __future__ import annotations

import pytest

from kezhi.measure.masking import masked


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("phone", "138 0013-8001", "138 ****-8001"),
        ("phone", "13800138001", "138****8001"),
        ("name", "王小芳", "王**"),
        ("name", "王", "*"),
        ("email", "anna@example.com", "a***@example.com"),
        ("email", "not a mail", "n** * ****"),
        ("id_number", "420102198503071234", "420*************34"),
        ("birth_date", "1985-03-07", "1985-**-**"),
        ("*", "王芳,13800138001,武汉", "***"),
        ("net_amount", "￥1,234.50", "￥1,234.50"),
        ("phone", None, None),
    ],
)
def test_the_form_stays_and_the_person_goes(column, value, shown):
    assert masked(column, value) == shown


@pytest.mark.parametrize("phone", ["1", "12", "123", "12345"])
def test_a_short_number_is_never_shown_whole(phone):
    assert "*" in masked("phone", phone)
