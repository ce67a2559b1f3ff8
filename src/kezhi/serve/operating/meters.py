"""Figures of one server process for Prometheus. Labels are routes, methods, states: never a customer, a user or words."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from datetime import datetime

from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from kezhi.errors import NoSnapshot, NotAllowed, SignInNeeded
from kezhi.serve.workspace import Workspace
from kezhi.store.records import Job

TOKEN = "KEZHI_METRICS_TOKEN"  # environment variable; without it only this machine may ask
LOOPBACK = ("127.0.0.1", "::1")
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 10.0)
STATES = ("waiting", "running", "done", "failed", "cancelled")
router = APIRouter()


class Meters:
    """The figures of one application."""

    def __init__(self, served: Workspace) -> None:
        self.registry = CollectorRegistry()
        self.requests = Histogram(
            "kezhi_http_request_seconds", "Time until an answer was sent.", ["method", "route", "status"],
            buckets=BUCKETS, registry=self.registry,
        )  # fmt: skip
        self.running = Gauge("kezhi_http_requests_in_progress", "Requests that are being answered.", registry=self.registry)
        self.events = Counter("kezhi_collector_events", "Events that came, by whether they can be used.", ["kind"], registry=self.registry)
        for kind in ("good", "bad"):
            self.events.labels(kind)
        self.registry.register(_Now(served))
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)


class _Now(Collector):
    """What is looked up when Prometheus asks."""

    def __init__(self, served: Workspace) -> None:
        self._served = served

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The store, the jobs in it, and the snapshot that is served."""
        try:
            with self._served.store.reading() as session:
                found = {row[0]: row[1] for row in session.execute(select(Job.state, func.count()).group_by(Job.state))}
        except SQLAlchemyError:
            found = None
        yield GaugeMetricFamily("kezhi_store_up", "Whether the store answers.", value=float(found is not None))
        if found is not None:
            jobs = GaugeMetricFamily(
                "kezhi_jobs", "Jobs of the whole project by state; the same from each of its servers.", labels=["state"]
            )
            for state in STATES:
                jobs.add_metric([state], found.get(state, 0))
            yield jobs
        try:
            made_at = self._served.reader().snapshot.manifest["made_at"]
        except NoSnapshot:
            return
        made = datetime.fromisoformat(made_at).timestamp()
        yield GaugeMetricFamily("kezhi_snapshot_made_timestamp_seconds", "When the served snapshot was made.", value=made)


@router.get("/metricsz", include_in_schema=False)
def metrics(request: Request) -> Response:
    """The figures, to who has the token, or without one to this machine."""
    token, (scheme, _, given) = os.environ.get(TOKEN), request.headers.get("authorization", "").partition(" ")
    if token and not (scheme.lower() == "bearer" and secrets.compare_digest(given.strip().encode(), token.encode())):
        raise SignInNeeded
    # behind a proxy on this machine everybody seems to be here
    far = (
        request.client is None
        or request.client.host not in LOOPBACK
        or "x-forwarded-for" in request.headers
        or "forwarded" in request.headers
    )
    if not token and far:
        raise NotAllowed(role="stranger", action="metrics")
    return Response(generate_latest(request.app.state.meters.registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)
