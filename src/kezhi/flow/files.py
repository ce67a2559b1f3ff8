"""Files that are either whole or not there."""

from __future__ import annotations

import json
import os
import uuid
from pathlib import Path
from typing import Any


def to_disk(path: Path) -> None:
    """Flush a file or folder, so that a pointer written later never names what a power cut could lose."""
    if os.name == "nt" and path.is_dir():
        return  # Windows gives no handle on a folder
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_text(path: Path, content: str) -> None:
    """Replace *path* in one step: a reader sees the old content or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with scratch.open("w", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise
    to_disk(path.parent)


def write_json(path: Path, content: Any) -> None:
    """`write_text` of *content* as readable JSON."""
    write_text(path, json.dumps(content, ensure_ascii=False, indent=1, default=str) + "\n")
