"""What happened outside of Plumbline is shown on every page; work has the connector's class."""

from __future__ import annotations

from typing import Any

import pytest
from celery import current_app
from django.test import Client

from channels_intake.models import Connection
from channels_intake.tasks import poll_channels, sweep_channel_events
from tests.cast import NOON, Cast
from tests.connections.helpers import accept, get_ticket, store
from tests.connections.tiny import TinyConnector, report, write
from tests.portal.conftest import user_of
from tickets.queueing import Queue


def fill(cast: Cast, connection: Connection) -> int:
    person = {"external_id": "u-1", "name": "Rosa Diaz", "email": cast.customer.email}
    said = {"external_id": "m-9", "conversation_id": "c-1", "text": "We are on it."}
    edited = report("edited", external_id="m-1", text="It does\nstart.")
    accept(connection, write(person=person), report("echo", **said), edited)
    accept(connection, report("deleted", external_id="m-1"))
    accept(connection, report("ended", conversation_id="c-1", transcript="Rosa: Hi"))
    return get_ticket().number


def test_agents_see_what_happened(at_desk: Cast, connection: Connection, sign_in: Any) -> None:
    number, client = fill(at_desk, connection), sign_in(at_desk.analyst.user)
    page = client.get(f"/rocket/agent/tickets/{number}/").content.decode()
    for text in ("Sent from Telegram", "We are on it.", "It now reads: It does", "kept here"):
        assert text in page
    history = client.get(f"/rocket/agent/tickets/{number}/history/").content.decode()
    for text in (
        "The company replied outside of Plumbline.",
        "edited a message.",
        "deleted a message on the channel.",
        "The conversation has ended.",
    ):
        assert text in history
    answer = client.get(f"/rocket/api/v1/tickets/{number}/").json()
    shown = [one["author"] for one in answer["messages"]]
    assert {"kind": "system", "id": None, "name": "Sent from Telegram"} in shown


def test_customers_see_it_in_the_portal(
    at_desk: Cast, connection: Connection, sign_in: Any
) -> None:
    number, client = fill(at_desk, connection), sign_in(user_of(at_desk.customer))
    page: Client = client.get(f"/rocket/portal/requests/{number}/")
    text = page.content.decode()
    assert "Sent from Telegram" in text
    assert "outside of Plumbline" not in text


@pytest.mark.parametrize("queue", [Queue.INTERACTIVE, Queue.INBOUND, Queue.BULK])
def test_events_and_polls_are_work_of_the_class_that_the_connector_names(
    at_desk: Cast, connection: Connection, monkeypatch: pytest.MonkeyPatch, queue: Queue
) -> None:
    sent: list[tuple[str, str]] = []
    monkeypatch.setattr(
        current_app, "send_task", lambda name, **given: sent.append((name, given["queue"]))
    )
    monkeypatch.setattr(TinyConnector, "queue", queue)
    store(connection, write())
    Connection.objects.update(next_poll_at=NOON)
    assert (sweep_channel_events(), poll_channels()) == (1, 1)
    tasks = ("process_channel_events", "poll_channel")
    assert sent == [(f"channels_intake.tasks.{task}", queue.value) for task in tasks]
