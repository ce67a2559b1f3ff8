"""Laws about the tests themselves."""

from __future__ import annotations

from collections import Counter

from code_trees import ROOT

PER_FOLDER = {"conftest.py", "__init__.py"}


def test_every_test_file_and_helper_has_a_name_of_its_own():
    """Test folders are no packages, so two files of one name would be one module to Python."""
    names = Counter(path.name for path in (ROOT / "tests").rglob("*.py") if path.name not in PER_FOLDER)
    assert [name for name, times in names.items() if times > 1] == []
