"""The words of a company for the codes of its own data."""

from __future__ import annotations

import pytest

from kezhi.measure.words import event_word, value_word
from kezhi.settings import Settings

OWN = Settings.model_validate(
    {
        "words": {
            "events": {"scan_code": {"name": "扫码", "name_en": "Scanned a code"}, "view": {"name": "看货"}},
            "channels": {"kiosk": {"name": "自助机", "name_en": "Kiosk"}},
        }
    }
)


@pytest.mark.parametrize(
    ("event", "zh", "en"),
    [
        ("scan_code", "扫码", "Scanned a code"),
        ("view", "看货", "看货"),  # without an English word the company's own stands, not Kezhi's
        ("search", "搜索", "Searched"),
        ("unheard_of", "unheard_of", "unheard_of"),
    ],
)
def test_an_event_has_the_companys_word_before_ours(event, zh, en):
    assert (event_word(event, OWN, "zh"), event_word(event, OWN, "en")) == (zh, en)


def test_values_of_columns_are_called_as_the_company_calls_them():
    for column in ("channel", "favourite_channel"):
        assert [value_word(column, "kiosk", OWN, lang) for lang in ("zh", "en")] == ["自助机", "Kiosk"]
        assert value_word(column, "门店", OWN, "en") == "门店"
    assert value_word("event_name", "scan_code", OWN, "en") == "Scanned a code"
    assert value_word("store", "kiosk", OWN, "en") == "kiosk", "a store that is called like a channel is a store"
