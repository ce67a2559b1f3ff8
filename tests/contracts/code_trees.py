"""The source files of Kezhi as trees, for laws about code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "kezhi"


@cache
def trees() -> dict[str, ast.Module]:
    """Every Python file of the package by its path within it."""
    return {path.relative_to(SOURCE).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SOURCE.rglob("*.py"))}


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the last part of what is called: `a.b.c(...)` is `c`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
            yield name, node


def keywords(call: ast.Call) -> set[str] | None:
    """The names that a call passes; None where a `**` hides some."""
    names = {keyword.arg for keyword in call.keywords}
    return None if None in names else {name for name in names if name}
