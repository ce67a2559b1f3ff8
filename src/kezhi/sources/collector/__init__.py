"""
The event collector: what programs and pages send, kept in an append-only log and read by the next run.

`events` says what an event is and what is wrong with one, `posthog` turns PostHog's form into it, `log` writes, `segments`
reads back, `facts` says what an event means for the tables, `load` gives a run its raw tables. HTTP is in `serve/collector`.
"""

from kezhi.sources.collector.load import Collected, load_collected
from kezhi.sources.collector.log import Busy, Log, NotKept
from kezhi.sources.collector.segments import COLLECTOR_FOLDER, LOG_FOLDER

__all__ = ["COLLECTOR_FOLDER", "LOG_FOLDER", "Busy", "Collected", "Log", "NotKept", "load_collected"]
