"""Which names an expression may use, and what may meet what: columns, functions, kinds of values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from kezhi.kit.engine import dt
from kezhi.kit.expression.behaviours import BEHAVIOUR_NAMES, Deeds, behaviour
from kezhi.kit.expression.functions import FUNCTIONS, Function, Takes
from kezhi.kit.expression.nodes import (
    Arithmetic,
    Behaviour,
    Between,
    Call,
    Column,
    Comparison,
    Every,
    InSegment,
    IsNull,
    Kind,
    Like,
    Membership,
    Negative,
    Node,
    Not,
    Refused,
    Sequence,
    Some,
    Today,
    Value,
)
from kezhi.kit.expression.reading import day
from kezhi.kit.expression.scanning import place
from kezhi.kit.expression.words import AGGREGATES
from kezhi.kit.expression.writing import write
from kezhi.locales import Phrase

MAX_DAYS = 36_600  # a date moved further leaves the calendar of some engine


def kind_of(type_name: str) -> Kind | None:
    """The kind of a column of an Ibis type; None when expressions cannot use it. A timestamp is a date."""
    kind = dt.dtype(type_name)
    if kind.is_boolean():
        return "boolean"
    if kind.is_numeric():
        return "number"
    if kind.is_string():
        return "text"
    return "date" if kind.is_date() or kind.is_timestamp() else None


class Checker:
    """
    Gives every node its kind and the columns their true names; `check` answers the changed node.

    A text next to a date becomes a date. Names of columns and functions may be written in any case.
    """

    def __init__(self, columns: Mapping[str, str], text: str = "", deeds: Deeds | None = None) -> None:
        self.columns = columns
        self.text = text  # as typed, to say where a wrong name stands
        self.deeds = deeds  # what may be asked of behaviour; None: nothing
        self._folded = {name.lower(): name for name in columns}

    def check(self, node: Node) -> tuple[Node, Kind]:
        """*node* with names resolved, and the kind of its value; raises Refused."""
        match node:
            case Value(value):
                return node, "boolean" if isinstance(value, bool) else "text" if isinstance(value, str) else _written(value)
            case Column(name):
                return self._column(name)
            case Call():
                return self._call(node)
            case Negative(operand):
                return Negative(self._of_kind("number", operand, "-")), "number"
            case Arithmetic():
                return self._arithmetic(node)
            case Comparison(operator, left, right):
                left, right = self._comparable(left, right, ordered=operator not in ("=", "<>"))
                return Comparison(operator, left, right), "boolean"
            case Membership(operand, values):
                pairs = [self._comparable(operand, value, ordered=False) for value in values]
                return Membership(pairs[0][0], tuple(right for _, right in pairs if isinstance(right, Value))), "boolean"
            case Between(operand, low, high):
                left, low = self._comparable(operand, low, ordered=True)
                _, high = self._comparable(operand, high, ordered=True)
                return Between(left, low, high), "boolean"
            case Like(operand, pattern):
                return Like(self._of_kind("text", operand, "LIKE"), pattern), "boolean"
            case IsNull(operand):
                return IsNull(self.check(operand)[0]), "boolean"
            case Not(operand):
                return Not(self._of_kind("boolean", operand, "NOT")), "boolean"
            case Every(parts):
                return Every(tuple(self._of_kind("boolean", part, "AND") for part in parts)), "boolean"
            case Some(parts):
                return Some(tuple(self._of_kind("boolean", part, "OR") for part in parts)), "boolean"
            case Today():
                return node, "date"
            case InSegment() | Sequence() | Behaviour():
                return node, "boolean"  # only a checked call becomes one

    def _column(self, name: str) -> tuple[Column, Kind]:
        known = name if name in self.columns else self._folded.get(name.lower())
        if known is None:
            raise Refused(Phrase("expression.unknown_column", name=name, position=self.place(name)), self.nearest(name, list(self.columns)))
        kind = kind_of(self.columns[known])
        if kind is None:
            raise Refused(Phrase("expression.unusable_column", name=known, type=self.columns[known]))
        return Column(known), kind

    def beside(self, columns: Mapping[str, str]) -> Checker:
        """A checker of other *columns* for a part of the same text; there nothing may be asked of behaviour but the day."""
        return Checker(columns, self.text, self.deeds and Deeds({}, (), ()))

    def place(self, name: str) -> int:
        """At which character of the text the name *name* stands, the first being 1."""
        return place(name, self.text)

    def place_of_text(self, quoted: str) -> int:
        """At which character of the text the quoted *quoted* stands, the first being 1."""
        return max(self.text.find(quoted), 0) + 1

    @staticmethod
    def nearest(name: str, known: Iterable[str]) -> Phrase | str:
        """A hint that names the known name most like *name*; empty when none is."""
        near = get_close_matches(name.lower(), list(known), n=1, cutoff=0.6)
        return Phrase("expression.did_you_mean", name=near[0]) if near else ""

    def _call(self, node: Call) -> tuple[Node, Kind]:
        if self.deeds is not None and node.function in BEHAVIOUR_NAMES:
            return behaviour(node, self, self.deeds)
        function = FUNCTIONS.get(node.function)
        if function is None:
            if node.function in BEHAVIOUR_NAMES and node.function.upper() not in AGGREGATES:
                raise Refused(Phrase("expression.no_behaviour", name=node.function), Phrase("expression.only_in_segments"))
            if node.function.upper() in AGGREGATES:
                raise Refused(Phrase("expression.aggregate", name=node.function), Phrase("expression.use_columns"))
            known = [*FUNCTIONS, *(BEHAVIOUR_NAMES if self.deeds is not None else ())]
            hint = self.nearest(node.function, known) or Phrase("expression.known_functions", names=", ".join(known))
            raise Refused(Phrase("expression.unknown_function", name=node.function, position=self.place(node.function)), hint)
        for column in function.columns:
            self._column(column)
        wanted = self._wanted(node, function)
        checked = [self.check(argument) for argument in node.arguments]
        kind: Kind = next((kind for (_, kind), takes in zip(checked, wanted, strict=True) if takes == "same" and kind != "text"), "text")
        arguments = []
        for position, ((argument, given), takes) in enumerate(zip(checked, wanted, strict=True), start=1):
            expected: Kind = kind if takes == "same" else takes
            argument, given = _as_kind(argument, given, expected)
            if given != expected:
                raise Refused(
                    Phrase(
                        "expression.argument_kind", name=node.function, position=position, expected=_named(expected), given=_named(given)
                    )
                )
            arguments.append(argument)
        return Call(node.function, tuple(arguments)), kind if function.gives == "same" else function.gives

    @staticmethod
    def _wanted(node: Call, function: Function) -> list[Takes]:
        given = len(node.arguments)
        wanted: list[Takes] = [*function.takes]
        if function.repeats:
            wanted += [function.takes[-1]] * max(0, given - len(wanted))
        if not function.fewest <= given <= len(wanted):
            most = f"–{len(wanted)}" if function.optional else "+" if function.repeats else ""
            raise Refused(Phrase("expression.argument_count", name=node.function, expected=f"{function.fewest}{most}", given=given))
        return [*wanted[:given]]

    def _arithmetic(self, node: Arithmetic) -> tuple[Arithmetic, Kind]:
        (left, left_kind), (right, right_kind) = self.check(node.left), self.check(node.right)
        if node.operator == "-" and "date" in (left_kind, right_kind):
            left, left_kind = _as_kind(left, left_kind, "date")
            right, right_kind = _as_kind(right, right_kind, right_kind if right_kind == "number" else "date")
        checked = Arithmetic(node.operator, left, right)
        match node.operator, left_kind, right_kind:
            case _, "number", "number":
                return checked, "number"
            case "-", "date", "date":
                return checked, "number"  # whole days
            case "+" | "-", "date", "number":
                _check_days(right)
                return checked, "date"
            case "+", "number", "date":
                _check_days(left)
                return Arithmetic("+", right, left), "date"
        raise Refused(
            Phrase(
                "expression.arithmetic",
                operator=node.operator,
                left=_brief(left),
                left_kind=_named(left_kind),
                right=_brief(right),
                right_kind=_named(right_kind),
            )
        )

    def _comparable(self, left: Node, right: Node, *, ordered: bool) -> tuple[Node, Node]:
        (left, left_kind), (right, right_kind) = self.check(left), self.check(right)
        right, right_kind = _as_kind(right, right_kind, left_kind)
        left, left_kind = _as_kind(left, left_kind, right_kind)
        if left_kind != right_kind or (ordered and left_kind == "boolean"):
            raise Refused(
                Phrase(
                    "expression.compare", left=_brief(left), left_kind=_named(left_kind), right=_brief(right), right_kind=_named(right_kind)
                ),
                _unquote_hint(left, left_kind, right, right_kind),
            )
        return left, right

    def _of_kind(self, expected: Kind, node: Node, operator: str) -> Node:
        checked, kind = self.check(node)
        if kind != expected:
            raise Refused(
                Phrase("expression.operand", operator=operator, expected=_named(expected), operand=_brief(checked), given=_named(kind))
            )
        return checked


def _written(value: object) -> Kind:
    return "date" if hasattr(value, "isoformat") else "number"


def _as_kind(node: Node, kind: Kind, wanted: Kind) -> tuple[Node, Kind]:
    """A written text where a date is wanted is a date."""
    if kind == "text" and wanted == "date" and isinstance(node, Value) and isinstance(node.value, str):
        return Value(day(node.value)), "date"
    return node, kind


def _check_days(node: Node) -> None:
    if not (isinstance(node, Value) and isinstance(node.value, int)) or abs(node.value) > MAX_DAYS:
        raise Refused(Phrase("expression.days", days=_brief(node), limit=MAX_DAYS))


def _unquote_hint(left: Node, left_kind: Kind, right: Node, right_kind: Kind) -> Phrase | str:
    for node, kind in ((left, right_kind), (right, left_kind)):
        if kind == "number" and isinstance(node, Value) and isinstance(node.value, str):
            return Phrase("expression.unquote")
        if kind == "text" and isinstance(node, Value) and not isinstance(node.value, str):
            return Phrase("expression.quote")
    return ""


def _brief(node: Node) -> str:
    text = write(node)
    return text if len(text) <= 40 else text[:39] + "…"


def _named(kind: str) -> Phrase:
    return Phrase(f"expression.kinds.{kind}")
