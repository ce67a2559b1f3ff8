"""Runs the workspace's server until it is stopped."""

from __future__ import annotations

import uvicorn
from fastapi import FastAPI

STOP_SECONDS = 10  # how long a stop waits for requests that are being answered


def serve(app: FastAPI, *, host: str, port: int) -> None:
    """Serve *app*; returns after SIGINT or SIGTERM, when the last requests have been answered."""
    uvicorn.run(app, host=host, port=port, log_level="warning", timeout_graceful_shutdown=STOP_SECONDS, server_header=False)
