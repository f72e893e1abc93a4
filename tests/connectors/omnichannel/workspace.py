"""A workspace whose webhooks a test posts when it wants to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from channels_intake.connections.incoming.processing import process_due_events
from channels_intake.models import Connection, ConnectionKind
from helpdesk.demo.vendors.rocketchat_livechat import RocketChatLivechat
from tests.cast import Cast


class Workspace(RocketChatLivechat):
    """The fake, with the webhooks that it would send: url, body and headers."""

    def __init__(self) -> None:
        super().__init__()
        self.hooks: list[tuple[str, bytes, Mapping[str, str]]] = []

    def deliver(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        self.hooks.append((url, body, headers))
        return 200

    def flush(self, *, times: int = 1, **headers: str) -> list[int]:
        """Post what is waiting, the latest first, and return the statuses."""
        statuses = []
        for url, body, own in reversed(self.hooks * times):
            sent = {name: value for name, value in own.items() if name != "Content-Type"}
            answer = Client(enforce_csrf_checks=True).post(
                url, body, content_type="application/json", headers={**sent, **headers}
            )
            statuses.append(answer.status_code)
        self.hooks.clear()
        return statuses


def connect(cast: Cast, fake: RocketChatLivechat, *, user_id: str = "agent1") -> Connection:
    """Connect the workspace, as the admin's page does. The desk's scope is entered."""
    made = Connection(
        desk=cast.desk,
        kind=ConnectionKind.ROCKETCHAT,
        name="Live chat",
        api_url=fake.url,
        settings={"user_id": user_id},
    )
    made.enter_secrets(webhook_token="hook", auth_token="pat")
    made.save()
    url = f"/{cast.desk.slug}/channels/{made.hook_token}/"
    told: dict[str, Any] = {"url": url, "secrets": made.secrets, "settings": made.settings}
    fake.play("connect", told)
    return made


def process(connection: Connection, *, at: datetime | None = None) -> None:
    """Process what was stored, as the task does."""
    moment = at or timezone.now() + timedelta(seconds=1)
    while process_due_events(connection_id=connection.pk, at=moment):
        pass
