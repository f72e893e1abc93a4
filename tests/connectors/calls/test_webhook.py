"""The call webhook: from any telephone system's signed JSON to the ticket."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from accounts.tenancy import desk_scope
from channels_intake.calls.errors import CallLaterError, CallRefusedError
from channels_intake.connections.contract import RemoteFile
from channels_intake.connections.incoming.processing import process_due_events
from channels_intake.connectors.calls.connector import SIGNATURE, CallsConnector, sign
from channels_intake.models import ChannelEvent, Connection, ConnectionKind
from helpdesk.demo.vendors.phone_system import PhoneSystem
from helpdesk.demo.vendors.serving import serve
from tests.cast import Cast
from tests.connectors.hotline.calls import get_call, post
from tickets.models import Attachment, Message, Ticket

SECRET = "a secret of the phone system"


class System(PhoneSystem):
    """The fake, whose webhooks need no port."""

    def deliver(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        return post(urlsplit(url).path, body, headers)


@pytest.fixture
def system() -> Iterator[System]:
    fake = System(now=timezone.now)
    with serve(fake):
        yield fake


@pytest.fixture
def connection(rocket: Cast, system: System) -> Connection:
    made = Connection(
        desk=rocket.desk,
        kind=ConnectionKind.CALLS,
        name="Phone system",
        settings={"country": "1", "recording_hosts": ["127.0.0.1"]},
    )
    made.enter_secrets(secret=SECRET)
    with desk_scope(rocket.desk):
        made.save()
    url = f"http://testserver/rocket/channels/{made.hook_token}/"
    system.play("connect", {"url": url, "secrets": {"secret": SECRET}})
    return made


def process(cast: Cast, connection: Connection) -> None:
    with desk_scope(cast.desk):
        process_due_events(connection_id=connection.pk, at=timezone.now())


def test_from_the_signed_json_to_the_ticket_and_its_recording(
    rocket: Cast, system: System, connection: Connection
) -> None:
    with desk_scope(rocket.desk):
        address = rocket.analyst.user.email
    assert system.play("call", {"number": "(213) 370-1560", "name": "Sam"})["status"] == 200
    system.play("take", {"agent": address})
    system.play("end", {})
    process(rocket, connection)
    system.send(system.calls[-1])
    process(rocket, connection)
    with desk_scope(rocket.desk):
        call = get_call(rocket)
        assert call.ticket is not None
        assert (call.data["state"], call.data["number"]) == ("ended", "+12133701560")
        assert call.ticket.assignee is not None
        assert Ticket.objects.count() == Message.objects.count() == 1
        assert Attachment.objects.get().name == "recording-c-1.wav"


@pytest.mark.parametrize("signature", ["", "sha256=00", "sha256=é"])
def test_a_wrong_signature_stores_nothing(
    rocket: Cast, connection: Connection, signature: str
) -> None:
    path = f"/rocket/channels/{connection.hook_token}/"
    assert post(path, b"{}", {SIGNATURE: signature}) == 401
    with desk_scope(rocket.desk):
        assert not ChannelEvent.objects.exists()


def test_a_signature_of_another_body_is_wrong(rocket: Cast, connection: Connection) -> None:
    path = f"/rocket/channels/{connection.hook_token}/"
    assert post(path, b'{"call_id": 2}', {SIGNATURE: sign(b'{"call_id": 1}', SECRET)}) == 401


def test_a_recording_is_fetched_from_named_hosts_only(
    rocket: Cast, system: System, connection: Connection
) -> None:
    system.play("call", {"number": "+12133701560"})
    elsewhere = {"state": "voicemail", "recording_url": "http://localhost:1/x.mp3"}
    system.send(system.calls[-1] | elsewhere)
    process(rocket, connection)
    with desk_scope(rocket.desk):
        assert not Attachment.objects.exists()
        remarks = Message.objects.latest("pk").remark_data
        assert [one["code"] for one in remarks] == ["file_not_fetched"]


def test_a_genuine_broken_body_is_set_aside(rocket: Cast, connection: Connection) -> None:
    body = json.dumps({"call_id": "x"}).encode()
    post(f"/rocket/channels/{connection.hook_token}/", body, {SIGNATURE: sign(body, SECRET)})
    process(rocket, connection)
    with desk_scope(rocket.desk):
        assert ChannelEvent.objects.get().state == "set_aside"


@pytest.mark.parametrize(("named", "is_asked"), [("*.calls.example", True), ("x.example", False)])
def test_all_hosts_below_one_can_be_named(
    monkeypatch: pytest.MonkeyPatch, named: str, is_asked: bool
) -> None:
    asked: list[str] = []

    def look_up(host: str, port: int) -> list[str]:
        asked.append(host)
        raise OSError

    monkeypatch.setattr("accounts.network.client.resolve_public_addresses", look_up)
    settings = {"recording_hosts": [named]}
    connection, file = Connection(settings=settings), RemoteFile("https://a.calls.example/1.mp3")
    with pytest.raises((CallLaterError, CallRefusedError)):
        CallsConnector().fetch(connection, file, at=timezone.now())
    assert bool(asked) is is_asked
