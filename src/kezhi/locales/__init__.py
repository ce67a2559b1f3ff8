"""Every text a user sees, in Chinese (`zh-CN.toml`) and English (`en.toml`), under the same keys."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

FILES = {"zh": "zh-CN.toml", "en": "en.toml"}
# what English texts count; after a 1 it loses its ending, and what follows is said of one
COUNTED = (
    "actions", "buyers", "calls", "characters", "clusters", "columns", "complaints", "contacts", "corrections", "customers",
    "days", "files", "months", "orders", "payments", "persons", "purchases", "records", "refunds", "rows", "seconds",
    "values",
)  # fmt: skip
_ONE_OF_THEM = re.compile(rf"(?<![\w.,])1 ({'|'.join(COUNTED)})\b( (?:are|have|were)\b)?")
_OF_ONE = {None: "", " are": " is", " have": " has", " were": " was"}


@dataclass(frozen=True, init=False)
class Phrase:
    """A text whose language is chosen when it is shown; fields may be phrases themselves."""

    key: str
    fields: dict[str, Any] = field(hash=False)

    def __init__(self, key: str, /, **fields: Any) -> None:
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "fields", fields)

    def say(self, lang: str) -> str:
        """The text in *lang* (`zh` or `en`)."""
        return text(self.key, lang, **self.fields)

    def as_dict(self) -> dict[str, Any]:
        """Key and fields as plain data, to be kept as JSON; `phrase_of(data)` says the same."""
        return {"key": self.key, "fields": {name: _plain(value) for name, value in self.fields.items()}}


def phrase_of(data: dict[str, Any]) -> Phrase:
    """The phrase that `Phrase.as_dict` gave *data* of."""
    return Phrase(data["key"], **{name: phrase_of(one) if isinstance(one, dict) else one for name, one in data["fields"].items()})


def _plain(value: Any) -> Any:
    """*value* as JSON keeps it; a number stays one, as a text may format it."""
    if isinstance(value, Phrase):
        return value.as_dict()
    if isinstance(value, Decimal):
        return float(value)
    value = value.item() if hasattr(value, "item") else value  # of numpy
    return value if value is None or isinstance(value, str | int | float) else str(value)


@cache
def catalogue(lang: str) -> dict[str, Any]:
    """All texts of *lang* (`zh` or `en`) as nested dictionaries."""
    return tomllib.loads(files(__package__).joinpath(FILES[lang]).read_text(encoding="utf-8"))


def text(key: str, lang: str, /, **fields: Any) -> str:
    """
    The text under the dotted *key*, filled with *fields*; a field that is a `Phrase` is said in *lang*.

    Raises:
        KeyError: The key is in no catalogue; that is a bug, caught by `tests/contracts/test_locales.py`.
    """
    node: Any = catalogue(lang)
    for part in key.split("."):
        node = node[part]
    said = {name: value.say(lang) if isinstance(value, Phrase) else value for name, value in fields.items()}
    if not said:
        return str(node)
    filled = str(node).format(**said)
    return _ONE_OF_THEM.sub(lambda found: f"1 {found[1].removesuffix('s')}{_OF_ONE[found[2]]}", filled) if lang == "en" else filled
