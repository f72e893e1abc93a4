"""One webhook gets the events of several pages: each goes to its own connection, or nowhere."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.tenancy import desk_scope
from channels_intake.connections.incoming.processing import process_again
from channels_intake.connections.reasons import EventReason, describe_reason
from channels_intake.connectors.meta.signature import sign
from channels_intake.models import ChannelEvent, Connection
from tests.cast import Cast
from tests.connectors.graph import SECRETS, connect, load

PAGE, OTHER = "682498302938465", "999"


def post(connection: Connection, desk: str, *payloads: Any, secret: str = "app secret") -> int:
    entries = [entry for payload in payloads for entry in payload["entry"]]
    body = json.dumps({"object": "page", "entry": entries}).encode()
    return (
        Client(enforce_csrf_checks=True)
        .post(
            f"/{desk}/channels/{connection.hook_token}/",
            body,
            content_type="application/json",
            headers={"X-Hub-Signature-256": sign(body, secret)},
        )
        .status_code
    )


def make_other(name: str = "comment") -> Any:
    payload = load("facebook", name)
    payload["entry"][0]["id"] = OTHER
    return payload


def list_events(cast: Cast) -> list[tuple[str, str, str, bool]]:
    with desk_scope(cast.desk):
        return [
            (event.connection.external_id, event.state, event.reason, bool(event.raw))
            for event in ChannelEvent.objects.select_related("connection").order_by("pk")
        ]


def test_another_page_of_the_desk_and_app_gets_its_events(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        first, _second = connect(rocket, "facebook", PAGE), connect(rocket, "facebook", OTHER)
    assert post(first, "rocket", load("facebook", "message"), make_other()) == 200
    assert list_events(rocket) == [
        (PAGE, "received", "", True),
        (OTHER, "received", "", True),
    ]
    assert post(first, "rocket", load("facebook", "message"), make_other()) == 200
    assert len(list_events(rocket)) == 2


def test_a_page_of_another_desk_is_noted_without_its_content(rocket: Cast, matter: Cast) -> None:
    with desk_scope(matter.desk):
        connect(matter, "facebook", OTHER)
    with desk_scope(rocket.desk):
        first = connect(rocket, "facebook", PAGE)
    assert post(first, "rocket", make_other(), make_other("message")) == 200
    assert list_events(rocket) == [(PAGE, "set_aside", "foreign", False)]
    assert list_events(matter) == []
    with desk_scope(rocket.desk):
        event = ChannelEvent.objects.get()
        assert not process_again(event, at=timezone.now())
        assert describe_reason(event.reason, event.reason_data) == (
            "It belongs to 999, which isn't connected to this desk. Its content wasn't kept."
        )
    assert EventReason(event.reason) == EventReason.FOREIGN


def test_a_page_of_another_app_is_not_spoken_for(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        first = connect(rocket, "facebook", PAGE)
        connect(rocket, "facebook", OTHER, secrets={**SECRETS, "app_secret": "another"})
    assert post(first, "rocket", make_other()) == 200
    assert list_events(rocket) == [(PAGE, "set_aside", "foreign", False)]


def test_another_desks_url_takes_nothing(rocket: Cast, matter: Cast) -> None:
    with desk_scope(rocket.desk):
        first = connect(rocket, "facebook", PAGE)
    assert post(first, "matter", load("facebook", "message")) == 404
    assert post(first, "rocket", load("facebook", "message"), secret="wrong") == 401
    assert list_events(rocket) == list_events(matter) == []


def test_the_handshake_is_answered_at_the_url(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        first = connect(rocket, "facebook", PAGE)
    url = f"/rocket/channels/{first.hook_token}/"
    query = {"hub.mode": "subscribe", "hub.challenge": "42", "hub.verify_token": "meatyhamhock"}
    answer = Client().get(url, query)
    assert (answer.status_code, answer.content) == (200, b"42")
    assert answer.headers["Content-Type"] == "text/plain"
    assert Client().get(url, {**query, "hub.verify_token": "wrong"}).status_code == 401
    assert list_events(rocket) == []
