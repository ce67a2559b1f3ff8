"""What the command line says of a command that it cannot take, and its help, in both languages."""

from __future__ import annotations

import re

import pytest

REFUSED = {
    ("run", "--onyl", "x"): "没有选项 --onyl（相近：--only）。请看：kezhi run --help",
    ("run", "--only"): "选项 --only 后面要有值。",
    ("run", "--wait=3"): "选项 --wait 不带值。",
    ("run", "extra", "words"): "多出来的内容：extra words。请看：kezhi run --help",
    ("runn",): "没有命令 runn（相近：run）。请看：kezhi --help",
    ("segment", "nosuch"): "没有命令 nosuch。请看：kezhi segment --help",
    ("analyze",): "缺少 FILE...。请看：kezhi analyze --help",
    ("report", "--format", "pdf"): "--format 的值 pdf 不对，应为 html, xlsx 之一。",
    ("city", "x", "--customers", "abc"): "--customers 的值不对：应为整数。",
    ("city", "x", "--customers", "5"): "--customers 的值不对：不能小于 100。",
}


@pytest.mark.parametrize("words", REFUSED, ids=" ".join)
def test_a_mistyped_command_is_refused_in_the_language_of_its_user(kezhi, words):
    said = kezhi(*words, lang="zh")
    assert (said.code, said.out) == (2, "")
    assert REFUSED[words] in said.err
    english = kezhi(*words)
    assert english.code == 2
    assert not re.search("[\u4e00-\u9fff]", english.err)
    assert "See: kezhi" in english.err


@pytest.mark.parametrize("words", [("--help",), ("run", "--help"), ("identity", "preview", "--help"), ("identity",)], ids=" ".join)
def test_help_has_no_english_sentence_in_chinese(kezhi, words):
    said = kezhi(*words, lang="zh")
    shown = said.out + said.err
    assert "用法：kezhi" in shown
    assert "显示这些说明后退出。" in shown
    assert not re.search(r"Usage|Options|Arguments|Commands|Show this|default:|required", shown)
