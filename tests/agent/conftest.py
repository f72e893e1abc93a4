"""What the tests of the agents' pages share."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from accounts.models import User
from accounts.tenancy import desk_scope
from tests.cast import Cast
from tickets.models import Ticket

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


def count_statements(client: Client, url: str) -> int:
    """How many statements a page takes, with session, user, desk and the wall's own."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    assert response.status_code == 200
    return len(captured)


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
