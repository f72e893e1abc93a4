"""The access log: one line per request, and the ID that ties its other lines and tasks to it.

Lines name the route instead of the path, and people by ID: no email address, no query, no body.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import structlog
from django.conf import settings
from django.db import connections
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from helpdesk.metrics.process import record_pool, record_request
from helpdesk.shared.http.asgi import Application, Receive, Scope, Send

log = structlog.get_logger(__name__)

FACTS = "plumbline.facts"  # key of the scope
HEADER = b"x-request-id"
WELL_FORMED = re.compile(rb"[A-Za-z0-9][A-Za-z0-9_-]{7,63}")

_statements = threading.local()
_facts: ContextVar[Facts | None] = ContextVar("plumbline_facts", default=None)


@dataclass(slots=True)
class Facts:
    """Facts for the line of a request. route: the pattern that matched, "" for none."""

    request_id: str
    desk: str = ""
    person: int | None = None
    route: str = ""
    statements: int = 0
    request: HttpRequest | None = None  # while Django answers it

    def begin(self) -> None:
        """Name the request in all lines that the running thread logs, within its context."""
        structlog.contextvars.bind_contextvars(request_id=self.request_id)
        _facts.set(self)
        _statements.number = 0

    def note(self) -> None:
        """Note what the answered request has read and done, and let go of it."""
        self.statements = getattr(_statements, "number", 0)
        self.read_request()
        self.request = None
        record_pool()

    def read_request(self) -> None:
        """Read who asks for what, if it isn't answered. Queries nothing."""
        request = self.request
        if request is None:
            return
        self.desk = getattr(getattr(request, "desk", None), "slug", "")
        self.route = getattr(request.resolver_match, "route", "")
        user = request.__dict__.get("user")
        if isinstance(user, SimpleLazyObject):  # Django keeps what it has read
            user = request.__dict__.get("_cached_user")
        self.person = getattr(user, "pk", None)


class RequestLog:
    """An ASGI application that gives each request an ID and logs it when it is done."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        facts, status, began = Facts(choose_id(scope)), 0, time.perf_counter()

        async def send_named(message: Mapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                named = (HEADER, facts.request_id.encode())
                message = {**message, "headers": [*message.get("headers", ()), named]}
            await send(message)

        try:
            await self.application({**scope, FACTS: facts}, receive, send_named)
        finally:
            _write(scope["method"], facts, status, time.perf_counter() - began)


def _write(method: str, facts: Facts, status: int, seconds: float) -> None:
    record_request(route=facts.route, method=method, status=status, seconds=seconds)
    log.info(
        "request",
        request_id=facts.request_id,
        method=method,
        route=facts.route,
        status=status,  # 0: the client left before there was one
        duration_ms=round(seconds * 1000, 1),
        desk=facts.desk,
        person=facts.person,
        statements=facts.statements,
    )


def choose_id(scope: Scope) -> str:
    """Return the ID that a trusted proxy gave the request, if it is well-formed, or a new one."""
    if settings.TRUSTED_PROXY_COUNT:
        given = [value for name, value in scope["headers"] if name.lower() == HEADER]
        if len(given) == 1 and WELL_FORMED.fullmatch(given[0]):
            return str(given[0].decode())
    return uuid4().hex


def get_request_id() -> str:
    """Return the ID of the request, or of the one that queued the running task; "" outside."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def get_facts() -> Facts | None:
    """Return the facts of the running request, or None outside of requests."""
    return _facts.get()


def count_statements() -> None:
    """Count the SQL statements of the running thread from now on."""
    for database in connections.all():
        database.execute_wrappers.append(_count)


def _count(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
    _statements.number = getattr(_statements, "number", 0) + 1
    return execute(sql, params, many, context)
