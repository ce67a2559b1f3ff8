"""The `kezhi` command: one thin module per verb."""

from __future__ import annotations

import gc
import os
import sys
import tempfile
import traceback
from datetime import datetime
from pathlib import Path


def main() -> int:
    """Run the command line; exit 0 done, 1 failed, 2 wrong input, with one clear line on stderr."""
    gc.set_threshold(200_000, 20, 50)  # what loads makes many objects and few cycles: looking for them is a fifth of the time to start
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # a Windows console may be set to less
    import typer
    from typer.exceptions import TyperException

    from kezhi.cli.app import app
    from kezhi.cli.refusals import refusal, speak
    from kezhi.cli.words import err, language, t
    from kezhi.errors import KezhiError

    speak()
    try:
        code = app(prog_name="kezhi", standalone_mode=False)
    except TyperException as error:  # what Typer refuses: an unknown option, a word too many
        if type(error).__name__ == "NoArgsIsHelpError":  # its message is the help
            err.print(error.format_message(), markup=False)
        else:
            err.print(f"kezhi: {refusal(error)}", style="red", markup=False)
        return error.exit_code
    except typer.Abort:
        return 130
    except KezhiError as error:
        err.print(f"kezhi: {error.say(language())}", style="red", markup=False)
        return error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader of a pipe has enough
        return 0
    except Exception as error:
        path = _remember(error)
        err.print(f"kezhi: {t('bug', what=f'{type(error).__name__}: {error}'.splitlines()[0], path=str(path))}", style="red", markup=False)
        return 1
    return code if isinstance(code, int) else 0


def _remember(error: Exception) -> Path:
    """Keep the traceback of an error nobody foresaw, for whoever mends it."""
    folder = Path.home() / ".kezhi"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK)
    except OSError:  # a service's user often has no home
        writable = False
    path = (folder if writable else Path(tempfile.gettempdir())) / f"error-{datetime.now():%Y%m%d-%H%M%S}.txt"
    path.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    return path
