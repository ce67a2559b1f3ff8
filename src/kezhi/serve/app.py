"""The application: routers, middleware, and the built pages."""

from __future__ import annotations

import gc
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from kezhi.serve import health, problems
from kezhi.serve.account import routes as account
from kezhi.serve.collector import routes as collector
from kezhi.serve.collector.door import Collector
from kezhi.serve.collector.keys import Keys
from kezhi.serve.customers import routes as customers
from kezhi.serve.headers import Headers, SameOrigin
from kezhi.serve.limits import Limits
from kezhi.serve.workspace import Workspace
from kezhi.settings import load
from kezhi.sources.collector import LOG_FOLDER, Log
from kezhi.store import Database, sqlite_url

STATIC = Path(__file__).parent / "static"  # built from web/ by hatch_build.py
COLLECTOR = ("/v1/", "/batch", "/capture", "/e/", "/i/", "/flags", "/decide")  # keys, not cookies: open to other sites
LARGEST_BODY = 4 * 1024 * 1024
ROUTERS = (
    account.router,
    customers.router,
    collector.router,
)


def store_url(folder: Path) -> str:
    """Where the store of the project in *folder* is: KEZHI_STORE, else kezhi.yaml, else `.kezhi/store.db`."""
    return os.environ.get("KEZHI_STORE") or load(folder).serve.store or sqlite_url(folder / ".kezhi" / "store.db")


class Application(FastAPI):
    """FastAPI with the collector before everything else: its refusals have a form of their own, the one for a large body too."""

    def __init__(self, *, collector: Callable[[ASGIApp], ASGIApp], **options: Any) -> None:
        self._collector = collector
        super().__init__(**options)

    def build_middleware_stack(self) -> ASGIApp:
        """The collector, then all middleware and routes."""
        return self._collector(super().build_middleware_stack())


def create_app(folder: Path, *, store: Database | None = None) -> FastAPI:
    """
    The workspace of the project in *folder*.

    Raises:
        NoProject: There is no kezhi.yaml.
        StoreUnreachable: The store's database cannot be opened.
    """
    workspace = Workspace(folder, store or Database(store_url(folder)))
    keys, log = Keys(workspace.store), Log(folder / LOG_FOLDER)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        gc.freeze()  # what is loaded stays: the collector of garbage need not look through it while events wait
        gc.set_threshold(50_000, 20, 20)
        yield
        log.close()
        workspace.close()

    app = Application(
        collector=lambda rest: Collector(rest, log=log, keys=keys),
        title="Kezhi 客知",
        version=version("kezhi"),
        lifespan=life,
        max_body_size=LARGEST_BODY,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.workspace, app.state.limits, app.state.keys = workspace, Limits(), keys
    app.state.log = log
    app.add_middleware(SameOrigin, open_to_all=COLLECTOR)
    app.add_middleware(GZipMiddleware, minimum_size=1024)
    app.add_middleware(Headers)
    problems.install(app)
    app.include_router(health.router)
    for router in ROUTERS:
        app.include_router(router, prefix="/api/v1")
    if (STATIC / "index.html").is_file():
        # a missing path is answered with index.html only to a navigation: deep links work, a missing chunk stays a 404
        app.frontend("/", directory=STATIC, fallback="index.html")
    return app
