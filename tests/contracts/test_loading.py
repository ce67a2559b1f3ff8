"""What `import kezhi` and `kezhi status` must not wait for."""

from __future__ import annotations

import json
import subprocess
import sys

HEAVY = ("numba", "llvmlite", "scipy", "sklearn", "igraph", "polars", "lightgbm", "pyspark")
CODE = """
import json, sys
import kezhi
first = sorted(sys.modules)
import kezhi.cli.app
kezhi.open  # the module path of `kezhi status`: the api with all that it imports
import kezhi.cli.status
print(json.dumps([first, sorted(sys.modules)]))
"""


def test_neither_the_package_nor_status_loads_a_compiler_or_an_estimator():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, encoding="utf-8", check=True)
    package, status = json.loads(done.stdout)
    assert "kezhi.api.circles" in status  # the path that loaded numba before is taken
    assert [name for name in HEAVY if name in status] == []
    assert [name for name in package if name in ("ibis", "duckdb", "pyarrow", "numpy")] == []
