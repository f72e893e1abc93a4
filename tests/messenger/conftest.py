"""A messenger of the first desk, and visitors of a website that shows it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.tenancy import desk_scope
from channels_intake.connections.incoming.processing import process_due_events
from channels_intake.models import Connection, Conversation
from tests.cast import Cast
from tickets.models import Ticket

SECRET = "correct-horse-battery-staple-and-more"
HOSTS = "www.acme.example\n*.shop.example"


def connect_messenger(cast: Cast, name: str = "Website", **changes: Any) -> Connection:
    """Create a messenger of a desk."""
    settings = {"hosts": HOSTS, "color": "#0a7d55", **changes}
    with desk_scope(cast.desk):
        connection = Connection(desk=cast.desk, kind="messenger", name=name, settings=settings)
        connection.enter_secrets(identity_secret=SECRET)
        connection.save()
    return connection


def sign(user: str = "42", **claims: Any) -> str:
    """Return the identity that a website vouches for."""
    claims = {"exp": timezone.now() + timedelta(minutes=5), **claims}
    return jwt.encode({"sub": user, **claims}, SECRET, algorithm="HS256")


class VisitorClient:
    """A browser with the messenger open, without cookies."""

    def __init__(self, connection: Connection, desk: str = "rocket") -> None:
        self.connection, self.token = connection, ""
        self.client = Client(enforce_csrf_checks=True)
        self.url = f"/{desk}/messenger/{connection.hook_token}/"

    @property
    def headers(self) -> dict[str, str]:
        given = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
        return given | ({"Authorization": f"Visitor {self.token}"} if self.token else {})

    def ask(self, path: str, **given: Any) -> Any:
        """Post JSON as the page does."""
        return self.client.post(
            self.url + path, given, content_type="application/json", headers=self.headers
        )

    def start(self, identity: str = "") -> Any:
        answer = self.ask("session/", identity=identity)
        if answer.status_code == 200:
            self.token = answer.json().get("token", "")
        return answer

    def write(self, text: str = "It does not start.", key: str = "", **given: Any) -> Any:
        """Send a message; keep the token that comes back."""
        data = {"id": key or str(uuid4()), "text": text, **given}
        answer = self.client.post(self.url + "messages/", data, headers=self.headers)
        if answer.status_code == 202:
            self.token = answer.json()["token"]
        return answer

    def read_lines(self, after: int = 0, **given: Any) -> list[dict[str, Any]]:
        return list(self.ask("news/", after=after, **given).json()["lines"])

    def get_file(self, url: str) -> Any:
        return self.client.get(url, headers=self.headers)


def process(cast: Cast) -> None:
    """Put what visitors wrote on tickets."""
    with desk_scope(cast.desk):
        for connection in Connection.objects.filter(kind="messenger"):
            process_due_events(connection_id=connection.pk, at=timezone.now())


def get_ticket() -> Ticket:
    return Ticket.objects.select_related("contact", "account").get()


def get_conversation() -> Conversation:
    return Conversation.objects.select_related("connection", "handle__contact").get()


def make_file(name: str = "log.txt", content: bytes = b"hello") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/plain")


@pytest.fixture(autouse=True)
def _no_counts(db: None) -> None:
    cache.clear()


@pytest.fixture
def messenger(rocket: Cast) -> Connection:
    return connect_messenger(rocket)


@pytest.fixture
def visitor(messenger: Connection) -> VisitorClient:
    return VisitorClient(messenger)


@pytest.fixture
def _nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helpdesk.messenger.presence.is_on_shift", lambda facts, at: False)
