"""Logging: JSON in production, colored lines elsewhere, and no secrets from URL paths."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import structlog

LEVELS = re.compile("(debug|info|warning|error|critical)$", re.IGNORECASE)  # of LOG_LEVEL
_SECRET = re.compile(
    r"(/invitation/|/password/reset/|/login/confirm/|/acknowledgement/|/files/)[^/\s]{20,}"
)


def redact_secrets(text: str) -> str:
    """Return the text without the tokens of links that need no sign-in."""
    return _SECRET.sub(r"\1[hidden]", text)


class RedactPathSecrets(logging.Filter):
    """Handler filter that redacts tokens in the message and its arguments, and drops nothing."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.msg, str):
            record.msg = redact_secrets(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(redact_secrets(a) if isinstance(a, str) else a for a in record.args)
        return True


class LogFormErrorsAsInfo(logging.Filter):
    """Log a form that is shown again with errors (422) at INFO, where Django logs a warning."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name == "django.request" and getattr(record, "status_code", None) == 422:
            record.levelno, record.levelname = logging.INFO, "INFO"
            return logging.getLogger().isEnabledFor(logging.INFO)
        return True


def configure(level: str, *, as_json: bool) -> dict[str, Any]:
    """Configure structlog and return LOGGING: one handler on standard error, one formatter."""
    processors = _list_processors()
    logging.captureWarnings(as_json)
    structlog.configure(
        processors=[*processors, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": _formatter(processors, as_json=as_json)},
        "filters": {
            "redact_path_secrets": {"()": RedactPathSecrets},
            "form_errors_as_info": {"()": LogFormErrorsAsInfo},
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "stream": sys.stderr,
                "formatter": "line",
                "filters": ["redact_path_secrets", "form_errors_as_info"],
            }
        },
        "loggers": {
            # The web server's own logger, from the start of its processes.
            "_granian": {"handlers": ["stderr"], "propagate": False},
            # Of Celery's pool. Without a handler, Celery gives it one with its own format.
            "multiprocessing": {"handlers": ["stderr"], "propagate": False},
            # Where each thread found the keys of the bucket is of no interest.
            "botocore": {"level": "WARNING"},
            # Celery sets the root logger to its --loglevel.
            "helpdesk.worker.announcements": {"level": level},
        },
        "root": {"handlers": ["stderr"], "level": level},
    }


def build_json_formatter() -> structlog.stdlib.ProcessorFormatter:
    """Return the formatter of granian's main process (granian-logs.json), which has no settings."""
    given = _formatter(_list_processors(), as_json=True)
    given.pop("()")
    return structlog.stdlib.ProcessorFormatter(**given)


def _list_processors() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info,
    ]


def _formatter(processors: list[Any], *, as_json: bool) -> dict[str, Any]:
    renderer: Any = structlog.processors.JSONRenderer()
    if not as_json:
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        "foreign_pre_chain": processors,
    }
