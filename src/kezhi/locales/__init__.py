"""Every text a user sees, in Chinese (`zh-CN.toml`) and English (`en.toml`), under the same keys."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

FILES = {"zh": "zh-CN.toml", "en": "en.toml"}


@cache
def catalogue(lang: str) -> dict[str, Any]:
    """All texts of *lang* (`zh` or `en`) as nested dictionaries."""
    return tomllib.loads(files(__package__).joinpath(FILES[lang]).read_text(encoding="utf-8"))


def text(key: str, lang: str, /, **fields: Any) -> str:
    """
    The text under the dotted *key*, filled with *fields*.

    Raises:
        KeyError: The key is in no catalogue; that is a bug, caught by `tests/contracts/test_locales.py`.
    """
    node: Any = catalogue(lang)
    for part in key.split("."):
        node = node[part]
    return str(node).format(**fields) if fields else str(node)
