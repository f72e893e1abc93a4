"""``/metrics``: figures for Prometheus, by METRICS_TOKEN, METRICS_NETWORKS or both.

Without either there is no such page. Scrapers come by address, so it is answered in front of Django
like the probes.
"""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import connections
from django.utils.module_loading import import_string

from helpdesk.metrics.process import get_figures, has_metrics
from helpdesk.shared.http.asgi import Application, Receive, Scope, Send, respond

PATH = "/metrics"
PROXIED = {b"x-forwarded-for", b"x-real-ip", b"forwarded", b"via"}


class Metrics:
    """Answer scrapes one at a time, and pass every other request to the wrapped application."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self._thread = ThreadPoolExecutor(1, "metrics")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_scrape = scope["type"] == "http" and scope["path"] == PATH and has_metrics()
        if not is_scrape:
            await self.application(scope, receive, send)
        elif settings.METRICS_NETWORKS and not _is_inside(scope):
            await respond(send, 403, b"")
        elif settings.METRICS_TOKEN and not _has_token(scope):
            await respond(send, 401, b"", (b"www-authenticate", b"Bearer"))
        else:
            body = await asyncio.get_running_loop().run_in_executor(self._thread, write_figures)
            await respond(send, 200, body, (b"content-type", b"text/plain; version=0.0.4"))


def _is_inside(scope: Scope) -> bool:
    """Return True if the scraper connects from one of the networks, and not through a proxy.

    A proxy's own address would let everyone in, and what it says about the client can be made up.
    """
    if not scope.get("client") or any(name.lower() in PROXIED for name, _ in scope["headers"]):
        return False
    try:
        address = ipaddress.ip_address(scope["client"][0])
    except ValueError:  # a Unix socket: what is behind it is a proxy
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return any((mapped or address) in network for network in settings.METRICS_NETWORKS)


def _has_token(scope: Scope) -> bool:
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
