"""Fixtures of answers: a channel whose vendor does what the test says."""

from __future__ import annotations

import pytest

from channels_intake.connections.registry import CONNECTORS
from channels_intake.models import Connection, ConnectionKind
from tests.cast import Cast
from tests.connections.outgoing.helpers import TinyConnector, connect


@pytest.fixture
def vendor(monkeypatch: pytest.MonkeyPatch) -> TinyConnector:
    """The connector of the channel."""
    connector = TinyConnector()
    monkeypatch.setitem(CONNECTORS, ConnectionKind.TELEGRAM, connector)
    return connector


@pytest.fixture
def bot(in_rocket: Cast, vendor: TinyConnector) -> Connection:
    """A connection of the first desk, whose scope is entered."""
    return connect(in_rocket)
