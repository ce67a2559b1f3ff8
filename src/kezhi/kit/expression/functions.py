"""The functions an expression may call: what they take, what they give, and how Ibis says it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from kezhi.kit.engine import ibis, ir
from kezhi.kit.expression.nodes import Kind
from kezhi.kit.expression.numbers import alike

Takes = Kind | Literal["same"]  # "same": any kind, but one kind for all such arguments


@dataclass(frozen=True, slots=True)
class Function:
    """One function; null arguments give null unless its sentence says otherwise."""

    doc: str
    takes: tuple[Takes, ...]
    gives: Takes
    build: Callable[..., ir.Value]
    optional: int = 0  # how many of the last arguments may be left out
    repeats: bool = False  # the last argument may come again
    columns: tuple[str, ...] = ()  # columns it reads besides its arguments, given to `build` after them

    @property
    def fewest(self) -> int:
        """How many arguments it needs."""
        return len(self.takes) - self.optional


def _if(condition: ir.BooleanValue, value: ir.Value, otherwise: ir.Value | None = None) -> ir.Value:
    if otherwise is None:
        return ibis.ifelse(condition, value, ibis.null(value.type()))
    return ibis.ifelse(condition, *alike(value, otherwise))


def _has_tag(tag: ir.StringValue, tags: ir.StringValue) -> ir.BooleanValue:
    comma = ibis.literal(",")
    return (comma + tags + comma).contains(comma + tag + comma).fill_null(False)  # no tags at all: surely not this one


FUNCTIONS: dict[str, Function] = {
    "abs": Function("Size of a number without its sign.", ("number",), "number", lambda x: x.abs()),
    "lower": Function("Text in lower case.", ("text",), "text", lambda x: x.lower()),
    "upper": Function("Text in upper case.", ("text",), "text", lambda x: x.upper()),
    "length": Function("How many characters a text has.", ("text",), "number", lambda x: x.length()),
    "contains": Function("The text holds the part.", ("text", "text"), "boolean", lambda x, part: x.contains(part)),
    "starts_with": Function("The text begins with the part.", ("text", "text"), "boolean", lambda x, part: x.startswith(part)),
    "ends_with": Function("The text ends with the part.", ("text", "text"), "boolean", lambda x, part: x.endswith(part)),
    "year": Function("Year of a date.", ("date",), "number", lambda x: x.year()),
    "month": Function("Month of a date, 1 to 12.", ("date",), "number", lambda x: x.month()),
    "coalesce": Function("The first value that is not null.", ("same", "same"), "same", lambda *x: ibis.coalesce(*alike(*x)), repeats=True),
    "least": Function(
        "The smallest value; nulls are passed over.", ("same", "same"), "same", lambda *x: ibis.least(*alike(*x)), repeats=True
    ),
    "greatest": Function(
        "The greatest value; nulls are passed over.", ("same", "same"), "same", lambda *x: ibis.greatest(*alike(*x)), repeats=True
    ),
    "if": Function(
        "The second argument where the first holds, else the third, else null.", ("boolean", "same", "same"), "same", _if, optional=1
    ),
    "has_tag": Function("The customer holds the tag.", ("text",), "boolean", _has_tag, columns=("tags",)),
}
