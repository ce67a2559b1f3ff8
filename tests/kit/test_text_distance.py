"""Distances of texts, in characters; the Jaro-Winkler figures are those of Winkler (1990), Table 1."""

from __future__ import annotations

import pyarrow as pa
import pytest

from kezhi.kit.han import pinyin, simplified
from kezhi.kit.text_distance import FAR, alike, edits, rearranged


@pytest.mark.parametrize(
    ("left", "right", "value"), [("martha", "marhta", 0.9611), ("dixon", "dicksonx", 0.8133), ("dwayne", "duane", 0.84)]
)
def test_jaro_winkler_is_that_of_the_paper(left, right, value):
    assert alike(pa.array([left]), pa.array([right]))[0] == pytest.approx(value, abs=1e-4)


def test_edits_count_characters_and_a_swap_of_neighbours_is_one():
    left = pa.array(["张伟明", "13856781234", "ab", "欧阳", None, "abcd"])
    right = pa.array(["张明伟", "13856781243", "ab", "欧洋娜", "x", "abcdefgh"])
    assert edits(left, right).tolist() == [1, 1, 0, 2, FAR, FAR]


def test_the_same_characters_in_another_order_are_rearranged():
    assert rearranged(pa.array(["张伟明", "张伟", "张伟"]), pa.array(["明张伟", "张玮", None])).tolist() == [True, False, False]


def test_traditional_characters_are_read_as_simplified_ones():
    assert simplified(pa.array(["張偉", "歐陽娜娜", None])).to_pylist() == ["张伟", "欧阳娜娜", None]


def test_names_are_read_as_surnames_are():
    assert pinyin(pa.array(["曾单", "吕", "李Li"])).to_pylist() == ["zengshan", "lv", "liLi"]
