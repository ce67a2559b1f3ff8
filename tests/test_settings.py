"""A wrong kezhi.yaml says file, line and the nearest right word, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from kezhi.errors import NoProject, SettingsWrong
from kezhi.settings import EngineSettings, load


def wrong(folder: Path, text: str, *, file: str = "kezhi.yaml") -> SettingsWrong:
    """The error of a project whose *file* holds *text*."""
    (folder / "kezhi.yaml").write_text("name: x\n", encoding="utf-8")
    (folder / file).write_text(text, encoding="utf-8")
    with pytest.raises(SettingsWrong) as caught:
        load(folder)
    return caught.value


def test_a_misspelt_key_is_named_with_its_line_and_the_nearest_one(tmp_path):
    """`memory_limt` on line 3 is answered with `memory_limit`, in English and in Chinese."""
    error = wrong(tmp_path, "name: x\nengine:\n  memory_limt: 3GB\n")
    for lang in ("en", "zh"):
        assert "kezhi.yaml" in error.say(lang)
        assert "3" in error.say(lang)
        assert "'memory_limit'" in error.say(lang) or "memory_limit" in error.say(lang)


def test_a_misspelt_key_deep_in_a_source_has_its_own_line(tmp_path):
    """The line is that of the key, not of the source."""
    text = "sources:\n  shop:\n    trust: 2\n    tables:\n      orders:\n        files: a.csv\n        colums: {}\n"
    assert wrong(tmp_path, text).fields["line"] == 7


@pytest.mark.parametrize(
    ("file", "text", "first", "second"),
    [
        ("kezhi.yaml", "name: x\ncurrency: CNY\nname: y\n", 1, 3),
        ("kezhi.yaml", "name: x\nengine:\n  threads: 1\n  memory_limit: 3GB\n  threads: 2\n", 3, 5),
        ("kezhi.yaml", "name: x\nlifecycle:\n  - {name: a, when: orders_life > 0,\n     name: b}\n", 3, 4),
        ("tags.yaml", "tags:\n  - name: a\n    when: orders_life > 0\n    when: orders_life > 1\n", 3, 4),
        ("metrics.yaml", "metrics:\n  a:\n    name: a\n\nmetrics:\n  b:\n    name: b\n", 1, 5),
        ("plans.yaml", "plans: []\nadd_ons: []\nplans: []\n", 1, 3),
    ],
)
def test_a_key_that_stands_twice_is_an_error_of_the_second_line(tmp_path, file, text, first, second):
    """YAML takes the last of them and loses the other in silence."""
    error = wrong(tmp_path, text, file=file)
    assert (error.fields["file"], error.fields["line"]) == (file, second)
    assert f"It is in line {first} already" in error.say("en")
    assert f"第 {first} 行已有它" in error.say("zh")


def test_what_stands_once_is_taken_though_it_is_used_twice(tmp_path):
    """An anchor and its alias, a key that stands under two others, and one that is merged in and then said otherwise."""
    text = "name: x\nsources:\n  a: {tables: {orders: &one {files: a.csv, columns: {order_id: nr}}}}\n  b: {tables: {orders: {<<: *one, files: b.csv}}}\n"
    (tmp_path / "kezhi.yaml").write_text(text, encoding="utf-8")
    assert [one.tables["orders"].files for one in load(tmp_path).sources.values()] == ["a.csv", "b.csv"]


@pytest.mark.parametrize("said", ["encoding: klingon", 'encoding: "a\\0b"', "delimiter: '||'", "delimiter: ，", "delimiter: ''"])
def test_an_encoding_that_is_none_or_a_long_delimiter_is_an_error_of_its_line(tmp_path, said):
    """It was told when the first file was read, for line 1."""
    text = f"name: x\nsources:\n  shop:\n    tables:\n      orders:\n        files: a.csv\n        {said}\n        columns: {{}}\n"
    error = wrong(tmp_path, text)
    assert error.fields["line"] == 7
    assert said.split(":")[0] in error.say("en")


def test_a_delimiter_may_be_named(tmp_path):
    """`tab` is easier to see than what it stands for."""
    text = "sources:\n  shop:\n    tables:\n      orders: {files: a.txt, columns: {}, delimiter: tab, encoding: gbk}\n"
    (tmp_path / "kezhi.yaml").write_text(text, encoding="utf-8")
    files = load(tmp_path).sources["shop"].tables["orders"]
    assert (files.delimiter, files.encoding) == ("\t", "gbk")


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_letter_that_is_not_utf8_is_an_error_of_its_line(tmp_path, mark):
    """A comment in GB18030 on line 3, with a byte order mark at the top or without."""
    (tmp_path / "kezhi.yaml").write_bytes(mark + b"name: x\ncurrency: CNY\n# " + "江城".encode("gb18030") + b"\nlanguage: zh\n")
    with pytest.raises(SettingsWrong) as caught:
        load(tmp_path)
    assert caught.value.fields["line"] == 3


def test_what_is_not_yaml_is_an_error_of_its_line(tmp_path):
    """An unclosed bracket on line 2."""
    assert wrong(tmp_path, "name: x\nrfm: [1, 2\n").fields["line"] in (2, 3)


@pytest.mark.parametrize(
    "line", ["recency_days: [30, 90, 60, 180]", "recency_days: [30, 30, 60, 180]", "frequency: [2, 4, 7, 10]", "monetary: [1, 2, 3, 4]"]
)
def test_score_bounds_out_of_order_are_refused(tmp_path, line):
    """A bound that could never be met would silently give no customer its score."""
    assert line.split(":")[0] in str(wrong(tmp_path, f"rfm:\n  {line}\n"))


def test_tags_of_a_file_of_their_own_are_read_and_checked_there(tmp_path):
    """A misspelt key in tags.yaml is reported for tags.yaml."""
    error = wrong(tmp_path, "tags:\n  - name: a\n    wen: orders_life > 0\n", file="tags.yaml")
    assert error.fields["file"] == "tags.yaml"
    assert error.fields["line"] == 3


def test_a_folder_without_settings_is_no_project(tmp_path):
    """The message says how to make one."""
    with pytest.raises(NoProject, match="kezhi init"):
        load(tmp_path)


@pytest.mark.parametrize("limit", ["lots", "4", "80%", "-1GB", "4 G"])
def test_a_memory_limit_that_is_no_size_is_refused_with_its_line(tmp_path, limit):
    """An engine would say so later, in its own words, or take 4 for 4 bytes."""
    assert wrong(tmp_path, f"engine:\n  memory_limit: '{limit}'\n").fields["line"] == 2


@pytest.mark.parametrize(("limit", "mib"), [("1GiB", 1024), ("1GB", 953), ("512 mb", 488), ("0.5TiB", 524_288)])
def test_a_memory_limit_is_the_same_size_on_every_engine(limit, mib):
    """GB are powers of ten and GiB of two."""
    assert EngineSettings(memory_limit=limit).memory_mib == mib


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("name: x\nsources:\n  s:\n    extracted_on: 2025-02-30\n", 4),
        ("name: x\n# \x07\n", 2),
        ("name: x\nkeep_snapshots: " + "9" * 5000 + "\n", 2),
        ("name: x\nskip: " + "[" * 2000 + "\n", 2),
    ],
)
def test_what_yaml_itself_cannot_read_is_an_error_of_its_line(tmp_path, text, line):
    """A day that does not exist, a control character, a number without end, a thousand brackets."""
    found = wrong(tmp_path, text)
    assert found.fields["line"] == line
    assert "一行" in found.say("zh") or "YAML" in found.say("zh")


@pytest.mark.parametrize(("key", "file"), [("tags", "tags.yaml"), ("segments", "segments.yaml"), ("features", "features.yaml")])
def test_an_empty_key_beside_its_file_is_none_and_one_of_another_kind_is_told(tmp_path, key, file):
    (tmp_path / file).write_text("", encoding="utf-8")
    (tmp_path / "kezhi.yaml").write_text(f"{key}:\n", encoding="utf-8")
    load(tmp_path)
    assert wrong(tmp_path, f"name: x\n{key}: 5\n").fields["line"] == 2


@pytest.mark.parametrize(
    "text", ["timezone: Mars/Base", "timezone: ''", "currency: RMBX", "serve: {public_url: crm}", "identity: {max_cluster_size: -5}"]
)
def test_values_that_would_break_later_are_refused_at_once(tmp_path, text):
    wrong(tmp_path, text + "\n")


def test_a_rule_about_several_keys_is_told_without_an_empty_name(tmp_path):
    plan = "- {key: p, monthly_fee: '1', charges: {}}\n"
    said = wrong(tmp_path, f"plans:\n{plan}{plan}").say("zh")
    assert "设置之间有矛盾（有两个套餐的 key 都是 “p”）" in said
