"""From a visitor's chat to its ticket and back: once, whoever writes where, until the chat ends."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import ContactHandle
from channels_intake.models import (
    ChannelEvent,
    ChannelMessage,
    Connection,
    Conversation,
    Direction,
)
from tests.cast import Cast
from tests.connections.outgoing.helpers import deliver, send
from tests.connectors.omnichannel.workspace import Workspace, process
from tickets.errors import InvalidValueError
from tickets.models import Attachment, Message, Ticket
from tickets.services import reply

HI = {"name": "Mariam", "email": "mariam@visitor.example", "text": "Hi 👋"}


def answer(cast: Cast, text: str = "Hello!") -> None:
    now = timezone.now()
    reply(ticket_id=Ticket.objects.get().pk, agent=cast.analyst, text=text, at=now)
    deliver(cast, at=now)
    send(cast, at=now)


def list_texts() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("body_text", flat=True))


def test_a_chat_is_a_ticket_and_its_answer_is_in_the_chat(
    in_rocket: Cast, connection: Connection, fake: Workspace
) -> None:
    room = fake.play("write", {**HI, "custom_fields": {"plan": "Starter"}})["room"]
    assert fake.flush() == [200, 200]  # the start, which isn't stored, and the message
    process(connection)
    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.subject, ticket.account) == ("chat", "Hi 👋", None)
    assert ticket.contact.name == "Mariam"
    assert ticket.contact.email == ""  # the visitor's own claim proves nothing
    conversation = Conversation.objects.get()
    assert (conversation.external_id, conversation.is_public) == (room, False)
    assert conversation.data["email"] == "mariam@visitor.example"
    assert conversation.data["field:plan"] == "Starter"
    answer(in_rocket)
    assert fake.rooms[room]["messages"][-1]["msg"] == "Hello!"
    assert ChannelMessage.objects.get(direction=Direction.OUT).state == "sent"
    fake.flush()  # the echo of what Plumbline sent
    process(connection)
    assert ChannelMessage.objects.get(direction=Direction.OUT).state == "delivered"
    assert list_texts() == ["Hi 👋", "Hello!"]


def test_posted_twice_and_in_reverse_each_message_is_there_once(
    connection: Connection, fake: Workspace
) -> None:
    for number in range(3):
        fake.play("write", {**HI, "text": f"Line {number}"})
    fake.play("take", {})
    assert set(fake.flush(times=2)) == {200}
    process(connection)
    assert sorted(list_texts()) == ["Line 0", "Line 1", "Line 2"]
    assert Ticket.objects.count() == 1


def test_what_an_agent_writes_in_rocketchat_is_shown(
    connection: Connection, fake: Workspace
) -> None:
    fake.play("write", HI)
    fake.flush()
    process(connection)
    fake.play("agent", {"text": "I help you here."})
    fake.flush(times=2)
    process(connection)
    answers = Message.objects.filter(agent=None, contact=None)
    assert [one.body_text for one in answers] == ["I help you here."]


def test_the_end_attaches_the_transcript_and_takes_no_answer(
    in_rocket: Cast, connection: Connection, fake: Workspace
) -> None:
    fake.play("write", HI)
    fake.flush()
    process(connection)
    fake.play("close", {})
    fake.flush(times=2)
    process(connection)
    assert Conversation.objects.get().ended_at is not None
    file = Attachment.objects.get()
    assert file.name == "transcript.txt"
    with pytest.raises(InvalidValueError):  # and there is no proven address to write to
        answer(in_rocket)


def test_an_offline_message_is_a_ticket_once(connection: Connection, fake: Workspace) -> None:
    fake.play("offline", {**HI, "text": "Please write me."})
    assert fake.flush(times=3) == [200] * 3
    process(connection)
    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.account) == ("chat", None)
    assert list_texts() == ["Please write me."]
    assert Conversation.objects.get().data["email"] == "mariam@visitor.example"


def test_the_address_of_an_offline_message_is_proven_by_a_link(
    in_rocket: Cast,
    connection: Connection,
    fake: Workspace,
    django_capture_on_commit_callbacks: Any,
) -> None:
    for number in range(5):
        fake.play("offline", {**HI, "text": f"Please write me {number}."})
    fake.flush()
    with django_capture_on_commit_callbacks(execute=True):
        process(connection)
    sent = [one for one in mail.outbox if one.to == ["mariam@visitor.example"]]
    assert len(sent) == 3  # of five: strangers choose the address
    assert "Please write me" not in sent[0].body
    path = urlsplit(re.search(r"http\S+", str(sent[0].body))[0]).path  # type: ignore[index] # is there
    assert Client().get(path).status_code == 200
    assert not ContactHandle.objects.exclude(proof="").exists()  # a scanner opens links, too
    assert Client().post(path).status_code == 200
    handle = ContactHandle.objects.exclude(proof="").get()
    assert handle.contact.email == "mariam@visitor.example"
    ticket = handle.conversations.get().ticket
    assert ticket is not None
    now = timezone.now()
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Hello!", at=now)
    mails = [one for one in deliver(in_rocket, at=now) if one.kind == "reply"]
    assert [one.to_address for one in mails] == ["mariam@visitor.example"]


def test_an_edited_message_is_noted(connection: Connection, fake: Workspace) -> None:
    fake.play("write", HI)
    fake.flush()
    process(connection)
    fake.play("edit", {"text": "Hello 👋"})
    fake.flush(times=2)
    process(connection)
    assert list_texts() == ["Hi 👋"]


def test_a_file_comes_along_and_a_large_one_is_remarked(
    connection: Connection, fake: Workspace
) -> None:
    fake.play("write", {**HI, "text": "", "file": b"\x89PNG".hex()})
    fake.play("write", {**HI, "text": "video", "file": b"x".hex(), "size": 30 * 1024 * 1024})
    fake.hooks.reverse()
    fake.flush()
    process(connection)
    assert [file.name for file in Attachment.objects.all()] == ["screen.png"]
    [remark] = Message.objects.get(body_text="video").remarks
    assert "screen.png" in remark


@pytest.mark.parametrize("token", ["", "wrong"])
def test_a_wrong_token_stores_nothing(connection: Connection, fake: Workspace, token: str) -> None:
    fake.play("offline", HI)
    headers = {"X-RocketChat-Livechat-Token": token}
    assert fake.flush(**headers) == [401]
    assert not ChannelEvent.objects.exists()


def test_a_broken_body_is_set_aside(connection: Connection, fake: Workspace) -> None:
    fake.play("offline", {**HI, "text": ""})
    assert fake.flush() == [200]
    process(connection)
    event = ChannelEvent.objects.get()
    assert (event.state, event.reason) == ("set_aside", "unreadable")


def test_the_url_of_another_desk_is_unknown(
    matter: Cast, connection: Connection, fake: Workspace
) -> None:
    fake.play("offline", HI)
    url, body, headers = fake.hooks.pop()
    fake.hooks.append((url.replace("/rocket/", "/matter/"), body, headers))
    assert fake.flush() == [404]


def test_an_answer_waits_for_a_workspace_that_is_down(
    in_rocket: Cast, connection: Connection, fake: Workspace
) -> None:
    room = fake.play("write", HI)["room"]
    fake.flush()
    process(connection)
    fake.is_down = True
    answer(in_rocket)
    assert ChannelMessage.objects.get(direction=Direction.OUT).state == "queued"
    fake.is_down = False
    send(in_rocket, at=timezone.now() + timedelta(hours=1))
    assert [one["msg"] for one in fake.rooms[room]["messages"]] == ["Hi 👋", "Hello!"]
