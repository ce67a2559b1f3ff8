"""
The house rules of `kezhi/kit/engine.py`: expressions that give other answers on another engine, or on another run, are
not written. Rooms that describe compute nothing and know neither the clock nor the environment.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from code_trees import calls, keywords, trees

from kezhi.tables import TABLES

ROOMS = ("clean/", "identity/", "profile/", "insight/")
EXPRESSIONS = (*ROOMS, "kit/", "measure/", "sources/")  # whatever makes figures

ENGINES_DIFFER = {
    "hash": "values differ between engines",
    "delta": "units are counted differently: subtract epoch_seconds, or days by kit.days",
    "try_cast": "raises on one engine: check the text, then cast",
    "approx_nunique": "counts are exact",
    "approx_median": "quantiles are exact",
    "approx_quantile": "quantiles are exact",
    "ntile": "splits ties at random: use profile.quantiles",
    "arbitrary": "any row may be taken",
    "mode": "ties are broken at random",
    "asof_join": "one engine has none",
}
COMPUTES = {"execute", "to_pandas", "to_polars", "to_pyarrow", "to_pyarrow_batches", "to_parquet", "to_csv", "compile", "to_sql"}
CLOCK = {"now", "today", "utcnow", "getenv", "localtime", "time_ns", "monotonic"}
RANKS = {"row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "lag", "lead"}
KEYS = {name for table in TABLES.values() for name in table.key} | {"record_id", "person_id", "value"}


def engines_differ(tree: ast.AST) -> Iterator[str]:
    for name, call in calls(tree):
        if name in ENGINES_DIFFER and isinstance(call.func, ast.Attribute):
            yield f"{call.lineno} .{name}(): {ENGINES_DIFFER[name]}"
        if name == "distinct" and "on" in (keywords(call) or ()):
            yield f"{call.lineno} .distinct(on=...): keeps any row; filter a row_number"


def divides(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, ast.Div):
            yield f"{node.lineno} `/`: whole numbers are cut on one engine; use ratio"


def computes(tree: ast.AST) -> Iterator[str]:
    for name, call in calls(tree):
        if isinstance(call.func, ast.Attribute) and name in COMPUTES | CLOCK:
            yield f"{call.lineno} .{name}(): a room describes; its caller settles and says what day it is"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "environ":
            yield f"{node.lineno} .environ: a room does not read the environment"


def ranks_without_order(tree: ast.AST) -> Iterator[str]:
    """Rankings that say no order, or whose written order has no key column in it."""
    for name, call in calls(tree):
        if name == "over" and isinstance(call.func, ast.Attribute):
            ranked = [inner for inner, _ in calls(call.func.value) if inner in RANKS]
            order = next((keyword.value for keyword in call.keywords if keyword.arg == "order_by"), None)
            if ranked and not call.args and order is None and keywords(call) is not None:
                yield f"{call.lineno} {ranked[0]} without order_by"
            names = columns(order) if ranked and order is not None else {None}
            if not names & (KEYS | {None}):
                yield f"{call.lineno} {ranked[0]} ordered by {sorted(names)}: add a key, or ties fall at random"


def columns(order: ast.expr) -> set[str | None]:
    """Names of the columns of a written order; None among them for what is made elsewhere."""
    if isinstance(order, (ast.List, ast.Tuple)):
        return set().union(*map(columns, order.elts))
    if isinstance(order, ast.Call):  # ibis.desc("x"), _.x.desc()
        return columns(order.args[0] if order.args else order.func)
    if isinstance(order, ast.Attribute):
        return columns(order.value) if order.attr in ("desc", "asc") else {order.attr}
    if isinstance(order, ast.Subscript):
        return columns(order.slice)
    return {order.value if isinstance(order, ast.Constant) and isinstance(order.value, str) else None}


def evaluates(tree: ast.AST) -> Iterator[str]:
    for name, call in calls(tree):
        if isinstance(call.func, ast.Name) and name in ("eval", "exec", "__import__"):
            yield f"{call.lineno} {name}(): a user's words never become code"


def swallows(tree: ast.AST) -> Iterator[str]:
    """Handlers that take any error and do nothing; one named error may be nothing, and a comment says why."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and all(isinstance(step, ast.Pass) for step in node.body):
            broad = node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException"))
            if broad:
                yield f"{node.lineno} except: pass: an error is handled or raised"


RULES = [
    (engines_differ, EXPRESSIONS, 'people.mutate(x=_.name.hash(), y=_.a.delta(_.b, unit="minute")).distinct(on="x", keep="first")', 3),
    (engines_differ, EXPRESSIONS, "orders.aggregate(n=_.customer_id.approx_nunique(), best=_.channel.mode())", 2),
    (divides, ROOMS, "orders.mutate(mean=_.net_amount / _.orders)", 1),
    (computes, ROOMS, "count = orders.count().execute(); today = date.today(); home = os.environ['HOME']", 3),
    (ranks_without_order, EXPRESSIONS, "ibis.row_number().over(group_by='customer_id')", 1),
    (ranks_without_order, EXPRESSIONS, "ibis.row_number().over(order_by=[_.ordered_at.desc()])", 1),
    (ranks_without_order, EXPRESSIONS, "ibis.rank().over(ibis.window(group_by='a'), order_by=ibis.desc('net_amount'))", 1),
    (evaluates, ("",), "eval(expression)", 1),
    (swallows, ("",), "try:\n    read()\nexcept Exception:\n    pass", 1),
]


@pytest.mark.parametrize(("rule", "places"), list({rule: (rule, places) for rule, places, _, _ in RULES}.values()))
def test_the_code_keeps_the_rule(rule, places):
    broken = [f"{path}:{offence}" for path, tree in trees().items() if path.startswith(places) for offence in rule(tree)]
    assert broken == []


@pytest.mark.parametrize(("rule", "places", "bad", "offences"), RULES)
def test_the_rule_finds_what_breaks_it(rule, places, bad, offences):
    assert len(list(rule(ast.parse(bad)))) == offences


@pytest.mark.parametrize(
    "good",
    [
        "ibis.row_number().over(group_by='customer_id', order_by=[_.ordered_at.desc(), _.order_id])",
        "ibis.row_number().over(order_by=ibis.asc('customer_id'))",
        "orders.distinct().mutate(x=ratio(_.a, _.b))",
        "ibis.row_number().over(group_by=group, order_by=order)",
    ],
)
def test_the_rules_let_sound_code_pass(good):
    assert [offence for rule, *_ in RULES for offence in rule(ast.parse(good))] == []
