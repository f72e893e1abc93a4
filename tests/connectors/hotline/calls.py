"""A hotline of the first desk, at a fake of Freshcaller whose webhooks arrive here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.test import Client
from django.utils import timezone

from accounts.tenancy import desk_scope
from channels_intake.connections.incoming.polling import list_due_polls, poll_connection
from channels_intake.connections.incoming.processing import process_due_events
from channels_intake.models import Connection, ConnectionKind, Conversation
from helpdesk.demo.vendors.contract import LogLine
from helpdesk.demo.vendors.freshcaller import Account, Freshcaller
from tests.cast import NOON, Cast

KEY, SECRET = "key-of-the-hotline", "secret of the forwarding app"
NUMBER = "+4930123456"


class Vendor(Freshcaller):
    """The fake, with a clock, and webhooks that need no port. It keeps every body it sent."""

    def __init__(self) -> None:
        super().__init__(now=lambda: self.time)
        self.time = NOON
        self.sent: list[tuple[str, bytes, dict[str, str]]] = []

    @property
    def account(self) -> Account:
        return self.accounts["rocket"]

    def deliver(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        self.sent.append((url, body, dict(headers)))
        status = post(urlsplit(url).path, body, headers)
        self.log.append(LogLine("out", f"POST {url}", status))
        return status

    def pass_minutes(self, minutes: float) -> None:
        self.time += timedelta(minutes=minutes)


def post(path: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Send a webhook and return the status."""
    answer = Client().post(path, body, content_type="application/json", headers=dict(headers))
    return answer.status_code


def connect(cast: Cast, vendor: Freshcaller, **settings: Any) -> Connection:
    """Return a connection of the desk to the fake, which forwards its events to it."""
    connection = Connection(
        desk=cast.desk,
        kind=ConnectionKind.HOTLINE,
        name="Hotline",
        external_id="rocket",
        api_url=vendor.url,
        settings={"country": "49", "callback_minutes": 30} | settings,
        next_poll_at=NOON,
    )
    connection.enter_secrets(api_key=KEY, secret=SECRET)
    with desk_scope(cast.desk):
        connection.save()
    secrets = {"api_key": KEY, "secret": SECRET}
    url = f"http://testserver/{cast.desk.slug}/channels/{connection.hook_token}/"
    vendor.play("connect", {"external_id": "rocket", "url": url, "secrets": secrets})
    return connection


def process(cast: Cast, connection: Connection) -> datetime:
    """Process the stored events of a connection. Return when."""
    at = timezone.now()
    with desk_scope(cast.desk):
        while process_due_events(connection_id=connection.pk, at=at):
            pass
    return at


def poll(cast: Cast, connection: Connection, *, at: datetime) -> None:
    """Poll a connection now, and process what is new."""
    with desk_scope(cast.desk):
        Connection.objects.filter(pk=connection.pk).update(next_poll_at=at)
        assert list_due_polls(at).filter(pk=connection.pk).exists()
        poll_connection(connection.pk, at=at)
        connection.refresh_from_db()
    process(cast, connection)


def get_call(cast: Cast) -> Conversation:
    """Return the only call, as it is stored now."""
    found = Conversation.objects.select_related("ticket__contact", "handle__contact")
    return found.get(desk=cast.desk)
