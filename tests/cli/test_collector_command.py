"""`kezhi collector key`: made, listed, revoked."""

from __future__ import annotations

import json
import sys

import pytest

from kezhi.cli import main


@pytest.fixture
def kezhi(tmp_path, monkeypatch, capsys):
    """The command in a project of nothing: exit code, output and error."""
    (tmp_path / "kezhi.yaml").write_text("name: Keys\n", encoding="utf-8")

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["kezhi", "collector", "key", *words, "-p", str(tmp_path)])
        code = main()
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_a_key_is_made_listed_and_revoked(kezhi):
    code, out, _ = kezhi("add", "web", "--json")
    made = json.loads(out)
    assert (code, made["source"]) == (0, "web")
    assert kezhi("revoke", made["write_key"])[0] == 0
    (listed,) = json.loads(kezhi("list", "--json")[1])
    assert (listed["write_key"], listed["author"]) == (made["write_key"], "kezhi user")
    assert listed["revoked_at"]


def test_a_wrong_name_or_key_is_wrong_input_with_one_line(kezhi):
    for words in (("add", "two words"), ("revoke", "wk_nobody")):
        code, out, err = kezhi(*words)
        assert (code, out) == (2, "")
        assert len(err.strip().splitlines()) >= 1
        assert "Traceback" not in err
