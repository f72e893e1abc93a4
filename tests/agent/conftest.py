"""Fixtures of the agent pages' tests."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from accounts.models import User
from accounts.tenancy import desk_scope
from helpdesk.agent import statements
from tests.cast import Cast
from tickets.models import Ticket

FETCH_ALL = statements.fetch_all
SignIn = Callable[[User], Client]


@pytest.fixture
def client(rocket: Cast, sign_in: SignIn) -> Client:
    """The first desk's analyst, signed in."""
    return sign_in(rocket.analyst.user)


@pytest.fixture
def ticket(rocket: Cast) -> Ticket:
    """A ticket of the first desk's customer."""
    with desk_scope(rocket.desk):
        return rocket.open_ticket()


class Cost(NamedTuple):
    """Database work of a page, including session, user, desk and wall.

    Statements of one pipeline
    are one round trip.
    """

    round_trips: int
    statements: int


def count_cost(client: Client, url: str) -> Cost:
    """Count a page's round trips and statements, once everything is cached."""
    client.get(url)
    pipelines: list[int] = []

    def fetch_all(*queries: statements.Query[Any]) -> list[list[Any]]:
        pipelines.append(len(queries))
        return FETCH_ALL(*queries)

    with CaptureQueriesContext(connection) as captured, pytest.MonkeyPatch.context() as patch:
        patch.setattr(statements, "fetch_all", fetch_all)
        response = client.get(url)
    assert response.status_code == 200
    total = len(captured)
    return Cost(total - sum(pipelines) + len(pipelines), total)


def count_statements(client: Client, url: str) -> int:
    """Count a page's round trips to the database."""
    return count_cost(client, url).round_trips


@contextmanager
def inside(cast: Cast) -> Iterator[Cast]:
    """The desk entered, to look at its rows."""
    with desk_scope(cast.desk):
        yield cast


@pytest.fixture
def png() -> bytes:
    """A small real image."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(out, "PNG")
    return out.getvalue()
