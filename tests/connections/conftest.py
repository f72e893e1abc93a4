"""A connection of the first desk to the tiny channel."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from accounts.tenancy import desk_scope
from channels_intake.connections.registry import CONNECTORS
from channels_intake.models import Connection, ConnectionKind
from tests.cast import Cast
from tests.connections.tiny import TinyConnector, connect


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> TinyConnector:
    connector = TinyConnector()
    monkeypatch.setitem(CONNECTORS, ConnectionKind.TELEGRAM, connector)
    return connector


@pytest.fixture
def connection(rocket: Cast, tiny: TinyConnector) -> Connection:
    with desk_scope(rocket.desk):
        return connect(rocket)


@pytest.fixture
def at_desk(rocket: Cast) -> Iterator[Cast]:
    with desk_scope(rocket.desk):
        yield rocket
