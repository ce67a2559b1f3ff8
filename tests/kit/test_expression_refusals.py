"""What is no expression: refused with a reason and a way out, in both languages, fast, and never run."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from people import COLUMNS

from kezhi.errors import ExpressionWrong
from kezhi.kit.expression import parse
from kezhi.locales import catalogue

REFUSED = {
    "": "empty",
    " \n\t　": "empty",
    "orders = ": "unread_near",
    "= 3": "unread_near",
    "orders > 3 orders < 5": "unread_near",
    "(orders > 3": "unread_near",
    "orders > 3)": "unread_near",
    "orders ! = 3": "foreign",
    "orders > 3 且 is_member": "foreign",
    "orders > 3 && is_member": "character",
    "order = 3": "foreign",
    "order_count = 3": "unknown_column",
    "names = 'x'": "unknown_column",
    'name = "张伟"': "unknown_column",
    "orderz(3) = 1": "unknown_function",
    "lenght(name) = 1": "unknown_function",
    "sum(orders) > 3": "aggregate",
    "count(orders) > 3": "aggregate",
    "abs() = 1": "argument_count",
    "abs(orders, 1) = 1": "argument_count",
    "if(is_member) = 1": "argument_count",
    "coalesce(orders) = 1": "argument_count",
    "abs(name) = 1": "argument_kind",
    "coalesce(orders, 'x') = 1": "argument_kind",
    "length(orders) = 1": "argument_kind",
    "orders = '3'": "compare",
    "name = 3": "compare",
    "name = is_member": "compare",
    "bought_on = 20250131": "compare",
    "bought_on = name": "compare",
    "is_member > FALSE": "compare",
    "orders BETWEEN 1 AND '3'": "compare",
    "orders IN (1, 'x')": "compare",
    "0 < orders < 5": "compare",
    "bought_on = '31.01.2025'": "not_a_date",
    "bought_on = '2025-02-29'": "not_a_date",
    "bought_on = '2025-1-3'": "not_a_date",
    "bought_on = DATE '昨天'": "not_a_date",
    "bought_on IN ('2025-01-01', 'x')": "not_a_date",
    "name + 'x' = 'y'": "arithmetic",
    "bought_on + seen_at = 3": "arithmetic",
    "bought_on * 2 = 3": "arithmetic",
    "2 - bought_on = 3": "arithmetic",
    "bought_on + orders > '2025-01-01'": "days",
    "bought_on + 1.5 > '2025-01-01'": "days",
    "bought_on + 999999999 > '2025-01-01'": "days",
    "orders": "not_kind",
    "3": "not_kind",
    "bought_on + 1": "not_kind",
    "orders AND is_member": "operand",
    "NOT orders": "operand",
    "orders LIKE '3%'": "operand",
    "-name = 'x'": "operand",
    "name LIKE 3": "like_pattern",
    "name LIKE name": "like_pattern",
    "name LIKE '100\\%'": "like_escape",
    "orders IN ()": "in_values",
    "orders IN (orders, 3)": "in_values",
    "orders = NULL": "null",
    "is_member IS TRUE": "is_null_only",
    "orders > 1e300": "too_many_digits",
    "orders > 0.0000000000000000001": "too_many_digits",
    "name = 'x": "open_quote",
    "name = “x": "open_quote",
    "name = '": "open_quote",
    '"orders > 3': "open_quote",
    "name = 'a\x00b'": "character",
    "name = '\ud800'": "character",
    "orders % 2 = 0": "character",
    "name || 'x' = 'y'": "character",
    "name[1] = 'x'": "character",
    "orders::text = 'x'": "character",
    "$1 = orders": "character",
    ":id = orders": "character",
    "@x = orders": "character",
    "`orders` = 1": "character",
    "people.orders = 1": "foreign",
    "orders = 1.2.3": "foreign",
    "CASE WHEN is_member THEN 1 END = 1": "foreign",
    "CAST(orders AS text) = '1'": "foreign",
    "bought_on > INTERVAL '1' DAY": "foreign",
    "name ILIKE 'x%'": "foreign",
}

ATTACKS = [
    "1=1; DROP TABLE customers",
    "1=1; DROP TABLE customers; --",
    "orders = 1 -- and is_member",
    "orders = 1 /* x */ AND TRUE",
    "orders = 1 /**/ OR 1=1",
    "' OR '1'='1",
    "name = '' OR ''='",
    "name = 'x'; SELECT 1",
    "name = 'x\\'; SELECT 1 --'",
    "orders = (SELECT max(orders) FROM customers)",
    "EXISTS (SELECT 1)",
    "orders IN (SELECT 1)",
    "orders > ANY (SELECT 1)",
    "1=1 UNION SELECT * FROM customers",
    "SELECT * FROM customers",
    "DELETE FROM customers",
    "COPY customers TO '/tmp/x'",
    "ATTACH '/tmp/x.db'",
    "PRAGMA database_list",
    "INSTALL httpfs",
    "LOAD 'httpfs'",
    "SET memory_limit = '1MB'",
    "read_csv('/etc/passwd') = 'x'",
    "read_text('/etc/passwd') IS NOT NULL",
    "getenv('HOME') = 'x'",
    "current_setting('x') = 'y'",
    "row_number() OVER (ORDER BY orders) = 1",
    "lag(orders) OVER () = 1",
    "sum(orders) FILTER (WHERE is_member) > 1",
    "__import__('os').system('id')",
    "eval('1')",
    "lambda: 1",
    "orders.__class__",
    "{{ orders }}",
    "{# x #} orders = 1",
    "${jndi:ldap://x}",
    "name = 'x' COLLATE nocase",
    "list_transform(name, x -> x) = 1",
    "*",
    "COLUMNS('.*') = 1",
    "struct_pack(a := 1) = 1",
    "rowid = 1",
    "reflect('java.lang.Runtime', 'x') = 1",
    "java_method('java.lang.System', 'exit', 1) = 1",
]


@pytest.mark.parametrize(("text", "why"), REFUSED.items())
def test_a_wrong_expression_is_refused_for_its_own_reason(text: str, why: str):
    with pytest.raises(ExpressionWrong) as refused:
        parse(text, columns=COLUMNS, kind="boolean")
    assert refused.value.fields["problem"].key == f"expression.{why}"


@pytest.mark.parametrize("text", ATTACKS)
def test_an_attack_is_refused(text: str):
    with pytest.raises(ExpressionWrong):
        parse(text, columns=COLUMNS, kind="boolean")


def test_code_inside_a_text_is_only_text():
    expression = parse("name = '''; DROP TABLE customers; --'", columns=COLUMNS)
    assert expression.text == "name = '''; DROP TABLE customers; --'"


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000 + "orders" + ")" * 10_000,
        "(" * 9_000 + "orders",
        "NOT " * 4_500 + "is_member",
        "- " * 9_000 + "orders = 1",
        "-(" * 16 + "- " * 500 + "orders" + ")" * 16 + " = 1",
        "abs(" * 4_000 + "orders",
        "orders" + " + 1" * 3_000 + " = 1",
        "is_member" + " = TRUE" * 3_000,
        "orders IN (" + "1," * 9_000 + "1)",
        "'" * 19_999,
        "x" * 100_000,
        "orders = 1 OR " * 100_000,
        "好" * 100_000,
        "a." * 9_000 + "b = 1",
    ],
    ids=lambda text: text[:12],
)
def test_a_huge_or_deep_text_is_refused_soon(text: str):
    """Well under the pytest timeout: the limits stand before the parser."""
    began = time.process_time()
    with pytest.raises(ExpressionWrong):
        parse(text, columns=COLUMNS)
    assert time.process_time() - began < 5


def test_the_message_says_what_and_a_way_out_in_both_languages():
    with pytest.raises(ExpressionWrong) as refused:
        parse("order_s >= 3", columns=COLUMNS)
    assert refused.value.say("zh") == "表达式 order_s >= 3：没有名为 order_s 的列（第 1 个字符）。是不是 orders？"
    assert refused.value.say("en") == "Expression order_s >= 3: there is no column order_s (character 1). Did you mean orders?"
    with pytest.raises(ExpressionWrong) as refused:
        parse("orders >= '3'", columns=COLUMNS)
    assert refused.value.say("zh") == "表达式 orders >= '3'：orders（数字）不能与 '3'（文本）比较。数字不要写引号。"
    assert (
        refused.value.say("en")
        == "Expression orders >= '3': orders (a number) cannot be compared with '3' (a text). Write a number without quotes."
    )


@pytest.mark.parametrize("text", [*REFUSED, *ATTACKS])
def test_every_refusal_can_be_said_in_both_languages(text: str):
    with pytest.raises(ExpressionWrong) as refused:
        parse(text, columns=COLUMNS, kind="boolean")
    for lang in ("zh", "en"):
        assert "{" not in refused.value.say(lang).replace(text, "").replace("{{", "").replace("character {", "").replace("字符 {", "")


def test_every_problem_of_the_catalogue_has_both_languages():
    assert catalogue("zh")["expression"].keys() == catalogue("en")["expression"].keys()


@given(st.text(max_size=60))
@settings(max_examples=400, deadline=None)
def test_any_text_is_an_expression_or_refused(text: str):
    _expression_or_refusal(text)


_PIECES = (
    "orders name bought_on is_member tags ( ) , . + - * / = <> < <= > >= ! 1 0.5 'x' '2025-01-01' ‘y’ “ ” ' \" AND OR NOT IN IS NULL BETWEEN LIKE "
    "DATE TRUE abs( if( has_tag( coalesce( 1e9 SELECT ； ; -- 张 ＝ % \\ \x00 CASE"
)
PIECES = st.sampled_from(_PIECES.split(" "))


@given(st.lists(PIECES, max_size=12))
@settings(max_examples=600, deadline=None)
def test_any_words_are_an_expression_or_refused(pieces: list[str]):
    _expression_or_refusal(" ".join(pieces))


def _expression_or_refusal(text: str) -> None:
    try:
        expression = parse(text, columns=COLUMNS)
    except ExpressionWrong as refused:
        said = {refused.say("zh"), refused.say("en")}  # a text missing in one language would raise
        if len(said) != 2:
            pytest.fail(f"said alike in both languages: {said}")
    else:
        assert parse(expression.text, columns=COLUMNS) == expression
