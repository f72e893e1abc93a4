"""An account of the first desk at a fake of X, whose webhooks come to the tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from accounts.tenancy import desk_scope
from channels_intake.connections.contract import Request
from channels_intake.connectors.x.connector import XConnector
from channels_intake.models import Connection, ConnectionKind
from helpdesk.demo.vendors.serving import serve
from helpdesk.demo.vendors.x import XFake
from tests.cast import NOON, Cast
from tests.connectors.wiring import wire


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[XFake]:
    x = XFake()
    wire(x, monkeypatch)
    with serve(x):
        yield x


@pytest.fixture
def at_desk(rocket: Cast) -> Iterator[Cast]:
    with desk_scope(rocket.desk):
        yield rocket


def connect(cast: Cast, fake: XFake, **changes: Any) -> Connection:
    """Connect the fake's account to a desk, whose scope is entered."""
    given = {"name": "X", "external_id": fake.account["id"], "api_url": fake.url, **changes}
    connection = Connection(desk=cast.desk, kind=ConnectionKind.X, **given)
    connection.settings = {"client_id": fake.client[0], "includes_own": True}
    connection.enter_secrets(
        client_secret=fake.client[1],
        bearer_token=fake.bearer,
        access_token=fake.access,
        refresh_token=fake.refresh,
    )
    connection.save()
    return connection


@pytest.fixture
def account(at_desk: Cast, fake: XFake, monkeypatch: pytest.MonkeyPatch) -> Connection:
    connection = connect(at_desk, fake)

    def challenge(url: str, token: str) -> tuple[int, Any]:
        """Answer as the webhook does; the fake's thread doesn't see the test's transaction."""
        asked = Request("GET", {"crc_token": token}, {})
        received = XConnector().receive(connection, asked, at=NOON)
        return received.answer.status, json.loads(received.answer.body)

    monkeypatch.setattr(fake, "challenge", challenge)
    return connection
