"""The log as lines of JSON. A traceback is told by its places and kinds: the words of an error may hold what a person typed."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

REQUESTS = logging.getLogger("kezhi.requests")
FIELDS = ("request_id", "method", "route", "status", "ms", "user_id")


class Lines(logging.Formatter):
    """One JSON object a line: at (UTC), level, logger, what; of a request the FIELDS; of an error its kinds and places."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of *record*."""
        said: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if record.name == REQUESTS.name:
            said |= {name: getattr(record, name) for name in FIELDS}
        else:
            said["what"] = record.msg if record.args else record.getMessage()  # the arguments may be anybody's words
        if record.exc_info and record.exc_info[0] is not None:
            kind, error, trace = record.exc_info
            said["error"] = kind.__name__
            said["cause"] = type(error.__cause__).__name__ if error is not None and error.__cause__ else None
            said["places"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)][-12:]
        return json.dumps(said, ensure_ascii=False)


def log_as_lines() -> None:
    """Write every log of this process as lines of JSON on standard error, a line per request among them."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    REQUESTS.setLevel(logging.INFO)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
