"""/live and /ready: by any host, without a desk, with reasons and no secrets."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections

from accounts.desk_addresses import get_slug_error
from helpdesk.asgi import pages
from helpdesk.health import checks
from helpdesk.health.application import Health
from helpdesk.stopping import stop
from tests.cast import Cast
from tickets.queueing import get_client

pytestmark = pytest.mark.django_db(transaction=True)


async def _request(health: Health, path: str, method: str) -> tuple[int, dict[str, Any]]:
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    # No host that the installation knows, and no TLS.
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "headers": [(b"host", b"10.0.0.7:8000")],
        "scheme": "http",
        "query_string": b"",
    }
    await health(scope, receive, send)
    return sent[0]["status"], json.loads(sent[1]["body"])


def probe(path: str, method: str = "GET", times: int = 1) -> list[tuple[int, dict[str, Any]]]:
    """Return what a process answers to some probes at once."""
    health = Health(pages)

    async def run() -> list[tuple[int, dict[str, Any]]]:
        return await asyncio.gather(*(_request(health, path, method) for _ in range(times)))

    return asyncio.run(run())


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One number for each time that the database is asked."""
    seen: list[int] = []
    read = checks._read_applied

    def count() -> set[tuple[str, str]]:
        seen.append(1)
        return read()

    monkeypatch.setattr(checks, "_read_applied", count)
    return seen


def test_a_process_with_all_it_needs_is_ready(reads: list[int]) -> None:
    answers = probe("/ready", times=5)
    everything = dict.fromkeys(["database", "migrations", "static_files", "broker"], "ok")
    assert answers == [(200, {"status": "ready", "checks": everything})] * 5
    assert len(reads) == 1  # however many ask at once


def test_only_a_probe_of_readiness_asks_the_database(reads: list[int]) -> None:
    assert probe("/live") == [(200, {"status": "live"})]
    assert probe("/ready", "POST")[0][0] == 405
    assert reads == []


def test_without_the_broker_pages_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "REDIS_URL", "redis://127.0.0.1:1/0")
    get_client.cache_clear()
    [(status, said)] = probe("/ready")
    get_client.cache_clear()
    assert (status, said["status"]) == (200, "degraded")
    assert said["checks"]["broker"] == checks.NO_BROKER


def test_without_the_database_it_says_so_and_names_no_host(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = connection.get_connection_params() | {"host": "127.0.0.1", "port": 1}
    wrapper = type(connections["default"])  # of the checks' own thread, too
    monkeypatch.setattr(wrapper, "get_connection_params", lambda self: given)
    [(status, said)] = probe("/ready")
    assert (status, said["status"]) == (503, "not ready")
    assert said["checks"]["database"] == checks.NO_DATABASE
    assert "127.0.0.1" not in json.dumps(said)


def test_the_options_of_the_database_url_are_the_only_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """PgBouncer refuses a connection with an option that it doesn't know."""
    given = connection.get_connection_params() | {"options": "-c search_path=public"}
    wrapper = type(connections["default"])
    monkeypatch.setattr(wrapper, "get_connection_params", lambda self: given)
    connect, seen = psycopg.connect, []

    def watch(**parameters: Any) -> Any:
        seen.append(parameters["options"])
        return connect(**parameters)

    monkeypatch.setattr(psycopg, "connect", watch)
    assert probe("/ready")[0][0] == 200
    assert seen == ["-c search_path=public"]


def test_missing_migrations_and_static_files_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    of_next_version = checks.list_migrations() | {("tickets", "9999_next")}
    monkeypatch.setattr(checks, "list_migrations", lambda: of_next_version)
    monkeypatch.setattr(checks, "has_static_files", lambda: False)
    [(status, said)] = probe("/ready")
    assert status == 503
    assert said["checks"]["database"] == "ok"
    assert said["checks"]["migrations"] == checks.NO_MIGRATIONS
    assert said["checks"]["static_files"] == checks.NO_STATIC_FILES


def test_a_process_that_stops_gets_no_more_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stop, "is_stopping", True)
    assert probe("/ready")[0] == (
        503,
        {"status": "not ready", "checks": {"process": checks.STOPPING}},
    )
    assert probe("/live")[0][0] == 200


def test_no_desk_can_take_the_paths_of_the_probes(rocket: Cast) -> None:
    assert get_slug_error("live")
    assert get_slug_error("ready")
    assert get_slug_error(rocket.desk.slug) is None
