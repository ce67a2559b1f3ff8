"""A figure has one definition: that of the metric dictionary."""

from __future__ import annotations

import ast

import pytest
from code_trees import trees

from kezhi.locales import catalogue
from kezhi.measure.definitions import METRICS
from kezhi.measure.metrics import standard
from kezhi.tables import LEDGER

MARKS = {"is_purchase", "is_netted", "is_refund"}  # whoever reads them decides what counts
MAY_DECIDE = ("profile/", "insight/", "flow/steps.py", "api/", "measure/metrics/", "tables/", "clean/", "city/")


def mentions(tree: ast.AST, names: set[str]) -> set[str]:
    found = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    found |= {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return found & names


def test_pages_and_commands_decide_nothing_about_purchases():
    assert [path for path, tree in trees().items() if not path.startswith(MAY_DECIDE) and mentions(tree, MARKS)] == []


def test_who_decides_would_be_found():
    assert mentions(ast.parse("table.filter(_.is_purchase)"), MARKS)
    assert set(LEDGER.column_names) >= MARKS


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_figure_of_the_dictionary_has_no_second_words(lang):
    assert set(catalogue(lang)["report"]["figures"]) & set(METRICS) == set()
    assert [key for key in METRICS if not standard()[key].means(lang)] == []


def test_figures_of_the_dictionary_are_computed_by_its_compiler_only():
    """No other file of measure/ assigns one of them."""
    assigned = [
        f"{path}: {node.slice.value}"
        for path, tree in trees().items()
        if path.startswith("measure/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.slice, ast.Constant)
        and node.slice.value in METRICS
    ]
    assert assigned == []
