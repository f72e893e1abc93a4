"""The metrics of a web process. Imported by get_figures only, once their folder is chosen."""

from __future__ import annotations

from typing import NamedTuple

from prometheus_client import Counter, Gauge, Histogram

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)  # seconds


class Figures(NamedTuple):
    """Counts of requests, and gauges of what is open or in use now."""

    requests: Counter
    seconds: Histogram
    streams: Gauge
    connections: Gauge
    waiting: Gauge


def _gauge(name: str, text: str) -> Gauge:
    """Return a gauge that is added up over the processes that are alive."""
    return Gauge(name, text, multiprocess_mode="livesum")


FIGURES = Figures(
    Counter("plumbline_requests", "Requests answered.", ["interface", "method", "status"]),
    Histogram("plumbline_request_seconds", "Time to answer.", ["interface"], buckets=BUCKETS),
    _gauge("plumbline_streams", "Open event streams."),
    _gauge("plumbline_pool_connections", "Database connections in use."),
    _gauge("plumbline_pool_waiting", "Requests that wait for a connection."),
)
