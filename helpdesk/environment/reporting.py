"""Checks of where errors and traces are reported to, and of the packages that this needs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.util import find_spec
from urllib.parse import unquote, urlsplit

# Per setting: the extra of pyproject.toml, and a module of each package that it installs.
SENTRY = ("sentry", ["sentry_sdk"])
OPENTELEMETRY = (
    "opentelemetry",
    [
        "opentelemetry.sdk",
        "opentelemetry.exporter.otlp.proto.http",
        "opentelemetry.instrumentation.celery",
    ],
)
HEADER = re.compile(r"\s*([A-Za-z0-9_-]+)=([!-~]*)\s*")


def parse_headers(texts: Iterable[str]) -> dict[str, str]:
    """Return the headers of a list of name=value, without those that can't be read."""
    found = (HEADER.fullmatch(text) for text in texts)
    return {each[1].lower(): unquote(each[2]) for each in found if each}


def list_reporting_problems(dsn: str, endpoint: str, headers: list[str]) -> list[str]:
    """Return what is wrong with SENTRY_DSN and OTEL_EXPORTER_OTLP_*, without repeating secrets."""
    problems = []
    if dsn and not _is_dsn(dsn):
        problems.append("SENTRY_DSN must be the DSN of a project: https://key@sentry.example.com/1")
    if dsn and (missing := _explain_missing("SENTRY_DSN", *SENTRY)):
        problems.append(missing)
    if endpoint and not _is_http(endpoint):
        problems.append("OTEL_EXPORTER_OTLP_ENDPOINT must be a URL: http://collector.internal:4318")
    if endpoint and (missing := _explain_missing("OTEL_EXPORTER_OTLP_ENDPOINT", *OPENTELEMETRY)):
        problems.append(missing)
    if not all(HEADER.fullmatch(text) for text in headers):
        problems.append(
            "OTEL_EXPORTER_OTLP_HEADERS must list headers like api-key=secret,tenant=support"
        )
    if headers and not endpoint:
        problems.append(
            "OTEL_EXPORTER_OTLP_ENDPOINT is missing. OTEL_EXPORTER_OTLP_HEADERS needs it."
        )
    return problems


def _is_dsn(dsn: str) -> bool:
    if not _is_http(dsn):
        return False
    parts = urlsplit(dsn)
    return bool(parts.username) and parts.path.rpartition("/")[2].isdecimal()


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(host)


def _explain_missing(setting: str, extra: str, modules: list[str]) -> str:
    if all(_is_installed(module) for module in modules):
        return ""
    return (
        f"{setting} needs packages that are not installed. Run"
        f" `uv sync --frozen --no-dev --extra {extra}`, or leave {setting} empty."
    )


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # of a package above it
        return False
