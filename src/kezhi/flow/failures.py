"""What engines and disks say, as one clear error of ours."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from kezhi.errors import DiskFull, KezhiError, RunFailed
from kezhi.locales import Phrase


@contextmanager
def clear_errors(step: str, folder: Path) -> Iterator[None]:
    """Turn what engines and disks say into one clear error of ours."""
    try:
        yield
    except KezhiError:
        raise
    except duckdb.OutOfMemoryException as error:
        raise RunFailed(step=step, problem=Phrase("flow.out_of_memory", detail=_first_line(error))) from error
    except (OSError, duckdb.Error) as error:
        if DiskFull.caused(error):
            raise DiskFull(folder=str(folder), step=step) from error
        raise RunFailed(step=step, problem=_first_line(error)) from error


def _first_line(error: BaseException) -> str:
    return str(error).strip().split(os.linesep)[0]
