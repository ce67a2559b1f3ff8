"""Users install what was tested, to the version, and nothing that leads to one machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def locked(name: str) -> dict[str, str]:
    """Versions by package, with the marker where there is one."""
    return dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE))


def test_what_users_install_is_what_is_tested():
    """The test lock held python-dateutil 2.9 where users got 4.0, and the tool that makes both could no more make either."""
    users, tested = locked("requirements.lock"), locked("requirements-test.lock")
    assert len(users) > 50
    assert {name: (version, tested.get(name)) for name, version in users.items() if tested.get(name) != version} == {}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock"])
def test_a_lock_has_hashes_and_no_address(name):
    text = (ROOT / name).read_text()
    packages = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    assert [one.splitlines()[0] for one in packages if "--hash=sha256:" not in one] == []
    assert not re.search(r"://|--(extra-)?index-url|--find-links", text)
