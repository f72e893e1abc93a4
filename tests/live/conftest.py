"""Fixtures of the live pages."""

from __future__ import annotations

import pytest

from accounts.tenancy import desk_scope
from helpdesk.live import hub, pubsub, viewers
from tests.cast import Cast
from tickets.models import Ticket


@pytest.fixture(autouse=True)
def _fresh_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test a hub of its own, with no page open."""
    monkeypatch.setattr(hub, "hub", hub.Hub())
    monkeypatch.setattr(viewers, "registry", viewers.Viewers())
    for breaker in (pubsub.valkey, viewers.valkey):
        breaker.reset()


@pytest.fixture
def ticket(rocket: Cast) -> Ticket:
    """A ticket of the first desk's customer."""
    with desk_scope(rocket.desk):
        return rocket.open_ticket()
