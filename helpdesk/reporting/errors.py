"""Reports to Sentry: the kind of an error and where in the code it happened, and the tags.

An event is built anew from what may leave. Texts of errors may not: PostgreSQL's, for one, quote
the row that they are about. The log of this installation has them, under the same request_id.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import sentry_sdk
from django.conf import settings
from sentry_sdk.integrations.atexit import AtexitIntegration
from sentry_sdk.integrations.excepthook import ExcepthookIntegration
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.utils import event_from_exception

from helpdesk.reporting.tags import list_tags
from helpdesk.version import get_version

SENT = ("event_id", "timestamp", "level", "platform", "release", "environment", "logger", "sdk")
SENT_OF_FRAMES = ("filename", "module", "function", "lineno", "in_app")


def start() -> None:
    """Report what is logged as an error, and what ends a process."""
    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        release=f"plumbline@{get_version()}",
        environment=settings.MODE,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            LoggingIntegration(level=None, event_level=logging.ERROR, sentry_logs_level=None),
            ExcepthookIntegration(),
            AtexitIntegration(callback=lambda pending, timeout: None),
        ],
        send_default_pii=False,
        include_local_variables=False,
        include_source_context=False,
        max_breadcrumbs=0,
        auto_session_tracking=False,
        before_send=build_event,
    )


def build_event(event: Any, hint: dict[str, Any]) -> Any:
    """Return the event that leaves, of what Sentry's package has collected."""
    record = hint.get("log_record")
    if "exception" not in event and sys.exc_info()[0] is not None:  # structlog made it a text
        event = {**event, **event_from_exception(sys.exc_info(), _get_options())[0]}
    sent = {name: event[name] for name in SENT if name in event}
    if record is not None:
        sent["message"] = _name_event(record)
    values = event.get("exception", {}).get("values", [])
    if values:
        sent["exception"] = {"values": [_build_exception(value) for value in values]}
    sent["tags"] = list_tags()
    return sent


def _get_options() -> dict[str, Any]:
    return dict(sentry_sdk.get_client().options)


def _name_event(record: logging.LogRecord) -> str:
    """Return the name of our own event, or the place of another package's line."""
    if isinstance(record.msg, dict):
        return str(record.msg.get("event", record.name))
    return f"{record.name}: {record.funcName}, line {record.lineno}"


def _build_exception(value: dict[str, Any]) -> dict[str, Any]:
    frames = value.get("stacktrace", {}).get("frames", [])
    return {
        "type": value.get("type"),
        "module": value.get("module"),
        "stacktrace": {
            "frames": [
                {name: frame[name] for name in SENT_OF_FRAMES if name in frame} for frame in frames
            ]
        },
    }
