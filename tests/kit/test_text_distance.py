"""Distances of texts, in characters; the Jaro-Winkler figures are those of Winkler (1990), Table 1."""

from __future__ import annotations

from itertools import product

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


def plain_edits(one: str, other: str) -> int:
    """The optimal string alignment distance as its definition has it."""
    if not one or not other:
        return len(one) + len(other)
    found = min(
        plain_edits(one[:-1], other) + 1, plain_edits(one, other[:-1]) + 1, plain_edits(one[:-1], other[:-1]) + (one[-1] != other[-1])
    )
    swapped = len(one) > 1 and len(other) > 1 and one[-2:] == other[-1] + other[-2]
    return min(found, plain_edits(one[:-2], other[:-2]) + 1) if swapped else found


def test_what_both_texts_begin_and_end_with_changes_no_count_of_edits():
    """All pairs of words of up to four of the letters a, b, against the definition."""
    words = ["".join(letters) for length in range(1, 5) for letters in product("ab", repeat=length)]
    pairs = list(product(words, words))
    found = edits(*(pa.array(side) for side in zip(*pairs, strict=True)))
    assert found.tolist() == [plain_edits(*pair) for pair in pairs]


def test_the_same_characters_in_another_order_are_rearranged():
    assert rearranged(pa.array(["张伟明", "张伟", "张伟"]), pa.array(["明张伟", "张玮", None])).tolist() == [True, False, False]


def test_traditional_characters_are_read_as_simplified_ones():
    assert simplified(pa.array(["張偉", "歐陽娜娜", None])).to_pylist() == ["张伟", "欧阳娜娜", None]


def test_names_are_read_as_surnames_are():
    assert pinyin(pa.array(["曾单", "吕", "李Li"])).to_pylist() == ["zengshan", "lv", "liLi"]
