"""Imports flow one way, as `[tool.importlinter]` of pyproject.toml says."""

from __future__ import annotations

import subprocess
import sys

import pytest
from code_trees import ROOT, SOURCE

LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"


def lint(folder) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", LINT], cwd=folder, capture_output=True, encoding="utf-8")


def test_no_import_breaks_the_contracts():
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout


def test_every_room_stands_in_the_layers():
    """A new room must be put on its line, or nothing would be checked about it."""
    contracts = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    rooms = {path.parent.name for path in SOURCE.glob("*/__init__.py")} | {path.stem for path in SOURCE.glob("[!_]*.py")}
    assert [room for room in sorted(rooms) if f"kezhi.{room}" not in contracts] == []


@pytest.mark.parametrize("room", ["clean", "profile"])
def test_a_room_that_imported_another_would_be_found(room, tmp_path):
    """The contract is tried on a package of the same rooms, empty but for one wrong import."""
    config = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(config[config.index("[tool.importlinter]") :], encoding="utf-8")
    for path in SOURCE.rglob("__init__.py"):
        copy = tmp_path / "kezhi" / path.relative_to(SOURCE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.touch()
    for module in SOURCE.glob("*.py"):
        (tmp_path / "kezhi" / module.name).touch()
    (tmp_path / "kezhi" / "kit" / "engine.py").touch()
    wrong = "import kezhi.identity\n"
    (tmp_path / "kezhi" / room / "__init__.py").write_text(wrong, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {LINT}"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 1
    assert f"kezhi.{room} -> kezhi.identity" in done.stdout
