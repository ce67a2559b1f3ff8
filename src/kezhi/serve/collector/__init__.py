"""The event collector over HTTP: `/v1/*` as Segment's SDKs speak it, PostHog's addresses, and what the workspace shows of it."""

from kezhi.serve.collector.live import recent_events

__all__ = ["recent_events"]
