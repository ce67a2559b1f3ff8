"""Runs the workspace's server until it is stopped."""

from __future__ import annotations

import uvicorn
from fastapi import FastAPI

from kezhi.serve.operating.lines import log_as_lines

STOP_SECONDS = 10  # how long a stop waits for requests that are being answered


def serve(app: FastAPI, *, host: str, port: int, lines: bool = False) -> None:
    """
    Serve *app*; returns after SIGINT or SIGTERM, when the last requests have been answered.

    With *lines* the log is lines of JSON, one per request among them; without, warnings and errors as text.
    """
    if lines:
        log_as_lines()
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_level="warning",
        log_config=None if lines else uvicorn.config.LOGGING_CONFIG,
        access_log=False,
        timeout_graceful_shutdown=STOP_SECONDS,
        server_header=False,
    )
