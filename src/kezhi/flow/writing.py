"""Files that a user asked for: where they cannot be written is said in plain words."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kezhi.errors import WrongInput
from kezhi.locales import Phrase

_DENIED = (errno.EACCES, errno.EPERM)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """
    Say that *path*, or a file in it, cannot be written, and why.

    Raises:
        WrongInput: The system refused: no right, no such folder, a file where a folder is needed, a name too long, a full disk.
    """
    try:
        yield
    except OSError as error:
        named = error.filename2 or error.filename or path
        if error.errno in _DENIED:
            raise WrongInput(problem=Phrase("flow.not_writable", path=named)) from error
        reason = error.strerror or str(error)
        raise WrongInput(problem=Phrase("flow.no_place", path=path, reason=reason)) from error
