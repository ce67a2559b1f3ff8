"""Which language the command line speaks, and its words."""

from __future__ import annotations

import locale
import os
import sys
from typing import Any

from rich.console import Console

from kezhi.locales import text

WIDE = 240  # where nobody looks, in a file or a pipe, nothing is cut

# what is shown holds names, paths and cells of users: no bracket in it is an instruction of Rich
out = Console(soft_wrap=True, highlight=False, markup=False, width=None if sys.stdout.isatty() else WIDE)
err = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)


def language() -> str:
    """`zh` or `en`: `--lang` of the command, else KEZHI_LANG, else the machine's locale."""
    words = sys.argv[1:]
    for place, word in enumerate(words):
        if word == "--lang" and place + 1 < len(words):
            return "zh" if words[place + 1].startswith("zh") else "en"
        if word.startswith("--lang="):
            return "zh" if word[7:].startswith("zh") else "en"
    for name in ("KEZHI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return "zh" if os.environ[name].lower().startswith("zh") else "en"
    return "zh" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"


def t(key: str, /, **fields: Any) -> str:
    """The text `cli.<key>` in the language of the command line."""
    return text(f"cli.{key}", language(), **fields)
