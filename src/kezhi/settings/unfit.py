"""What is wrong with a value that pydantic refused, in words of both languages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from kezhi.locales import Phrase

# of pydantic's kinds of error, those that a person can make; the texts are `unfit.<name>`
_KINDS = {
    "missing": "missing",
    "extra_forbidden": "unknown",
    "json_invalid": "json",
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float", "int_parsing_size"), "integer"),
    **dict.fromkeys(("float_parsing", "float_type", "finite_number", "decimal_parsing", "decimal_type"), "number"),
    **dict.fromkeys(("bool_parsing", "bool_type"), "yes_no"),
    **dict.fromkeys(("string_type", "string_unicode", "invalid_key"), "text"),
    **dict.fromkeys(("date_parsing", "date_type", "date_from_datetime_parsing", "date_from_datetime_inexact"), "date"),
    **dict.fromkeys(("datetime_parsing", "datetime_type", "datetime_from_date_parsing"), "time"),
    **dict.fromkeys(("list_type", "tuple_type", "set_type"), "list"),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), "mapping"),
    **dict.fromkeys(("literal_error", "enum"), "one_of"),
    "greater_than_equal": "at_least",
    "greater_than": "above",
    "less_than_equal": "at_most",
    "less_than": "below",
    **dict.fromkeys(("string_too_short", "too_short"), "too_short"),
    **dict.fromkeys(("string_too_long", "too_long"), "too_long"),
    "string_pattern_mismatch": "pattern",
}
_BOUNDS = {  # where pydantic tells what was expected
    "at_least": "ge",
    "above": "gt",
    "at_most": "le",
    "below": "lt",
    "too_short": "min_length",
    "too_long": "max_length",
    "pattern": "pattern",
}


class Unfit(ValueError):
    """Raised by a validator: the text `unfit.<key>` with its fields."""

    def __init__(self, key: str, /, **fields: Any) -> None:
        self.phrase = Phrase(f"unfit.{key}", **fields)
        super().__init__(self.phrase.say("en"))


def unfit(found: Mapping[str, Any]) -> Phrase:
    """One of the `errors()` of a ValidationError in words; what has none of ours is said as pydantic says it."""
    told = found.get("ctx", {})
    if isinstance(raised := told.get("error"), Unfit):
        return raised.phrase
    kind = _KINDS.get(found["type"])
    if kind is None:
        return Phrase("unfit.other", detail=found["msg"])
    bound = _BOUNDS.get(kind)
    if kind == "one_of":  # pydantic's list ends with an English word
        return Phrase("unfit.one_of", bound=", ".join(re.findall(r"'([^']*)'", told["expected"])) or told["expected"])
    return Phrase(f"unfit.{kind}", bound=told[bound]) if bound else Phrase(f"unfit.{kind}")


def near_miss(name: str, known: Iterable[str]) -> Phrase | str:
    """Which of the *known* names was probably meant; empty where none is near."""
    near = get_close_matches(name, list(known), n=1)
    return Phrase("unfit.near", name=near[0]) if near else ""
