"""What is logged and how: JSON in production, coloured lines elsewhere, no secret that stands in a path."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import structlog

_SECRET = re.compile(r"(/invitation/|/password/reset/|/login/confirm/)[^/\s]{20,}")


def hide_secrets(text: str) -> str:
    """The text without tokens of invitations, password resets and confirmations of addresses."""
    return _SECRET.sub(r"\1[hidden]", text)


class HidePathSecrets(logging.Filter):
    """For a handler: changes the record's words and lets it pass (reliability.md, security 20)."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.msg, str):
            record.msg = hide_secrets(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(hide_secrets(a) if isinstance(a, str) else a for a in record.args)
        return True


class CalmRefusals(logging.Filter):
    """A form that is given back with what is wrong (422) is nobody's fault: told at INFO, where Django warns."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name == "django.request" and getattr(record, "status_code", None) == 422:
            record.levelno, record.levelname = logging.INFO, "INFO"
            return logging.getLogger().isEnabledFor(logging.INFO)
        return True


def configure(level: str, *, as_json: bool) -> dict[str, Any]:
    """Sets structlog up and gives the settings' LOGGING: all to standard error, through one formatter."""
    processors: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info,
    ]
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
            "hide_path_secrets": {"()": HidePathSecrets},
            "calm_refusals": {"()": CalmRefusals},
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "stream": sys.stderr,
                "formatter": "line",
                "filters": ["hide_path_secrets", "calm_refusals"],
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
    }


def _formatter(processors: list[Any], *, as_json: bool) -> dict[str, Any]:
    renderer: Any = structlog.processors.JSONRenderer()
    if not as_json:
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        "foreign_pre_chain": processors,
    }
