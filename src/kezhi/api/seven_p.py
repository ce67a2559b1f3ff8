"""The 7P of a project's customers, asked in one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kezhi.api.project import Project, open_project


def seven_p(project: Project | str | Path) -> dict[str, dict[str, Any]]:
    """The seven parts of the customers of *project*, a project or its folder: as `Project.seven_p`."""
    if isinstance(project, Project):
        return project.seven_p()
    opened = open_project(project)
    try:
        return opened.seven_p()
    finally:
        opened.close()
