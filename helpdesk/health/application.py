"""``/live`` and ``/ready``: probes of orchestrators and proxies, answered in front of Django.

Probes come by address, so any Host is accepted: nothing in the answer depends on it. There is no
desk, session or redirect to HTTPS. The checks run in a thread of their own, at most once a second
however often they are asked for, so that probes can't exhaust anything.
"""

from __future__ import annotations

import asyncio
import json
import time
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

from helpdesk.health import checks
from helpdesk.health.checks import Readiness
from helpdesk.shared.http.asgi import Application, Receive, Scope, Send, respond
from helpdesk.stopping import stop

PATHS = {"/live", "/ready"}
KEPT = 1.0  # seconds that an outcome is kept
MAX_WAIT = 4.0  # seconds; then the process isn't ready


class Health:
    """Answer the probes, and pass every other request to the wrapped application."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self._thread = ThreadPoolExecutor(1, "health")
        self._running: asyncio.Future[Readiness] | None = None
        self._found, self._until = Readiness(), 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        stop.listen()
        if scope["path"] not in PATHS:
            await self.application(scope, receive, send)
        elif scope["method"] not in {"GET", "HEAD"}:
            await _respond(send, HTTPStatus.METHOD_NOT_ALLOWED, {"status": "use GET"})
        elif scope["path"] == "/live":
            await _respond(send, HTTPStatus.OK, {"status": "live"})
        else:
            found = await self._get_readiness()
            code = HTTPStatus.OK if found.is_ready else HTTPStatus.SERVICE_UNAVAILABLE
            await _respond(send, code, {"status": found.status, "checks": found.checks})

    async def _get_readiness(self) -> Readiness:
        if stop.is_stopping:
            return Readiness({"process": checks.STOPPING})
        if time.monotonic() < self._until:
            return self._found
        if self._running is None or self._running.done():
            loop = asyncio.get_running_loop()
            self._running = loop.run_in_executor(self._thread, checks.check_readiness)
            self._running.add_done_callback(self._keep)
        try:
            return await asyncio.wait_for(asyncio.shield(self._running), MAX_WAIT)
        except TimeoutError:
            return Readiness({"process": checks.SLOW})

    def _keep(self, done: asyncio.Future[Readiness]) -> None:
        if not done.cancelled() and not done.exception():
            self._found, self._until = done.result(), time.monotonic() + KEPT


async def _respond(send: Send, code: HTTPStatus, said: dict[str, Any]) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-security-policy", b"default-src 'none'"),
    ]
    if code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers.append((b"allow", b"GET, HEAD"))
    await respond(send, code.value, json.dumps(said).encode(), *headers)
