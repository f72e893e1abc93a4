"""A fake chat, and the channels of desks that post to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from accounts.models import Agent
from channels_intake.calls.sending import send_due_calls
from channels_intake.models import ChatConnection, ChatPerson, ChatRule
from tests.cast import NOON, Cast
from tests.team_chat.fakes import BOT, CHANNEL, TOKEN, ChatFake, serve_chat
from tickets.deliveries import deliver_due

SECRET = "command-token"


@pytest.fixture
def chat() -> Iterator[ChatFake]:
    with serve_chat() as fake:
        yield fake


def connect(cast: Cast, fake: ChatFake, *, has_bot: bool = True, **fields: Any) -> ChatConnection:
    """Create a channel of a desk at the fake; made inside the desk."""
    bot = {"server_url": fake.url, "channel": CHANNEL, "bot_user_id": BOT} if has_bot else {}
    given = {"desk": cast.desk, "name": "Support", "kind": "mattermost", **bot, **fields}
    connection = ChatConnection(**given)
    hook = "/services/T0/B0/good" if connection.kind == "slack" else "/hooks/good"
    connection.enter_secrets(
        bot_token=TOKEN if has_bot else "",
        webhook_url="" if has_bot else fake.url + hook,
        command_secret=SECRET,
    )
    connection.save()
    return connection


def know(
    cast: Cast, server: str, agent: Agent, user_id: str, *, kind: str = "mattermost", name: str = ""
) -> ChatPerson:
    """Enter an agent's user on a server, by its URL."""
    return ChatPerson.objects.create(
        desk=cast.desk, kind=kind, server=urlsplit(server).netloc, agent=agent, user_id=user_id,
        user_name=name,
    )  # fmt: skip


def add_rule(connection: ChatConnection, topic: str, **fields: Any) -> ChatRule:
    """Have a channel told of a topic.."""

    rule = ChatRule.objects.create(
        desk=connection.desk, connection=connection, topic=topic, **fields
    )
    return rule


@pytest.fixture
def run_chat(db: None) -> Callable[..., None]:
    """Run the followers of a desk and send what they queued, as the worker does."""

    def run(cast: Cast, *, at: datetime = NOON) -> None:
        deliver_due(desk_id=cast.desk.pk, at=at)
        send_due_calls(desk_id=cast.desk.pk, at=at, is_urgent=True)

    return run
