"""Chinese characters: traditional as simplified, and how they are read (Hanyu Pinyin without tones)."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.resources import files
from typing import Any

import pyarrow as pa

# No text of a field holds it: it parts the texts of a column that is read in one go.
_APART = "\x1e"

# What a character is called as a surname, where the usual reading is another one.
_SURNAMES = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "任": "ren", "盖": "ge", "区": "ou", "查": "zha", "朴": "piao", "乐": "yue",
    "翟": "zhai", "覃": "qin", "冼": "xian", "缪": "miao", "尉": "wei", "员": "yun", "尹": "yin", "葛": "ge", "重": "chong", "行": "xing",
}  # fmt: skip


@cache
def _to_simplified() -> dict[int, str]:
    traditional, simplified = files("kezhi.kit").joinpath("traditional.txt").read_text("utf-8").splitlines()[1:3]
    return dict(zip(map(ord, traditional), simplified, strict=True))


class _Readings(dict[int, str]):
    """How a character is read, looked up when it is first met: there are 40,000, and a column of names has some hundreds."""

    def __missing__(self, code: int) -> str:
        from pypinyin.pinyin_dict import pinyin_dict

        said = pinyin_dict.get(code)
        self[code] = chr(code) if said is None else _plain(said.split(",")[0])
        return self[code]


@cache
def _to_pinyin() -> dict[int, str]:
    return _Readings({ord(sign): said for sign, said in _SURNAMES.items()})


def _plain(said: str) -> str:
    """Without tone: lǚ is written lv, as people type it."""
    bare = said.replace("ü", "v").replace("ǖ", "v").replace("ǘ", "v").replace("ǚ", "v").replace("ǜ", "v")
    return "".join(sign for sign in unicodedata.normalize("NFD", bare) if not unicodedata.combining(sign))


def simplified(texts: Any) -> pa.Array:
    """Every traditional character as its simplified one; null stays null."""
    return _translated(texts, _to_simplified())


def pinyin(texts: Any) -> pa.Array:
    """Every Chinese character as its most usual reading, without tone or blank: 欧阳娜 is `ouyangna`; other signs stay."""
    return _translated(texts, _to_pinyin())


def _translated(texts: Any, table: dict[int, str]) -> pa.Array:
    """All texts in one call: a column has as many as there are records."""
    values = texts.to_pylist()
    read = _APART.join("" if value is None else value.replace(_APART, " ") for value in values).translate(table).split(_APART)
    return pa.array([None if value is None else new for value, new in zip(values, read, strict=True)], pa.string())
