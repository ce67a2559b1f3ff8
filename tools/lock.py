"""
Makes `requirements.lock` and `requirements-test.lock` from pyproject.toml: `python tools/lock.py [--upgrade]`.

Both hold exact versions and hashes for every platform, and no address of any package index. The run-time lock is the
test lock without what the `dev` extra adds, in identical versions: users run what was tested. The test lock comes first, for
what tests need may ask for an older version than the system does. Without `--upgrade` versions already in the locks stay. Needs uv (`pip install uv`) and a package index.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUN_LOCK, TEST_LOCK = "requirements.lock", "requirements-test.lock"
UV = (
    sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--quiet", "--universal", "--python-version", "3.11",
    "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-header", "--no-annotate",
)  # fmt: skip


def main() -> int:
    """Write both locks; the exit code is that of the first uv that failed."""
    upgrade = sys.argv[1:]
    for options in ((*upgrade, "--extra", "dev", "-o", TEST_LOCK), (*upgrade, "--constraint", TEST_LOCK, "-o", RUN_LOCK)):
        code = subprocess.run((*UV, *options), cwd=ROOT).returncode
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
