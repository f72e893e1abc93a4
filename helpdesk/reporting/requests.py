"""A span for each request, with the facts of its line in the access log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.propagate import extract
from opentelemetry.trace import SpanKind, StatusCode

from helpdesk.live.application import STREAM_PATH
from helpdesk.request_log import FACTS, Facts
from helpdesk.shared.http.asgi import Application, Receive, Scope, Send

tracer = trace.get_tracer("plumbline")


class TracedRequests:
    """An ASGI application that traces all requests but event streams, which last for hours."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or STREAM_PATH.fullmatch(scope["path"]):
            await self.application(scope, receive, send)
            return
        status = 0

        async def note_status(message: Mapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        method = str(scope["method"])
        with tracer.start_as_current_span(
            method, context=_read_parent(scope), kind=SpanKind.SERVER
        ) as span:
            try:
                await self.application(scope, receive, note_status)
            finally:
                _describe(span, method, status, scope[FACTS])


def _read_parent(scope: Scope) -> Context | None:
    """Return the context that a trusted proxy names. A client's own is not believed."""
    if not settings.TRUSTED_PROXY_COUNT:
        return None
    return extract(
        {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    )


def _describe(span: trace.Span, method: str, status: int, facts: Facts) -> None:
    span.update_name(f"{method} {facts.route}".strip())
    span.set_attributes(
        {
            "http.request.method": method,
            "http.route": facts.route,
            "http.response.status_code": status,
            "plumbline.request_id": facts.request_id,
            "plumbline.desk": facts.desk,
            "plumbline.statements": facts.statements,
        }
    )
    if facts.person is not None:
        span.set_attribute("plumbline.person", facts.person)
    if status >= 500:
        span.set_status(StatusCode.ERROR)
