"""Traces by OpenTelemetry: requests, tasks and SQL statements, sent by OTLP over HTTP.

The package's other variables (OTEL_TRACES_SAMPLER, OTEL_SERVICE_NAME ...) apply as well.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.celery import CeleryInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import SpanKind, Status

from helpdesk.version import get_version

SENT = {
    "http.request.method",
    "http.route",
    "http.response.status_code",
    "plumbline.request_id",
    "plumbline.desk",
    "plumbline.person",
    "plumbline.statements",
    "celery.action",
    "celery.task_name",
    "messaging.message.id",
    "messaging.destination",
    "db.system",
    "db.statement",
}
# Values that a statement holds itself. Those that are passed beside it are not recorded at all.
LITERAL = re.compile(r"'(?:[^']|'')*'|\b\d+\b|\$([A-Za-z_]*)\$.*?\$\1\$", re.DOTALL)

tracer = trace.get_tracer("plumbline")


class CleanExporter(SpanExporter):
    """Pass on the attributes that may leave, and of exceptions only the type."""

    def __init__(self, exporter: SpanExporter) -> None:
        self.exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self.exporter.export([_clean(span) for span in spans])

    def shutdown(self) -> None:
        self.exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self.exporter.force_flush(timeout_millis)


def _clean(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=_clean_attributes(span.attributes or {}),
        events=[_clean_event(event) for event in span.events],
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _clean_attributes(attributes: Mapping[str, Any]) -> dict[str, Any]:
    sent = {name: value for name, value in attributes.items() if name in SENT}
    if statement := sent.get("db.statement"):
        sent["db.statement"] = LITERAL.sub("?", str(statement))
    return sent


def _clean_event(event: Event) -> Event:
    kind = (event.attributes or {}).get("exception.type")
    return Event(event.name, {"exception.type": kind} if kind else {}, event.timestamp)


def start() -> None:
    """Trace the requests, tasks and statements of this process."""
    os.environ.setdefault("OTEL_SERVICE_NAME", "plumbline")
    provider = TracerProvider(resource=Resource.create({"service.version": get_version()}))
    exporter = OTLPSpanExporter(
        endpoint=f"{settings.OTEL_EXPORTER_OTLP_ENDPOINT.rstrip('/')}/v1/traces",
        headers=settings.OTEL_EXPORTER_OTLP_HEADERS,
    )
    provider.add_span_processor(BatchSpanProcessor(CleanExporter(exporter)))
    trace.set_tracer_provider(provider)
    CeleryInstrumentor().instrument(tracer_provider=provider)
    connection_created.connect(_trace_connection, dispatch_uid="plumbline.traces")


def _trace_connection(*, connection: BaseDatabaseWrapper, **signal: Any) -> None:
    if _trace_statement not in connection.execute_wrappers:
        connection.execute_wrappers.append(_trace_statement)


def _trace_statement(
    execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """Run a statement in a span. Like this, those of prepared cursors are traced, too."""
    text = sql if isinstance(sql, str) else sql.as_string(context["cursor"].connection)
    name = (text.split(maxsplit=1) or ["SQL"])[0].upper()
    given = {"db.system": "postgresql", "db.statement": text}
    with tracer.start_as_current_span(name, kind=SpanKind.CLIENT, attributes=given):
        return execute(sql, params, many, context)


def stop() -> None:
    """Send what hasn't been sent yet."""
    provider = trace.get_tracer_provider()
    if isinstance(provider, TracerProvider):
        provider.shutdown()
