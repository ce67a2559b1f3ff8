"""The application: routers, middleware, and the built pages."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from kezhi.serve import health, problems
from kezhi.serve.account import company, tokens
from kezhi.serve.account import routes as account
from kezhi.serve.audit import routes as audit
from kezhi.serve.campaigns import routes as campaigns
from kezhi.serve.cockpit import routes as cockpit
from kezhi.serve.collector import routes as collector
from kezhi.serve.collector.door import Collector
from kezhi.serve.collector.keys import Keys
from kezhi.serve.customers import one_routes as customer
from kezhi.serve.customers import routes as customers
from kezhi.serve.data import quality_routes as quality
from kezhi.serve.data import routes as data
from kezhi.serve.findings import routes as findings
from kezhi.serve.forecasts import routes as forecasts
from kezhi.serve.freshness import Freshness
from kezhi.serve.groups import routes as groups
from kezhi.serve.headers import Headers, SameOrigin
from kezhi.serve.identity import routes as identity
from kezhi.serve.jobs import routes as jobs
from kezhi.serve.jobs.worker import Worker
from kezhi.serve.leads import routes as leads
from kezhi.serve.limits import Limits
from kezhi.serve.metrics import routes as metrics
from kezhi.serve.models import routes as models
from kezhi.serve.openapi import described
from kezhi.serve.operating import meters
from kezhi.serve.operating.watch import Watch
from kezhi.serve.prices import routes as prices
from kezhi.serve.products import routes as products
from kezhi.serve.rfm import routes as rfm
from kezhi.serve.segments import routes as segments
from kezhi.serve.teams import routes as teams
from kezhi.serve.users import routes as users
from kezhi.serve.views import routes as views
from kezhi.serve.warnings import routes as warnings
from kezhi.serve.words import routes as words
from kezhi.serve.workspace import Workspace
from kezhi.sources.collector import LOG_FOLDER, Log
from kezhi.store import Database
from kezhi.store.place import open_store

STATIC = Path(__file__).parent / "static"  # built from web/ by hatch_build.py
COLLECTOR = ("/v1/", "/batch", "/capture", "/e/", "/i/", "/flags", "/decide")  # keys, not cookies: open to other sites
LARGEST_BODY = 4 * 1024 * 1024
ROUTERS = (
    account.router,
    company.router,
    tokens.router,
    customers.router,
    jobs.router,
    data.router,
    customer.router,
    views.router,
    words.router,
    users.router,
    audit.router,
    cockpit.router,
    metrics.router,
    rfm.router,
    groups.router,
    products.router,
    collector.router,
    segments.router,
    models.router,
    warnings.router,
    identity.router,
    forecasts.router,
    campaigns.router,
    prices.router,
    quality.router,
    findings.router,
    teams.router,
    leads.router,
)


class Application(FastAPI):
    """FastAPI with the collector before everything else: its refusals have a form of their own, the one for a large body too."""

    def __init__(self, *, before: Callable[[ASGIApp], ASGIApp], **options: Any) -> None:
        self._before = before
        super().__init__(**options)

    def build_middleware_stack(self) -> ASGIApp:
        """What watches, the collector, then all middleware and routes."""
        return self._before(super().build_middleware_stack())

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI, made once."""
        if self.openapi_schema is None:
            self.openapi_schema = described(super().openapi())
        return self.openapi_schema


def create_app(folder: Path, *, store: Database | None = None) -> FastAPI:
    """
    The workspace of the project in *folder*.

    Raises:
        NoProject: There is no kezhi.yaml.
        StoreUnreachable: The store's database cannot be opened.
    """
    workspace = Workspace(folder, store or open_store(folder))
    keys, log, measured = Keys(workspace.store), Log(folder / LOG_FOLDER), meters.Meters(workspace)
    templates = {route.operation_id: prefix + route.path for prefix, router in _routed() for route in router.routes}

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        worker = Worker(folder, workspace.store, workspace.settings.timezone)
        worker.start()
        gc.freeze()  # what is loaded stays: the collector of garbage need not look through it while events wait
        gc.set_threshold(50_000, 20, 20)
        yield
        worker.stop()
        log.close()
        workspace.close()

    app = Application(
        before=lambda rest: Watch(Collector(rest, log=log, keys=keys, meters=measured), meters=measured, templates=templates),
        title="Kezhi 客知",
        version=version("kezhi"),
        lifespan=life,
        max_body_size=LARGEST_BODY,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    if workspace.settings.serve.sign_in is not None:
        from kezhi.serve.account.provider import client

        app.state.company = client(workspace.settings.serve.sign_in)
    app.state.workspace, app.state.limits, app.state.keys = workspace, Limits(), keys
    app.state.log, app.state.meters = log, measured
    app.add_middleware(SameOrigin, open_to_all=COLLECTOR)
    app.add_middleware(Freshness)
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=5)
    app.add_middleware(Headers, secure=(workspace.settings.serve.public_url or "").startswith("https://"))
    problems.install(app)
    for prefix, router in _routed():
        app.include_router(router, prefix=prefix)
    app.include_router(meters.router)
    if (STATIC / "index.html").is_file():
        # a missing path is answered with index.html only to a navigation: deep links work, a missing chunk stays a 404
        app.frontend("/", directory=STATIC, fallback="index.html")
    return app


def _routed() -> list[tuple[str, Any]]:
    """Every router with what stands before its addresses."""
    return [("", health.router), *(("/api/v1", router) for router in ROUTERS)]
