"""Laws of every expression: its canonical text means the same; its answer is SQL's, worked out apart from any engine."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from people import COLUMNS, ROWS, people

from kezhi.flow.warehouse import Warehouse
from kezhi.kit.expression import parse

Answer = Callable[[dict[str, Any]], Any]  # of a row; None is unknown
Said = tuple[str, Answer]
PEOPLE = [dict(zip(COLUMNS, row, strict=True)) for row in ROWS]


def _known(function: Callable[..., Any], *parts: Answer) -> Answer:
    def answer(row: dict[str, Any]) -> Any:
        values = [part(row) for part in parts]
        return None if None in values else function(*values)

    return answer


def _column(name: str) -> Said:
    return name, lambda row: row[name]


def _written(value: int | Decimal) -> Said:
    return str(value), lambda _: value


exact = (
    st.sampled_from(["orders", "amount", "refunds"]).map(_column)
    | st.integers(-20, 1200).map(_written)
    | st.decimals(-9, 9, places=2).map(_written)
)
sums = st.recursive(
    exact,
    lambda parts: st.tuples(parts, st.sampled_from("+-"), parts).map(
        lambda p: (f"({p[0][0]} {p[1]} {p[2][0]})", _known(lambda x, y: x + y if p[1] == "+" else x - y, p[0][1], p[2][1]))
    ),
    max_leaves=4,
)
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda x, y: x == y,
    "<>": lambda x, y: x != y,
    "<": lambda x, y: x < y,
    "<=": lambda x, y: x <= y,
    ">": lambda x, y: x > y,
    ">=": lambda x, y: x >= y,
}
comparisons = st.tuples(sums, st.sampled_from(sorted(COMPARE)), sums).map(
    lambda p: (f"{p[0][0]} {p[1]} {p[2][0]}", _known(COMPARE[p[1]], p[0][1], p[2][1]))
)
nulls = st.tuples(sums, st.booleans()).map(
    lambda p: (f"{p[0][0]} IS {'NOT ' if p[1] else ''}NULL", lambda row: (p[0][1](row) is None) != p[1])
)
ranges = st.tuples(sums, sums, sums).map(
    lambda p: (
        f"{p[0][0]} BETWEEN {p[1][0]} AND {p[2][0]}",
        _every(_known(COMPARE[">="], p[0][1], p[1][1]), _known(COMPARE["<="], p[0][1], p[2][1])),
    )
)
lists = st.tuples(sums, st.lists(st.integers(-5, 11), min_size=1, max_size=3)).map(
    lambda p: (f"{p[0][0]} IN ({', '.join(map(str, p[1]))})", _known(lambda x: x in p[1], p[0][1]))
)


def _every(*parts: Answer) -> Answer:
    def answer(row: dict[str, Any]) -> bool | None:
        values = [part(row) for part in parts]
        return False if False in values else None if None in values else True

    return answer


def _some(*parts: Answer) -> Answer:
    def answer(row: dict[str, Any]) -> bool | None:
        values = [part(row) for part in parts]
        return True if True in values else None if None in values else False

    return answer


rules = st.recursive(
    comparisons | nulls | ranges | lists | st.just(_column("is_member")),
    lambda parts: st.one_of(
        parts.map(lambda p: (f"NOT ({p[0]})", _known(lambda x: not x, p[1]))),
        st.lists(parts, min_size=2, max_size=3).map(lambda ps: ("(" + ") AND (".join(p[0] for p in ps) + ")", _every(*(p[1] for p in ps)))),
        st.lists(parts, min_size=2, max_size=3).map(lambda ps: ("(" + ") OR (".join(p[0] for p in ps) + ")", _some(*(p[1] for p in ps)))),
    ),
    max_leaves=6,
)


@given(rules)
@settings(max_examples=300, deadline=None)
def test_reading_the_canonical_text_gives_an_equal_expression(rule: Said):
    expression = parse(rule[0], columns=COLUMNS)
    assert parse(expression.text, columns=COLUMNS) == expression
    assert parse(expression.text, columns=COLUMNS).text == expression.text


@given(st.lists(rules, min_size=20, max_size=20))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_an_engine_answers_as_three_valued_logic_does(bench: Warehouse, batch: list[Said]):
    """Twenty random rules at once; the reference walks the rows in Python with None for unknown."""
    table = people(bench)
    asked = table.select("id", **{f"q{i}": parse(text, columns=COLUMNS).predicate(table) for i, (text, _) in enumerate(batch)})
    found = {row["id"]: row for row in bench.arrow(asked).to_pylist()}
    for i, (text, answer) in enumerate(batch):
        for person in PEOPLE:
            assert found[person["id"]][f"q{i}"] == (answer(person) is True), (text, person["id"])
