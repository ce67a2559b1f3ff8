"""From text to nodes: SQLGlot parses with a small grammar, and only what is listed here becomes a node."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.errors import ErrorLevel, ParseError, TokenError
from sqlglot.parser import Parser
from sqlglot.tokenizer_core import Token, TokenType
from sqlglot.tokens import Tokenizer

from kezhi.kit.expression.nodes import (
    Arithmetic,
    Between,
    Call,
    Column,
    Comparison,
    Every,
    IsNull,
    Like,
    Membership,
    Negative,
    Node,
    Not,
    Refused,
    Some,
    Value,
    children,
)
from kezhi.kit.expression.scanning import MAX_DEPTH, plain
from kezhi.kit.expression.words import CONNECTIVES, FOREIGN, KEYWORDS
from kezhi.locales import Phrase

MAX_TOKENS = 4_000
MAX_TREE_DEPTH = 50  # engines recurse over what we build; a sum of more terms than this is no segment
MAX_DIGITS = 18  # on either side of the decimal point

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class _Words(Tokenizer):
    """Only the language's own words are keywords: a column may be called `month` or `sources`."""

    KEYWORDS: ClassVar = {
        **{word: getattr(TokenType, word) for word in sorted(KEYWORDS)},
        "<=": TokenType.LTE,
        ">=": TokenType.GTE,
        "<>": TokenType.NEQ,
        "!=": TokenType.NEQ,
        "==": TokenType.EQ,
    }


class _Grammar(Parser):
    """No function means anything to SQLGlot: each arrives as a name and its arguments."""

    FUNCTIONS: ClassVar = {}
    FUNCTION_PARSERS: ClassVar = {}
    NO_PAREN_FUNCTIONS: ClassVar = {}
    NO_PAREN_FUNCTION_PARSERS: ClassVar = {}


def read(text: str) -> Node:
    """
    The nodes of *text*; names are as written, nothing is known yet about columns and functions.

    Raises:
        Refused: The text is not of the language.
    """
    try:
        signs = plain(text)
        tree = _Grammar(error_level=ErrorLevel.RAISE).parse_into(exp.Condition, _tokens(signs), signs)[0]
        if tree is None:
            raise Refused(Phrase("expression.empty"))
        node = _node(tree)
        if _deeper_than(MAX_TREE_DEPTH, node):
            raise Refused(Phrase("expression.too_deep", limit=MAX_TREE_DEPTH))
    except RecursionError:
        raise Refused(Phrase("expression.too_deep", limit=MAX_DEPTH)) from None
    except (ParseError, TokenError) as error:
        raise Refused(_unread(error)) from error
    return node


def _tokens(text: str) -> list[Token]:
    tokens = _Words().tokenize(text)
    if len(tokens) > MAX_TOKENS:
        raise Refused(Phrase("expression.too_many", limit=MAX_TOKENS))
    for token in tokens:
        if token.token_type is TokenType.VAR and token.text.upper() in FOREIGN:
            raise Refused(Phrase("expression.foreign", part=token.text))
        if token.text in CONNECTIVES:
            raise Refused(Phrase("expression.foreign", part=token.text), Phrase("expression.use_and_or"))
    return tokens


def _unread(error: ParseError | TokenError) -> Phrase:
    near = error.errors[0].get("highlight") if isinstance(error, ParseError) and error.errors else None
    return Phrase("expression.unread_near", near=near) if near else Phrase("expression.unread")


def _deeper_than(limit: int, node: Node) -> bool:
    level: list[Node] = [node]
    for _ in range(limit):
        level = [child for parent in level for child in children(parent)]
    return bool(level)


# --- from SQLGlot's nodes to ours ------------------------------------------------------------------


def _node(tree: exp.Expr) -> Node:
    convert = _CONVERT.get(type(tree))
    if convert is None:
        raise _foreign(tree)
    return convert(tree)


def _only(tree: exp.Expr, *known: str) -> None:
    """Refuse what SQLGlot found beyond the arguments we understand (frames, aliases, qualifiers, …)."""
    if any(value for name, value in tree.args.items() if name not in known) or any(tree.args.get(name) is None for name in known):
        raise _foreign(tree)


def _foreign(tree: exp.Expr) -> Refused:
    return Refused(Phrase("expression.foreign", part=tree.sql()[:60]))


def _literal(tree: exp.Expr) -> Node:
    if tree.is_string:
        return Value(str(tree.this))
    try:
        number = Decimal(str(tree.this))
    except InvalidOperation:
        raise Refused(Phrase("expression.unread_near", near=str(tree.this)[:60])) from None
    number = number.normalize() if number else Decimal(0)
    digits, exponent = len(number.as_tuple().digits), int(number.as_tuple().exponent)
    if digits + exponent > MAX_DIGITS or -exponent > MAX_DIGITS:
        raise Refused(Phrase("expression.too_many_digits", number=str(tree.this)[:60], limit=MAX_DIGITS))
    return Value(int(number)) if exponent >= 0 else Value(number)


def _date(tree: exp.Expr) -> Node:
    _only(tree, "this", "to")
    if not (isinstance(tree.this, exp.Literal) and tree.this.is_string and tree.args["to"].sql() == "DATE"):
        raise _foreign(tree)
    return Value(day(str(tree.this.this)))


def day(text: str) -> date:
    """The date in *text*, written 2025-01-31."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # a day that no month has: refused below like any other text
    raise Refused(Phrase("expression.not_a_date", text=text[:60]), Phrase("expression.write_date"))


def _column(tree: exp.Expr) -> Node:
    _only(tree, "this")
    if not isinstance(tree.this, exp.Identifier):
        raise _foreign(tree)
    return Column(tree.this.name)


def _call(tree: exp.Expr) -> Node:
    if any(value for name, value in tree.args.items() if name not in ("this", "expressions")) or not isinstance(tree.this, str):
        raise _foreign(tree)
    return Call(tree.this.lower(), tuple(map(_node, tree.expressions)))


def _negative(tree: exp.Expr) -> Node:
    operand = _node(tree.this)
    if isinstance(operand, Value) and isinstance(operand.value, int | Decimal) and not isinstance(operand.value, bool):
        return Value(-operand.value)
    return Negative(operand)


def _binary(node: Callable[[str, Node, Node], Node], operator: str) -> Callable[[exp.Expr], Node]:
    def convert(tree: exp.Expr) -> Node:
        allowed = ("typed", "safe") if isinstance(tree, exp.Div) else ()
        if any(value for name, value in tree.args.items() if name not in ("this", "expression", *allowed)):
            raise _foreign(tree)
        return node(operator, _operand(tree, "this"), _operand(tree, "expression"))

    return convert


def _operand(tree: exp.Expr, name: str) -> Node:
    below = tree.args.get(name)
    if not isinstance(below, exp.Expr):
        raise _foreign(tree)
    return _node(below)


def _chain(kind: type[exp.Expr], node: type[Every] | type[Some]) -> Callable[[exp.Expr], Node]:
    """A AND B AND C is one node of three parts, however it was bracketed."""

    def convert(tree: exp.Expr) -> Node:
        parts: list[Node] = []
        pending: list[exp.Expr] = [tree]
        while pending:
            below = pending.pop()
            if isinstance(below, exp.Paren) and isinstance(below.this, kind | exp.Paren):
                pending.append(below.this)
            elif isinstance(below, kind):
                _only(below, "this", "expression")
                pending += [below.args["expression"], below.this]
            else:
                part = _node(below)
                parts += part.parts if isinstance(part, node) else (part,)
        return node(tuple(parts))

    return convert


def _in(tree: exp.Expr) -> Node:
    _only(tree, "this", "expressions")
    values = tuple(map(_node, tree.expressions))
    if not values or not all(isinstance(value, Value) for value in values):
        raise Refused(Phrase("expression.in_values"))
    return Membership(_node(tree.this), tuple(value for value in values if isinstance(value, Value)))


def _between(tree: exp.Expr) -> Node:
    _only(tree, "this", "low", "high")
    return Between(_node(tree.this), _node(tree.args["low"]), _node(tree.args["high"]))


def _like(tree: exp.Expr) -> Node:
    if any(value for name, value in tree.args.items() if name not in ("this", "expression", "negate")):
        raise _foreign(tree)
    pattern = _operand(tree, "expression")
    if not (isinstance(pattern, Value) and isinstance(pattern.value, str)):
        raise Refused(Phrase("expression.like_pattern"))
    if "\\" in pattern.value:  # an escape sign to one engine and a plain one to another
        raise Refused(Phrase("expression.like_escape"), Phrase("expression.use_contains"))
    like = Like(_operand(tree, "this"), pattern.value)
    return Not(like) if tree.args.get("negate") else like


def _is(tree: exp.Expr) -> Node:
    _only(tree, "this", "expression")
    if not isinstance(tree.args["expression"], exp.Null):
        raise Refused(Phrase("expression.is_null_only"))
    return IsNull(_node(tree.this))


def _null(_: exp.Expr) -> Node:
    raise Refused(Phrase("expression.null"), Phrase("expression.use_is_null"))


_CONVERT: dict[type[Any], Callable[[Any], Node]] = {
    exp.Literal: _literal,
    exp.Boolean: lambda tree: Value(bool(tree.this)),
    exp.Cast: _date,
    exp.Null: _null,
    exp.Column: _column,
    exp.Anonymous: _call,
    exp.Paren: lambda tree: _operand(tree, "this"),
    exp.Neg: _negative,
    exp.Not: lambda tree: Not(_operand(tree, "this")),
    exp.And: _chain(exp.And, Every),
    exp.Or: _chain(exp.Or, Some),
    exp.In: _in,
    exp.Between: _between,
    exp.Like: _like,
    exp.Is: _is,
    **{kind: _binary(Arithmetic, sign) for kind, sign in ((exp.Add, "+"), (exp.Sub, "-"), (exp.Mul, "*"), (exp.Div, "/"))},
    **{
        kind: _binary(Comparison, sign)
        for kind, sign in ((exp.EQ, "="), (exp.NEQ, "<>"), (exp.LT, "<"), (exp.LTE, "<="), (exp.GT, ">"), (exp.GTE, ">="))
    },
}
