"""Only genuine events are stored, each once, at the desk of their connection."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from accounts.tenancy import desk_scope
from channels_intake.calls.errors import CallLaterError
from channels_intake.models import ChannelEvent, Connection
from channels_intake.tasks import process_channel_events, sweep_channel_events
from tests.cast import Cast
from tests.connections.tiny import SECRET, TinyConnector, send, sign, write
from tickets.models import Ticket


def count(cast: Cast) -> int:
    with desk_scope(cast.desk):
        return ChannelEvent.objects.count()


def test_from_the_webhook_to_the_ticket(rocket: Cast, connection: Connection) -> None:
    assert send(connection, write()) == 202
    with desk_scope(rocket.desk):
        event = ChannelEvent.objects.get()
        assert (event.state, event.connection_id) == ("received", connection.pk)
        assert Connection.objects.get().last_event_at == event.received_at
    assert sweep_channel_events() == 1
    process_channel_events(desk_id=rocket.desk.pk, connection_id=connection.pk)
    assert sweep_channel_events() == 0
    with desk_scope(rocket.desk):
        ticket = Ticket.objects.get()
        assert (ticket.channel, ticket.subject) == ("telegram", "It does not start.")
        assert ChannelEvent.objects.get().state == "processed"


def test_the_vendors_question_is_answered_and_nothing_is_stored(
    rocket: Cast, connection: Connection
) -> None:
    url = f"/rocket/channels/{connection.hook_token}/"
    answer = Client().get(url, {"secret": SECRET, "challenge": "<b>42</b>"})
    assert (answer.status_code, answer.content) == (200, b"<b>42</b>")
    assert answer.headers["Content-Type"] == "text/plain"
    assert Client().get(url, {"secret": "wrong"}).status_code == 401
    assert Client().put(url).status_code == 405
    assert count(rocket) == 0


@pytest.mark.parametrize("signature", ["", "0" * 64], ids=["missing", "wrong"])
def test_a_wrong_signature_is_refused_and_nothing_is_stored(
    rocket: Cast, connection: Connection, signature: str
) -> None:
    assert send(connection, write(), signature=signature) == 401
    assert count(rocket) == 0


def test_a_url_works_at_its_own_desk_only(
    rocket: Cast, matter: Cast, connection: Connection
) -> None:
    assert send(connection, write(), desk="matter") == 404
    assert send(connection, write(), token="x" * 32) == 404
    assert send(connection, write(), token="%C3%BC" * 32) == 404
    assert count(rocket) == count(matter) == 0


def test_what_was_stored_is_not_stored_again(rocket: Cast, connection: Connection) -> None:
    event = {"event_id": "e-1", **write()}
    assert [send(connection, event, event), send(connection, event)] == [202, 202]
    assert count(rocket) == 1
    assert send(connection, write(2), write(2)) == 202  # without an ID: by its content
    assert count(rocket) == 2


def test_a_genuine_request_that_cannot_be_split_is_set_aside_as_a_whole(
    rocket: Cast, connection: Connection
) -> None:
    body = b'{"events": '
    assert send(connection, body=body) == 200
    assert send(connection, body=body) == 200
    with desk_scope(rocket.desk):
        event = ChannelEvent.objects.get()
        assert (event.state, event.reason, bytes(event.raw)) == ("set_aside", "unreadable", body)


def test_a_body_beyond_the_vendors_limit_is_refused(
    rocket: Cast, connection: Connection, tiny: TinyConnector
) -> None:
    body = json.dumps({"events": [write(text="x" * tiny.max_body_bytes)]}).encode()
    assert send(connection, body=body) == 413
    assert count(rocket) == 0


def test_a_paused_connection_stores_and_processes_later(
    rocket: Cast, connection: Connection
) -> None:
    with desk_scope(rocket.desk):
        Connection.objects.update(is_paused=True)
    assert send(connection, write()) == 202
    assert sweep_channel_events() == 0
    process_channel_events(desk_id=rocket.desk.pk, connection_id=connection.pk)
    with desk_scope(rocket.desk):
        assert ChannelEvent.objects.get().state == "received"
        Connection.objects.update(is_paused=False)
    assert sweep_channel_events() == 1


def test_the_secret_is_no_part_of_what_is_stored(rocket: Cast, connection: Connection) -> None:
    send(connection, write())
    with desk_scope(rocket.desk):
        assert SECRET not in str(ChannelEvent.objects.values().get())
        assert SECRET not in str(Connection.objects.values().get())


def test_a_signature_of_another_connections_secret_counts_for_nothing(
    rocket: Cast, connection: Connection
) -> None:
    body = json.dumps({"events": [write()]}).encode()
    assert send(connection, body=body, signature=sign(body, "another secret")) == 401
    assert count(rocket) == 0


def test_a_secret_that_cannot_be_decrypted_loses_nothing(
    rocket: Cast, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def receive(self: TinyConnector, *args: object, **kwargs: object) -> None:
        raise CallLaterError("The secret can't be decrypted.")

    monkeypatch.setattr(TinyConnector, "receive", receive)
    assert send(connection, write()) == 503  # the vendor sends it again
    with desk_scope(rocket.desk):
        assert Connection.objects.get().problem == "The secret can't be decrypted."
