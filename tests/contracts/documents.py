"""The documents as parts: headings, fenced blocks, tables, links."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from code_trees import ROOT

READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
GUIDES = (*READMES, *sorted((ROOT / "docs" / "how-to").glob("*.md")))
DOCUMENTS = (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")))


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def blocks(path: Path, language: str) -> list[str]:
    """The fenced blocks of *language*, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text(path), re.MULTILINE | re.DOTALL)


def prose(path: Path) -> str:
    """All but the fenced blocks."""
    return re.sub(r"^```.*?^```$", "", text(path), flags=re.MULTILINE | re.DOTALL)


def headings(path: Path) -> list[str]:
    return re.findall(r"^#+ .+$", prose(path), re.MULTILINE)


def links(path: Path) -> list[str]:
    """Targets of links and pictures."""
    return re.findall(r"\]\(([^)\s]+)\)", prose(path))


def rows(path: Path) -> Iterator[list[str]]:
    """Cells of every table row, the heads and the lines under them too."""
    for line in prose(path).splitlines():
        if line.startswith("|"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def commands(path: Path) -> list[list[str]]:
    """Words after `python3 start.py` or `kezhi` of each line of a shell block, comments left out; none for the demo."""
    found = []
    for line in "".join(blocks(path, "bash")).splitlines():
        words = shlex.split(line, comments=True)
        if words[:2] == ["python3", "start.py"]:
            found.append(words[2:])
        elif words[:1] == ["kezhi"]:
            found.append(words[1:])
    return found
