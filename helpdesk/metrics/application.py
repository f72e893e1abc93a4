"""``/metrics``: figures for Prometheus, to whoever knows METRICS_TOKEN; without it, no such page.

Scrapers come by address, so it is answered in front of Django like the probes.
"""

from __future__ import annotations

import asyncio
import hmac
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import connections
from django.utils.module_loading import import_string

from helpdesk.metrics.process import get_figures
from helpdesk.shared.http.asgi import Application, Receive, Scope, Send, respond

PATH = "/metrics"


class Metrics:
    """Answer scrapes one at a time, and pass every other request to the wrapped application."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self._thread = ThreadPoolExecutor(1, "metrics")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_scrape = scope["type"] == "http" and scope["path"] == PATH and settings.METRICS_TOKEN
        if not is_scrape:
            await self.application(scope, receive, send)
        elif not _is_allowed(scope):
            await respond(send, 401, b"", (b"www-authenticate", b"Bearer"))
        else:
            body = await asyncio.get_running_loop().run_in_executor(self._thread, write_figures)
            await respond(send, 200, body, (b"content-type", b"text/plain; version=0.0.4"))


def _is_allowed(scope: Scope) -> bool:
    given = [value for name, value in scope["headers"] if name.lower() == b"authorization"]
    expected = f"Bearer {settings.METRICS_TOKEN}".encode()
    return len(given) == 1 and hmac.compare_digest(given[0], expected)


def write_figures() -> bytes:
    """Return all figures in Prometheus' text format."""
    get_figures()  # first: it chooses where prometheus-client keeps the figures
    try:
        return bytes(import_string("helpdesk.metrics.work.write_all")())
    finally:
        connections.close_all()
