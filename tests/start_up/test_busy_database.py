"""Temporary database errors: an exhausted pool is not reported as a missing server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from psycopg_pool import PoolTimeout
from structlog.testing import capture_logs

from accounts import middleware
from accounts.database.database_errors import is_pool_exhausted
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def fail_with_an_exhausted_pool(request: Any) -> Any:
    raise OperationalError("couldn't get a connection after 5 sec") from PoolTimeout()


@contextmanager
def server_away() -> Iterator[None]:
    address = connection.settings_dict
    known = {name: address[name] for name in ("HOST", "PORT")}
    address.update(HOST="127.0.0.1", PORT="1")
    try:
        yield
    finally:
        address.update(known)


def test_an_exhausted_pool_is_named_in_the_log_and_on_the_page(
    rocket: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(middleware, "find_desk", fail_with_an_exhausted_pool)
    with capture_logs() as logs:
        response = client.get("/rocket/agent/")
    assert response.status_code == 503
    assert "very busy" in response.content.decode()
    assert response["Retry-After"] == "5"
    assert [line["event"] for line in logs] == ["database_pool_exhausted"]


def test_the_same_error_without_a_server_says_so(
    rocket: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(middleware, "find_desk", fail_with_an_exhausted_pool)
    with server_away(), capture_logs() as logs:
        response = client.get("/rocket/agent/")
    assert response.status_code == 503
    assert "temporarily unavailable" in response.content.decode()
    assert [line["event"] for line in logs] == ["database_unavailable"]


def test_another_error_is_not_reported_as_an_exhausted_pool() -> None:
    assert not is_pool_exhausted(OperationalError("server closed the connection"))
