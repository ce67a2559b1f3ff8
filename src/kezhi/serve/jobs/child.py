"""
The process that does one job: `python -m kezhi.serve.jobs.child FOLDER`, the job as JSON on standard input.

It tells how it goes as JSON lines on standard output, every few seconds at least. When nobody reads them any more the
server has died, and this process ends with it: the job is taken up again by the next server.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kezhi.errors import KezhiError

EVERY_SECONDS = 2.0


class Told:
    """A `flow.watcher.Watcher` that writes lines for the server."""

    def __init__(self) -> None:
        self._writing = threading.Lock()
        self._progress: dict[str, Any] = {"step": "", "says": "", "done": []}
        threading.Thread(target=self._keep_telling, daemon=True).start()

    def begins(self, step: str) -> None:
        """Step *step* begins."""
        self._progress |= {"step": step, "says": ""}
        self.line(progress=self._progress)

    def ends(self, step: str, seconds: float, rows: Mapping[str, int], how: str) -> None:
        """Step *step* is done."""
        self._progress["done"] = [*self._progress["done"], {"step": step, "seconds": round(seconds, 2), "rows": dict(rows), "how": how}]
        self.line(progress=self._progress)

    def says(self, words: str) -> None:
        """Keep a detail for the next line."""
        self._progress["says"] = words

    def line(self, **facts: Any) -> None:
        """Write a line; end at once if nobody reads."""
        with self._writing:
            try:
                sys.stdout.write(json.dumps(facts, ensure_ascii=False, default=str) + "\n")
                sys.stdout.flush()
            except OSError:
                os._exit(1)

    def _keep_telling(self) -> None:
        pause = threading.Event()
        while not pause.wait(EVERY_SECONDS):
            self.line(progress=self._progress)


def main() -> int:
    """Do the job; the last line is its result or its problem in both languages."""
    folder, job = Path(sys.argv[1]), json.load(sys.stdin)
    told = Told()
    try:
        from kezhi.serve.jobs.kinds import KINDS

        kind = KINDS[job["kind"]]
        arguments = kind.arguments.model_validate(job["arguments"]).model_dump()
        result = kind.work(folder, arguments, job["job_id"], told)
    except KezhiError as error:
        told.line(problem={"code": error.code, "zh": error.say("zh"), "en": error.say("en")})
        return 1
    told.line(result=result)
    return 0


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a text file, unless somebody replaced it
    sys.exit(main())
