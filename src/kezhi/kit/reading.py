"""
Reading a text column into a typed value, with the rule by which it was mended.

A `Reader` is a list of stages. All columns of a table take a stage together, one selection after the
other: a later stage reads earlier results instead of repeating their formulas, so the query
grows with the number of stages, not with their product. Text that is canonical already is told by one
regular expression; the dearer stages then see nulls and cost next to nothing. A cast is only ever made of
text that an earlier stage has built or checked, so no text can make an engine raise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from kezhi.kit.engine import Workbench, ibis, ir

Names = Callable[[str], ir.Value]
Stage = Callable[[Names], dict[str, ir.Value]]


@dataclass(frozen=True, slots=True)
class Reader:
    """
    How a kind of text is read; the first stage gives `odd`, the text where it is not canonical, the last one `value` and `rule`.

    A stage is a function of `at`: `at("raw")` is the text, `at("x")` what an earlier stage called x, and
    `at(".x")` the table's own column x. It returns the next named expressions. `rule` is null when the text was canonical or a word for "nothing",
    else the code of the rule that mended it; with a rule and a null value nothing usable was left.
    `as_text` writes a value the canonical way; `plain` is the value of canonical text, the same that the stages give it.
    `fits` says of a time, day or number that a file holds as such whether its `text_of` is canonical: `plain` then takes it as it is.
    """

    stages: tuple[Stage, ...]
    as_text: Callable[[ir.Value], ir.Value]
    plain: Callable[[ir.Value], ir.Value]
    fits: Callable[[ir.Value], ir.BooleanValue] | None = None


@contextmanager
def stages_apart() -> Iterator[None]:
    """
    Within the block, Ibis keeps each selection a query of its own.

    It would copy the formulas of one stage into the next and so undo the stages; whoever settles what `read`
    returns does it within this block.
    """
    fuses = ibis.options.sql.fuse_selects
    ibis.options.sql.fuse_selects = False
    try:
        yield
    finally:
        ibis.options.sql.fuse_selects = fuses


def canonical_columns(table: ir.Table, readers: Mapping[str, Reader], bench: Workbench) -> list[str]:
    """The columns in which nothing is odd: `plain` says all, and nothing in them was mended. One aggregate, no stage but the first."""
    odd = {column: _odd(table, column, reader).any() for column, reader in readers.items()}
    found = bench.arrow(table.aggregate(**odd)).to_pylist()[0] if odd else {}
    return [column for column, is_odd in found.items() if not is_odd]


def _odd(table: ir.Table, column: str, reader: Reader) -> ir.BooleanValue:
    if reader.fits is not None and not table[column].type().is_string():
        return ~reader.fits(table[column])
    return reader.stages[0](_at(table, column))["odd"].notnull()


def text_of(raw: ir.Value) -> ir.StringValue:
    """
    The text of a raw value, which may be a time, a day or a number where its file has such a type.

    Times have no fraction, or six digits of it, as where files are read as text.
    """
    if raw.type().is_string():
        return raw
    text = raw.cast("string")
    return ibis.cases((text.length() > len("2000-01-01 00:00:00"), text.rpad(26, "0")), else_=text) if raw.type().is_timestamp() else text


def read(table: ir.Table, readers: Mapping[str, Reader]) -> ir.Table:
    """
    *table* with `<column>__value` and `<column>__rule` beside every column that has a reader.

    The text columns stay as they are; other columns pass through.
    """
    kept = list(table.columns)
    for step in range(max((len(reader.stages) for reader in readers.values()), default=0)):
        made: dict[str, ir.Value] = {}
        for column, reader in readers.items():
            if step < len(reader.stages):
                found = reader.stages[step](_at(table, column))
                made |= {f"{column}__{name}": value for name, value in found.items()}
        table = table.mutate(**made)
    return table.select(*kept, *(f"{column}__{part}" for column in readers for part in ("value", "rule")))


def _at(table: ir.Table, column: str) -> Names:
    def at(name: str) -> ir.Value:
        if name == "raw":
            return table[column]
        return table[name[1:]] if name.startswith(".") else table[f"{column}__{name}"]

    return at


def unless_canonical(pattern: str, words: Sequence[str] = ()) -> Stage:
    """
    The first stage of a reader: `odd` is the text where it does not match *pattern* or is one of *words*, else null.

    A stage of its own, because engines work out a formula that stands twice within CASE for every row.
    """

    def stage(at: Names) -> dict[str, ir.Value]:
        raw = at("raw")
        canonical = raw.re_search(pattern)
        if words:
            canonical &= ~raw.re_search(f"^({'|'.join(words)})$")
        return {"odd": ibis.cases((canonical, ibis.null("string")), else_=raw)}

    return stage


def first_rule(*branches: tuple[ir.BooleanValue, str]) -> ir.StringValue:
    """The code of the first branch that holds; an empty code, or no branch, is null."""
    return ibis.cases(*((test, ibis.literal(code)) for test, code in branches), else_=ibis.null("string")).nullif("")
