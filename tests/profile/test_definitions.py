"""Wrong rules of stages and tags are found before a run begins, with file, line and name."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from kezhi.errors import SettingsWrong
from kezhi.profile import check_definitions
from kezhi.settings import Settings, StageSettings, TagSettings, load, locate

TAGS = """\
tags:
  - name: 高价值活跃客户
    when: orders_90d >= 3 AND average_order_value_90d >= 1000
    doc: 近三个月购买不少于 3 次
  - name: 沉默
    when: >-
      recency_days > 180
    since: last_purchase_on + 181
"""


def _project(folder: Path, tags: str = TAGS, settings: str = "name: 江城百货\n") -> Path:
    (folder / "kezhi.yaml").write_text(settings, encoding="utf-8")
    (folder / "tags.yaml").write_text(tags, encoding="utf-8")
    return folder


def _wrong(folder: Path) -> SettingsWrong:
    with pytest.raises(SettingsWrong) as wrong:
        check_definitions(load(folder), locate=partial(locate, folder))
    return wrong.value


def test_the_defaults_and_good_tags_pass(tmp_path: Path):
    check_definitions(Settings())
    check_definitions(load(_project(tmp_path)), locate=partial(locate, tmp_path))


def test_a_wrong_tag_is_named_with_file_line_and_a_way_out(tmp_path: Path):
    wrong = _wrong(_project(tmp_path, TAGS.replace("orders_90d >=", "order_90d >=")))
    assert wrong.say("zh") == (
        "tags.yaml 第 3 行：标签“高价值活跃客户”：表达式 order_90d >= 3 AND average_order_value_90d >= 1000：没有名为 order_90d 的列（第 1 个字符）。是不是 orders_90d？"
    )
    assert wrong.say("en").startswith("tags.yaml, line 3: tag “高价值活跃客户”: expression order_90d")


def test_a_wrong_since_and_a_rule_over_two_lines_are_found(tmp_path: Path):
    assert (_wrong(_project(tmp_path, TAGS.replace("_on + 181", "_on + x"))).fields["line"]) == 8
    assert (_wrong(_project(tmp_path, TAGS.replace("> 180", "> '180'"))).fields["line"]) == 6
    assert "日期" in _wrong(_project(tmp_path, TAGS.replace("last_purchase_on + 181", "recency_days"))).say("zh")


def test_a_wrong_stage_is_found_in_kezhi_yaml(tmp_path: Path):
    stages = "name: x\nlifecycle:\n  - name: 新客\n    when: orders_life = 1\n  - name: 老客\n    when: orders_life\n"
    wrong = _wrong(_project(tmp_path, settings=stages))
    assert (wrong.fields["file"], wrong.fields["line"]) == ("kezhi.yaml", 6)
    assert "老客" in wrong.say("en")


def test_a_name_twice_and_a_name_with_a_comma_are_refused(tmp_path: Path):
    assert "两次" in _wrong(_project(tmp_path, TAGS.replace("沉默", "高价值活跃客户"))).say("zh")
    assert "逗号" in _wrong(_project(tmp_path, TAGS.replace("沉默", "'沉默,离网'"))).say("zh")
    with pytest.raises(SettingsWrong, match="twice"):
        check_definitions(Settings(lifecycle=[StageSettings(name="x", when="TRUE")] * 2))


def test_a_tag_may_read_the_stage_and_a_stage_may_not():
    rule = "lifecycle_stage = '客户' AND days_in_stage > 30"
    check_definitions(Settings(tags=[TagSettings(name="x", when=rule)]))
    with pytest.raises(SettingsWrong, match="no column lifecycle_stage"):
        check_definitions(Settings(lifecycle=[StageSettings(name="x", when=rule)]))
    with pytest.raises(SettingsWrong, match="no column tags"):
        check_definitions(Settings(tags=[TagSettings(name="x", when="has_tag('y')")]))


def test_a_wrong_key_is_said_in_both_languages(tmp_path: Path):
    with pytest.raises(SettingsWrong) as wrong:
        load(_project(tmp_path, TAGS.replace("since:", "sinse:")))
    assert wrong.value.say("zh") == "tags.yaml 第 8 行：没有名为 sinse 的设置。是不是 since？"
    assert wrong.value.say("en") == "tags.yaml, line 8: unknown key sinse. Did you mean since?"
