"""What pydantic refuses is told in the language that was asked for, whatever the kind of mistake."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kezhi.errors import SettingsWrong
from kezhi.locales import catalogue
from kezhi.settings import Settings, load
from kezhi.settings.unfit import unfit


class Everything(BaseModel):
    """A field of every kind that settings and requests have."""

    model_config = ConfigDict(extra="forbid")

    there: int
    number: float = 1.0
    yes: bool = True
    words: str = Field("ab", min_length=2, max_length=3, pattern="^[a-z]+$")
    day: date = date(2025, 7, 1)
    moment: datetime = datetime(2025, 7, 1)
    list_of: list[int] = Field([1], max_length=1)
    keys: dict[str, int] = {}
    one: Literal["a", "b"] = "a"
    share: float = Field(0.5, ge=0, le=1)
    open_share: float = Field(0.5, gt=0, lt=1)


@pytest.mark.parametrize(
    ("given", "chinese", "english"),
    [
        ({}, "缺少", "is missing"),
        ({"there": "x"}, "应为整数", "must be a whole number"),
        ({"number": "x"}, "应为数字", "must be a number"),
        ({"yes": "perhaps"}, "应为 true 或 false", "must be true or false"),
        ({"words": 1}, "应为文字", "must be text"),
        ({"words": "a"}, "长度不能小于 2", "must have a length of 2 or more"),
        ({"words": "abcd"}, "长度不能大于 3", "must have a length of 3 or less"),
        ({"words": "A1"}, "写法不对，应符合 ^[a-z]+$", "is not written as it must be: ^[a-z]+$"),
        ({"day": "2025-02-30"}, "应为日期，如 2025-07-01", "must be a day, such as 2025-07-01"),
        ({"moment": "noon"}, "应为时间，如 2025-07-01T08:30:00", "must be a time, such as 2025-07-01T08:30:00"),
        ({"list_of": 3}, "应为列表", "must be a list"),
        ({"list_of": [1, 2]}, "长度不能大于 1", "must have a length of 1 or less"),
        ({"keys": []}, "应为键和值", "must be keys with values"),
        ({"one": "c"}, "应为 a, b 之一", "must be one of a, b"),
        ({"share": -1}, "不能小于 0.0", "must be 0.0 or more"),
        ({"share": 2}, "不能大于 1.0", "must be 1.0 or less"),
        ({"open_share": 0}, "必须大于 0.0", "must be above 0.0"),
        ({"open_share": 1}, "必须小于 1.0", "must be below 1.0"),
        ({"strange": 1}, "没有这一项", "is not known"),
    ],
)
def test_every_kind_of_mistake_has_words_in_both_languages(given, chinese, english):
    with pytest.raises(ValidationError) as caught:
        Everything.model_validate({"there": 1, **given} if given else {})
    phrase = unfit(caught.value.errors()[0])
    assert (phrase.say("zh"), phrase.say("en")) == (chinese, english)


def test_a_rule_of_ours_about_several_values_is_translated():
    plan = {"key": "p", "charges": {"minutes": {"price": 1}}, "bundles": [{"included": 1, "of": {"minute": 1}}]}
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate({"plans": [plan]})
    phrase = unfit(caught.value.errors()[0])
    assert phrase.say("en") == "a bundle of 'minute', which is no charge of the plan; did you mean 'minutes'?"
    assert phrase.say("zh") == "合用额度中的 “minute” 不是该套餐的计费项；是不是 “minutes”？"


def test_a_wrong_setting_is_told_in_chinese_without_english_in_it(tmp_path):
    (tmp_path / "kezhi.yaml").write_text("tiers:\n  window_days: many\n", encoding="utf-8")
    with pytest.raises(SettingsWrong) as caught:
        load(tmp_path)
    assert "应为整数" in caught.value.say("zh")
    assert "must be a whole number" in caught.value.say("en")


def test_every_text_is_used():
    """A text whose kind of mistake is gone would be kept for nothing."""
    from inspect import getsource

    import kezhi.settings.unfit as module

    source = getsource(module) + "".join(path.read_text(encoding="utf-8") for path in _settings())
    unused = [name for name in catalogue("en")["unfit"] if f'"{name}"' not in source and f"unfit.{name}" not in source]
    assert unused == []


def _settings():
    from pathlib import Path

    import kezhi.settings

    folder = Path(kezhi.settings.__file__).parent
    return [*sorted(folder.glob("*.py")), folder.parent / "serve" / "plain.py"]
