"""Words that people typed, with what reaches a person masked."""

from __future__ import annotations

import pytest

from kezhi.measure.masking import masked_words


@pytest.mark.parametrize(
    ("words", "gone", "kept"),
    [
        ("太太电话 13912345678，下午打", "13912345678", "下午打"),
        ("call 139-1234-5678 or +86 139 1234 5678", "1234", "call"),
        ("座机027-87654321", "87654321", "座机"),
        ("身份证42010219850307123X", "19850307", "身份证"),
        ("anna.li@example.com 是她的邮箱", "anna.li", "example.com"),
    ],
)
def test_numbers_and_addresses_that_reach_a_person_are_masked(words, gone, kept):
    shown = masked_words(words)
    assert gone not in shown
    assert kept in shown


@pytest.mark.parametrize("words", ["2025-06-30 来过，花了 1280 元", "订单 20250630-00012", "喜欢露营", "", "@home =1+1"])
def test_other_words_stay_as_they_are(words):
    assert masked_words(words) == words
