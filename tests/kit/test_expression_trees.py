"""An expression has two forms, text and tree: each can be told from the other, and neither lets more through."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kezhi.errors import ExpressionWrong
from kezhi.kit.expression import Deeds, parse, parse_tree

COLUMNS = {"orders": "int64", "name": "string", "bought_on": "date", "is_member": "boolean", "share": "float64", "tags": "string"}
DEEDS = Deeds(
    {"order": {"net_amount": "decimal(18, 2)", "category": "string", "day": "date"}, "event": {"event_name": "string", "day": "date"}},
    ["view", "login"],
    ["vip", "new"],
)
WORDS = {"columns": COLUMNS, "kind": "boolean", "deeds": DEEDS}


def compared(left: Any, right: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(lambda op, value: {"op": op, "left": left, "right": value}, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), right)


floats = st.integers(-36_864, 36_864).map(lambda n: n / 4096)  # at most 12 digits behind the point: more than 18 are refused
numbers = st.integers(-999, 999) | st.decimals(-99, 99, places=3).map(lambda d: {"decimal": str(d)}) | floats
texts = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=6)
days = st.dates().map(lambda d: {"date": d.isoformat()}) | st.integers(-400, 400).map(
    lambda n: {"op": "-", "left": {"call": "today", "arguments": []}, "right": n}
)
within = st.integers(0, 400).map(lambda n: {"op": "<=", "left": {"column": "days"}, "right": n})
of_order = st.lists(
    within | compared({"column": "net_amount"}, numbers) | compared({"column": "category"}, texts) | compared({"column": "day"}, days),
    max_size=2,
)
often = st.lists(compared({"column": "times"}, st.integers(0, 9)), max_size=1)
did = st.builds(lambda t, c: {"call": "did", "arguments": ["order", *t, *c]}, often, of_order)
summed = of_order.map(lambda c: {"call": "sum", "arguments": ["order", {"column": "net_amount"}, *c]})
then = st.lists(within, max_size=1).map(lambda c: {"call": "then", "arguments": ["view", "order", *c]})
leaves = st.one_of(
    compared({"column": "orders"}, numbers),
    compared({"minus": {"column": "orders"}}, numbers),
    compared({"column": "name"}, texts),
    compared({"column": "bought_on"}, days),
    compared({"call": "last_on", "arguments": ["order"]}, days),
    st.lists(texts, min_size=1, max_size=3).map(lambda values: {"op": "in", "left": {"column": "name"}, "values": values}),
    st.tuples(numbers, numbers).map(lambda p: {"op": "between", "left": {"column": "share"}, "low": p[0], "high": p[1]}),
    texts.filter(lambda t: "\\" not in t).map(lambda t: {"op": "like", "left": {"column": "name"}, "pattern": t + "%"}),
    st.just({"op": "is_null", "left": {"column": "name"}}),
    st.just({"column": "is_member"}),
    texts.map(lambda t: {"call": "has_tag", "arguments": [t]}),
    st.sampled_from(["vip", "new"]).map(lambda key: {"call": "in_segment", "arguments": [key]}),
    did,
    then,
    summed.flatmap(lambda s: compared(s, numbers)),
)
trees = st.recursive(
    leaves,
    lambda parts: st.one_of(
        parts.map(lambda p: {"not": p}),
        st.lists(parts, min_size=1, max_size=3).map(lambda ps: {"all": ps}),
        st.lists(parts, min_size=1, max_size=3).map(lambda ps: {"any": ps}),
    ),
    max_leaves=6,
)


@given(trees)
@settings(max_examples=250, deadline=None)
def test_text_and_tree_of_an_expression_say_the_same(tree: Any):
    """tree → expression → text → expression → tree: nothing is lost in either direction, through JSON as well."""
    expression = parse_tree(tree, **WORDS)
    from_text = parse(expression.text, **WORDS)
    from_tree = parse_tree(json.loads(json.dumps(expression.tree)), **WORDS)
    assert from_text == expression == from_tree
    assert from_text.tree == expression.tree
    assert from_tree.text == expression.text


NOT_TREES = [
    None,
    [],
    {},
    {"column": "orders"},  # a number, no rule
    {"column": "order_s"},
    {"column": "is_member", "more": 1},
    {"column": 'is_member" OR TRUE OR "is_member'},
    {"column": "is_member OR TRUE"},
    {"call": "abs(1) = 1 OR abs", "arguments": [1]},
    {"call": "getenv", "arguments": ["HOME"]},
    {"call": "read_text", "arguments": ["/etc/passwd"]},
    {"all": []},
    {"any": {}},
    {"not": None},
    {"op": "; DROP TABLE", "left": 1, "right": 1},
    {"op": "=", "left": {"column": "orders"}, "right": {"sql": "1"}},
    {"op": "=", "left": {"column": "orders"}, "right": float("nan")},
    {"op": "=", "left": {"column": "orders"}, "right": {"decimal": "1e99999999"}},
    {"op": "=", "left": {"column": "orders"}, "right": {"decimal": "1; DROP"}},
    {"op": "in", "left": {"column": "orders"}, "values": [{"column": "orders"}]},
    {"op": "in", "left": {"column": "orders"}, "values": []},
    {"op": "like", "left": {"column": "name"}, "pattern": "a\\%"},
    {"op": "=", "left": {"column": "name"}, "right": "a\x00b"},
    {"date": "2025-02-30"},
    {"call": "did", "arguments": ["order", {"call": "did", "arguments": ["order"]}]},
    {"call": "did", "arguments": [{"column": "orders"}]},
]


@pytest.mark.parametrize("tree", NOT_TREES, ids=lambda tree: str(tree)[:40])
def test_what_is_no_tree_is_refused_in_both_languages(tree: Any):
    with pytest.raises(ExpressionWrong) as refused:
        parse_tree(tree, **WORDS)
    assert refused.value.say("zh") != refused.value.say("en")


def test_a_tree_of_any_depth_is_refused_soon():
    tree: Any = {"column": "is_member"}
    for _ in range(5000):
        tree = {"not": tree}
    with pytest.raises(ExpressionWrong, match="nested deeper"):
        parse_tree(tree, **WORDS)


REFUSED = {
    "did()": "deed_first",
    "did(orders)": "deed_first",
    "did('odrer')": "unknown_deed",
    "did('view; DROP TABLE x')": "unknown_deed",
    "did('order', catgory = 'x')": "unknown_column",
    "did('view', category = 'x')": "unknown_column",
    "did('order', orders > 3)": "unknown_column",
    "did('order', net_amount)": "not_kind",
    "did('order', times)": "unknown_column",
    "did('order', times > 1, times < 3)": "times_twice",
    "did('order', times = 'x')": "compare",
    "did('order', (SELECT 1) = 1)": "foreign",
    "did('order', did('view'))": "nested_behaviour",
    "count('order') >= sum('order')": "argument_count",
    "sum('order', category) > 1": "measure",
    "sum('order', days) > 1": "measure",
    "sum('order', net_amount + 1) > 1": "measure",
    "sum(orders) > 1": "deed_first",
    "then('view')": "argument_count",
    "then('view', 'order', days >= 3)": "then_days",
    "then('view', 'order', 3)": "then_days",
    "then('view', 'order', days <= -1)": "then_days",
    "then('view', did('order', times > 2))": "then_parts",
    "then('view', is_member)": "then_parts",
    "in_segment(name)": "segment_key",
    "in_segment('vap')": "unknown_segment",
    "today(1) = bought_on": "argument_count",
    "todai() = bought_on": "unknown_function",
    "last_on('order') > 3": "compare",
    "did('order') > 3": "compare",
}


@pytest.mark.parametrize(("text", "why"), REFUSED.items())
def test_a_wrong_question_about_behaviour_is_refused_for_its_own_reason(text: str, why: str):
    with pytest.raises(ExpressionWrong) as refused:
        parse(text, **WORDS)
    assert refused.value.fields["problem"].key == f"expression.{why}"
    assert refused.value.say("zh") != refused.value.say("en")


def test_an_unknown_name_is_answered_with_the_nearest_and_its_place():
    with pytest.raises(ExpressionWrong) as refused:
        parse("name = 'order_s' AND did('order', catgory = 'x')", **WORDS)
    assert "no column catgory (character 35). Did you mean category?" in refused.value.say("en")
    with pytest.raises(ExpressionWrong, match=r"no segment vpi \(character 13\)\. Did you mean vip"):
        parse("in_segment('vpi')", **WORDS)


def test_tags_and_stages_cannot_ask_about_behaviour():
    for text in ("did('order')", "in_segment('vip')", "bought_on < today()"):
        with pytest.raises(ExpressionWrong, match="this rule sees one row"):
            parse(text, columns=COLUMNS)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("did_not('order', days <= 30)", "NOT did('order', days <= 30)"),
        ("DID('order', days <= 30 AND category = '茶', TIMES >= 2)", "did('order', times >= 2, days <= 30, category = '茶')"),
        ("then('view', did('order'), days < 8)", "then('view', 'order', days <= 7)"),
    ],
)
def test_one_question_has_one_canonical_text(written: str, canonical: str):
    assert parse(written, **WORDS).text == canonical
