"""Errors go to Sentry and traces to a collector, with IDs and without anything that people wrote.

Off by default.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import structlog
from django.db import connection

from accounts.tenancy import desk_scope
from helpdesk.reporting import errors, tags
from tests.cast import Cast
from tests.live.test_two_web_nodes import get_cookies, post_note
from tests.reporting.collector import Collector, read_attributes
from tests.stack import Stack, eventually
from tickets.models import Ticket

SECRET = "hush-what-the-customer-wrote"


@pytest.fixture
def collector() -> Iterator[Collector]:
    running = Collector()
    yield running
    running.close()


@pytest.fixture
def reporting(collector: Collector, stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """Web and worker that report to the collector."""
    monkeypatch.setenv("SENTRY_DSN", collector.dsn)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{collector.port}/")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "api-key=of%20ours")
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "200")  # ms
    stack.start_web()
    stack.start_worker()
    return stack


@pytest.fixture
def ticket(rocket: Cast) -> Ticket:
    with desk_scope(rocket.desk):
        return rocket.open_ticket()


@pytest.fixture
def refused() -> Iterator[None]:
    """PostgreSQL refuses notes with the secret, and quotes them in its error."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE none")
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " $$BEGIN RAISE 'refused: %', NEW.body_text; END$$"
        )
        cursor.execute(
            "CREATE TRIGGER refuse BEFORE INSERT ON tickets_note FOR EACH ROW"
            f" WHEN (strpos(NEW.body_text, '{SECRET}') > 0) EXECUTE FUNCTION refuse()"
        )
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE none")
        cursor.execute("DROP FUNCTION refuse CASCADE")


@pytest.mark.django_db(transaction=True)
def test_an_error_is_reported_with_ids_and_without_texts(
    rocket: Cast, ticket: Ticket, refused: None, reporting: Stack, collector: Collector
) -> None:
    cookies = get_cookies(rocket.analyst)
    assert post_note(reporting, cookies, ticket.number, f"Call them: {SECRET}") == 500
    [event] = eventually(collector.list_errors, what="the event arrives")
    assert event["exception"]["values"][-1]["type"] == "ProgrammingError"
    frames = event["exception"]["values"][-1]["stacktrace"]["frames"]
    assert any(frame["module"].startswith("tickets.services") for frame in frames)
    log = (reporting.folder / "web.log").read_text()
    assert event["tags"]["request_id"] in log
    assert SECRET in log  # the installation's own log has the whole error
    assert event["tags"]["desk"] == "rocket"
    assert event["tags"]["person"] == str(rocket.analyst.user_id)
    assert event["tags"]["route"] == "agent/tickets/<int:number>/answers/"
    assert event["environment"] == "demo"
    for name in ("request", "user", "breadcrumbs", "extra", "contexts", "logentry", "modules"):
        assert name not in event, name
    assert SECRET not in collector.read_all()
    assert rocket.analyst.user.email not in collector.read_all()
    for value in cookies.values():
        assert value not in collector.read_all()


@pytest.mark.django_db(transaction=True)
def test_a_trace_leads_from_the_request_to_its_statements_and_task(
    rocket: Cast, ticket: Ticket, reporting: Stack, collector: Collector
) -> None:
    cookies = get_cookies(rocket.analyst)
    assert post_note(reporting, cookies, ticket.number, f"Call them: {SECRET}") == 303

    def find(name: str) -> Any:
        return next((span for span in collector.list_spans() if span.name == name), None)

    task = eventually(lambda: find("run/tickets.tasks.deliver_events"), what="the task's span")
    request = eventually(
        lambda: find("POST agent/tickets/<int:number>/answers/"), what="the request's span"
    )
    assert task.trace_id == request.trace_id
    assert not request.parent_span_id
    found = read_attributes(request)
    assert found["plumbline.desk"] == "rocket"
    assert found["plumbline.person"] == rocket.analyst.user_id
    assert found["plumbline.request_id"] in (reporting.folder / "web.log").read_text()
    assert (found["http.request.method"], found["http.response.status_code"]) == ("POST", 303)
    inside = [span for span in collector.list_spans() if span.trace_id == request.trace_id]
    statements = [read_attributes(span).get("db.statement", "") for span in inside]
    assert any("INSERT INTO tickets_note" in text.replace(chr(34), "") for text in statements), (
        statements
    )
    assert not any("'" in statement for statement in statements)
    assert SECRET not in collector.read_all()
    assert rocket.analyst.user.email not in collector.read_all()
    assert {headers["api-key"] for path, headers, _ in collector.received} == {"of ours"}


def test_a_line_of_another_package_is_named_by_its_place() -> None:
    record = logging.LogRecord("vendor", logging.ERROR, "x.py", 7, SECRET, None, None, "send")
    sent = errors.build_event(
        {"event_id": "1", "level": "error", "message": SECRET, "server_name": "db-7.internal"},
        {"log_record": record},
    )
    assert sent == {
        "event_id": "1",
        "level": "error",
        "message": "vendor: send, line 7",
        "tags": {},
    }


def test_an_event_of_our_log_keeps_its_name_only() -> None:
    line: Any = {"event": "sweep_row_failed", "error": SECRET}
    record = logging.LogRecord("sla", logging.ERROR, "x.py", 7, line, None, None)
    sent = errors.build_event(
        {"event_id": "1", "logentry": {"message": SECRET}}, {"log_record": record}
    )
    assert sent["message"] == "sweep_row_failed"
    assert SECRET not in repr(sent)


def test_a_task_is_named_with_its_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    request = SimpleNamespace(kwargs={"desk_id": 7, "text": SECRET})
    monkeypatch.setattr(tags, "current_task", SimpleNamespace(request=request))
    with structlog.contextvars.bound_contextvars(
        task="tickets.tasks.x", task_id="1", secret=SECRET
    ):
        assert tags.list_tags() == {"task": "tickets.tasks.x", "task_id": "1", "desk_id": "7"}
