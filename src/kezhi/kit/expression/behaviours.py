"""
What an expression may ask of a customer's deeds: did, count, sum, first and last, one after the other.

    did('order', times >= 3, days <= 90, category = '母婴')     NOT did('login', days <= 30)
    sum('order', net_amount, days <= 365) >= 1000               days_since('order') > 60
    then('view', 'order', days <= 7)                            in_segment('vip')
    last_on('order') < today() - 30

The first argument names the deed, the others are conditions over the columns of one deed; `days` counts
the calendar days from the deed to the first day not seen, so `days <= 90` is the last 90 days.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kezhi.kit.engine import dt
from kezhi.kit.expression.nodes import (
    Behaviour,
    Between,
    Call,
    Column,
    Comparison,
    Every,
    InSegment,
    Kind,
    Node,
    Not,
    Refused,
    Sequence,
    Today,
    Value,
)
from kezhi.locales import Phrase

if TYPE_CHECKING:
    from kezhi.kit.expression.checking import Checker

TIMES = "times"
DAYS = "days"
EVENT = "event"
MAX_SEQUENCE_DAYS = 36_600

# verb: what it gives, and whether its second argument is the column it measures
VERBS: dict[str, tuple[Kind, bool]] = {
    "did": ("boolean", False),
    "count": ("number", False),
    "sum": ("number", True),
    "average": ("number", True),
    "min": ("number", True),
    "max": ("number", True),
    "days_since": ("number", False),
    "days_since_first": ("number", False),
    "first_on": ("date", False),
    "last_on": ("date", False),
}
BEHAVIOUR_NAMES = (*VERBS, "did_not", "then", "in_segment", "today")


@dataclass(frozen=True, slots=True)
class Deeds:
    """
    What may be asked of behaviour.

    Attributes:
        columns: Columns of one deed by subject, name to Ibis type; those of `event` hold for every event's name.
        events: Names of events; None takes any name.
        segments: Keys of saved segments; None takes any key.
    """

    columns: Mapping[str, Mapping[str, str]]
    events: Collection[str] | None = None
    segments: Collection[str] | None = None

    def of(self, subject: str) -> Mapping[str, str]:
        """Columns of one deed of *subject*."""
        return self.columns.get(subject) or self.columns[EVENT]


def behaviour(call: Call, checker: Checker, deeds: Deeds) -> tuple[Node, Kind]:
    """The checked node of a *call* of `BEHAVIOUR_NAMES`, and the kind of its value; raises Refused."""
    if not deeds.columns and call.function != "today":
        raise Refused(Phrase("expression.nested_behaviour", name=call.function))
    match call.function:
        case "today":
            _count(call, 0, 0)
            return Today(), "date"
        case "in_segment":
            _count(call, 1, 1)
            return InSegment(_segment(call, checker, deeds)), "boolean"
        case "then":
            return _sequence(call, checker, deeds), "boolean"
        case "did_not":
            return Not(_deed(Call("did", call.arguments), checker, deeds)), "boolean"
        case verb:
            return _deed(call, checker, deeds), VERBS[verb][0]


def _deed(call: Call, checker: Checker, deeds: Deeds) -> Behaviour:
    measured = VERBS[call.function][1]
    subject = _subject(call, checker, deeds)
    _count(call, 2 if measured else 1, None)
    rest = list(call.arguments[1:])
    of_one = checker.beside({**deeds.of(subject), DAYS: "int64"})
    measure = _measure(call.function, rest.pop(0), of_one) if measured else None
    times: Node | None = None
    conditions: list[Node] = []
    for condition in [part for given in rest for part in (given.parts if isinstance(given, Every) else (given,))]:
        if call.function == "did" and _is_about(condition, TIMES):
            if times is not None:
                raise Refused(Phrase("expression.times_twice"))
            times = _boolean(condition, checker.beside({TIMES: "int64"}))
        else:
            conditions.append(_boolean(condition, of_one))
    return Behaviour(call.function, subject, measure, times, tuple(conditions))


def _subject(call: Call, checker: Checker, deeds: Deeds) -> str:
    first = call.arguments[0] if call.arguments else None
    known = [*deeds.columns, *(deeds.events or ())]
    if not (isinstance(first, Value) and isinstance(first.value, str)):
        raise Refused(Phrase("expression.deed_first", name=call.function), Phrase("expression.known_deeds", names=", ".join(known)))
    name = first.value
    if name not in deeds.columns and deeds.events is not None and name not in deeds.events:
        hint = checker.nearest(name, known) or Phrase("expression.known_deeds", names=", ".join(known))
        raise Refused(Phrase("expression.unknown_deed", name=name, position=checker.place_of_text(name)), hint)
    return name


def _segment(call: Call, checker: Checker, deeds: Deeds) -> str:
    key = call.arguments[0]
    if not (isinstance(key, Value) and isinstance(key.value, str)):
        raise Refused(Phrase("expression.segment_key"))
    if deeds.segments is not None and key.value not in deeds.segments:
        known = Phrase("expression.known_segments", names=", ".join(deeds.segments)) if deeds.segments else Phrase("expression.no_segments")
        hint = checker.nearest(key.value, deeds.segments) or known
        raise Refused(Phrase("expression.unknown_segment", name=key.value, position=checker.place_of_text(key.value)), hint)
    return key.value


def _measure(verb: str, node: Node, of_one: Checker) -> str:
    if not isinstance(node, Column):
        raise Refused(Phrase("expression.measure", name=verb))
    column, kind = of_one.check(node)
    if kind != "number" or not isinstance(column, Column) or column.name == DAYS:
        numbers = [name for name, type_name in of_one.columns.items() if dt.dtype(type_name).is_numeric() and name != DAYS]
        raise Refused(Phrase("expression.measure", name=verb), Phrase("expression.known_measures", names=", ".join(numbers)))
    return column.name


def _sequence(call: Call, checker: Checker, deeds: Deeds) -> Sequence:
    _count(call, 2, 3)
    first, second = (_part(argument, checker, deeds) for argument in call.arguments[:2])
    if len(call.arguments) == 2:
        return Sequence(first, second)
    match call.arguments[2]:
        case Comparison("<=", Column(name), Value(int(days))) if name.lower() == DAYS and not isinstance(days, bool):
            pass
        case Comparison("<", Column(name), Value(int(more))) if name.lower() == DAYS and not isinstance(more, bool):
            days = more - 1
        case _:
            raise Refused(Phrase("expression.then_days"))
    if not 0 <= days <= MAX_SEQUENCE_DAYS:
        raise Refused(Phrase("expression.then_days"))
    return Sequence(first, second, days)


def _part(node: Node, checker: Checker, deeds: Deeds) -> Behaviour:
    if isinstance(node, Call) and node.function == "did":
        deed = _deed(node, checker, deeds)
        if deed.times is None:
            return deed
        raise Refused(Phrase("expression.then_parts"))
    if isinstance(node, Value):
        return _deed(Call("did", (node,)), checker, deeds)
    raise Refused(Phrase("expression.then_parts"))


def _is_about(node: Node, name: str) -> bool:
    """Whether *node* compares the column *name* with something."""
    match node:
        case Comparison(_, Column(left), _) | Between(Column(left), _, _):
            return left.lower() == name
        case _:
            return False


def _boolean(node: Node, checker: Checker) -> Node:
    checked, kind = checker.check(node)
    if kind != "boolean":
        raise Refused(Phrase("expression.not_kind", expected=Phrase("expression.kinds.boolean"), given=Phrase(f"expression.kinds.{kind}")))
    return checked


def _count(call: Call, least: int, most: int | None) -> None:
    given = len(call.arguments)
    if given < least or (most is not None and given > most):
        expected = f"{least}+" if most is None else str(least) if least == most else f"{least}–{most}"
        raise Refused(Phrase("expression.argument_count", name=call.function, expected=expected, given=given))
