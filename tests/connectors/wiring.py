"""Fakes of vendors that deliver to the tests' own webhooks, without a server in between."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import pytest
from django.test import Client

from accounts.tenancy import desk_scope
from channels_intake.models import ChannelEvent, Connection
from channels_intake.tasks import process_channel_events
from helpdesk.demo.vendors.contract import FakeVendor


def wire(fake: FakeVendor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a fake's deliveries go through Django's test client."""

    def deliver(url: str, body: bytes, headers: Mapping[str, str]) -> int:
        sent = dict(headers)
        kind = sent.pop("Content-Type", "application/json")
        path = urlsplit(url).path
        return Client().post(path, body, content_type=kind, headers=sent).status_code

    monkeypatch.setattr(fake, "deliver", deliver)


def process(connection: Connection) -> None:
    """Process what was delivered, as the task does."""
    process_channel_events(desk_id=connection.desk_id, connection_id=connection.pk)


def list_events(connection: Connection) -> list[tuple[str, str]]:
    """Return the state and the reason of each stored event, in order."""
    with desk_scope(connection.desk):
        events = ChannelEvent.objects.filter(connection=connection).order_by("pk")
        return list(events.values_list("state", "reason"))
