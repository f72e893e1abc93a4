"""A setting whose packages are an extra says which, instead of failing at its first use."""

from __future__ import annotations

import pytest

from helpdesk.environment import reporting


def test_a_missing_package_is_named_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    def list_problems() -> list[str]:
        return reporting.list_reporting_problems("https://key@sentry.example.com/1", URL, [])

    URL = "http://collector.internal:4318"
    assert list_problems() == []
    monkeypatch.setattr(reporting, "find_spec", lambda name: None)
    assert list_problems() == [
        "SENTRY_DSN needs packages that are not installed. Run"
        " `uv sync --frozen --no-dev --extra sentry`, or leave SENTRY_DSN empty.",
        "OTEL_EXPORTER_OTLP_ENDPOINT needs packages that are not installed. Run"
        " `uv sync --frozen --no-dev --extra opentelemetry`, or leave"
        " OTEL_EXPORTER_OTLP_ENDPOINT empty.",
    ]
    assert reporting.list_reporting_problems("", "", []) == []
    monkeypatch.undo()
    monkeypatch.setattr(reporting, "OPENTELEMETRY", ("opentelemetry", ["no_such_package.sdk"]))
    assert len(list_problems()) == 1
