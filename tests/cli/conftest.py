"""A command as typed: what stands on stdout and stderr, and which exit code comes back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from kezhi.cli import main


class Said(NamedTuple):
    """What a command said and how it ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def kezhi(monkeypatch, capsys, tmp_path):
    """Runs a command in *tmp_path*, the words as typed, in one of the two languages."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))

    def typed(*words: str | Path, lang: str = "en") -> Said:
        monkeypatch.setenv("KEZHI_LANG", lang)
        monkeypatch.setattr(sys, "argv", ["kezhi", *map(str, words)])
        try:
            code = main()
        except SystemExit as end:
            code = int(end.code or 0)
        return Said(code, *capsys.readouterr())

    return typed
