"""An expression: read and checked once, used on as many tables as have its columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, cast

from kezhi.errors import ColumnMissing, ExpressionWrong
from kezhi.kit.engine import ir
from kezhi.kit.expression.behaviours import Deeds
from kezhi.kit.expression.checking import Checker
from kezhi.kit.expression.compiling import build
from kezhi.kit.expression.functions import FUNCTIONS
from kezhi.kit.expression.nodes import Call, Column, Every, Kind, Node, Refused, Some, walk
from kezhi.kit.expression.reading import read
from kezhi.kit.expression.trees import brief, from_tree, to_tree
from kezhi.kit.expression.writing import write
from kezhi.locales import Phrase

_SHOWN_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression; equal to another that means the same node for node."""

    root: Node
    kind: Kind

    @property
    def text(self) -> str:
        """The one canonical text; parsing it gives an equal expression."""
        return write(self.root)

    @property
    def tree(self) -> Any:
        """The same as JSON: what a visual builder shows; `parse_tree` gives an equal expression."""
        return to_tree(self.root)

    @property
    def clauses(self) -> tuple[Expression, ...]:
        """The parts that all must hold, or of which one must; itself when it is neither."""
        parts = self.root.parts if isinstance(self.root, Every | Some) else (self.root,)
        return tuple(Expression(part, "boolean") for part in parts)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it reads, in the order they first appear."""
        names: dict[str, None] = {}
        for node in walk(self.root):
            if isinstance(node, Column):
                names[node.name] = None
            elif isinstance(node, Call):
                names |= dict.fromkeys(FUNCTIONS[node.function].columns)
        return tuple(names)

    def predicate(self, table: ir.Table) -> ir.BooleanValue:
        """
        Where the expression holds: true or false for every row of *table*, never null.

        Raises:
            ExpressionWrong: It is a number, text or date, nothing that holds or does not.
            ColumnMissing: *table* lacks a column it reads.
        """
        if self.kind != "boolean":
            raise _wrong(self.text, Refused(_not_kind("boolean", self.kind)))
        return cast("ir.BooleanValue", self.value(table).fill_null(False))

    def value(self, table: ir.Table) -> ir.Value:
        """
        The value per row of *table*: boolean, number, string or date; null where SQL says null.

        Raises:
            ColumnMissing: *table* lacks a column it reads.
        """
        missing = [name for name in self.columns if name not in table.columns]
        if missing:
            near = get_close_matches(missing[0], table.columns, n=1)
            hint: Phrase | str = Phrase("expression.did_you_mean", name=near[0]) if near else ""
            raise ColumnMissing(table=getattr(table.op(), "name", "table"), missing=missing, present=sorted(table.columns), hint=hint)
        return build(self.root, table)


def parse(text: str, *, columns: Mapping[str, str], kind: Kind | None = None, deeds: Deeds | None = None) -> Expression:
    """
    The expression in *text*.

    Args:
        text: What a person wrote; nothing in it is ever run as code.
        columns: The columns it may read, name to Ibis type.
        kind: What it must be: `boolean` for a rule, `date` for a since; None takes any.
        deeds: What it may ask of behaviour; None: nothing, it sees one row.

    Raises:
        ExpressionWrong: Not of the language, an unknown name, or kinds that do not fit; says what and a way out.
    """
    try:
        root, found = Checker(columns, text, deeds).check(read(text))
        if kind is not None and found != kind:
            raise Refused(_not_kind(kind, found))
    except Refused as refused:
        raise _wrong(text, refused) from None
    return Expression(root, found)


def parse_tree(tree: Any, *, columns: Mapping[str, str], kind: Kind | None = None, deeds: Deeds | None = None) -> Expression:
    """
    The expression that a JSON *tree* says, as `Expression.tree` writes it; arguments and errors as for `parse`.

    A tree is written as text and read again, so it passes every check that a typed text passes.
    """
    try:
        text = from_tree(tree)
    except Refused as refused:
        raise _wrong(brief(tree), refused) from None
    return parse(text, columns=columns, kind=kind, deeds=deeds)


def _not_kind(expected: Kind, found: Kind) -> Phrase:
    return Phrase("expression.not_kind", expected=Phrase(f"expression.kinds.{expected}"), given=Phrase(f"expression.kinds.{found}"))


def _wrong(text: str, refused: Refused) -> ExpressionWrong:
    shown = (
        text.encode("utf-8", "replace").decode()
        if len(text) <= _SHOWN_CHARACTERS
        else text[:_SHOWN_CHARACTERS].encode("utf-8", "replace").decode() + "…"
    )
    return ExpressionWrong(expression=shown, problem=refused.problem, hint=refused.hint)
