"""Webhooks of Meta: the handshake, the signature over the raw body, and several pages at once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from channels_intake.connections.contract import RefusedError, Request, UnreadableError
from channels_intake.connections.registry import get_connector
from channels_intake.connectors.meta.signature import make_proof, sign
from channels_intake.models import Connection
from tests.cast import NOON
from tests.connectors.graph import load, make_connection, make_request, receive

CONNECTOR = get_connector("facebook")
PAGE = "682498302938465"


@pytest.fixture
def page() -> Connection:
    return make_connection("facebook", PAGE)


def greet(page: Connection, **query: str) -> str:
    given = {"mode": "subscribe", "verify_token": "meatyhamhock", "challenge": "1158201444"}
    named = {f"hub.{name}": value for name, value in {**given, **query}.items()}
    return CONNECTOR.receive(page, Request("GET", named, {}), at=NOON).answer.body


def test_the_handshake_is_answered_with_the_challenge(page: Connection) -> None:
    assert greet(page) == "1158201444"


@pytest.mark.parametrize(
    "query",
    [
        {"mode": "unsubscribe"},
        {"verify_token": "wrong"},
        {"verify_token": ""},
        {"verify_token": "ü"},
        {"challenge": "<script>"},
        {"challenge": ""},
    ],
)
def test_another_handshake_is_refused(page: Connection, query: dict[str, str]) -> None:
    with pytest.raises(RefusedError):
        greet(page, **query)


def test_without_a_verify_token_no_handshake_is_answered() -> None:
    page = make_connection("facebook", PAGE, secrets={"app_secret": "app secret"})
    with pytest.raises(RefusedError):
        greet(page, verify_token="")


@pytest.mark.parametrize("header", ["x-hub-signature-256", "X-HUB-SIGNATURE-256"])
def test_a_signature_is_found_under_any_spelling_of_its_header(
    page: Connection, header: str
) -> None:
    body = json.dumps(load("facebook", "message")).encode()
    request = Request("POST", {}, {header: sign(body, "app secret")}, body)
    assert len(CONNECTOR.receive(page, request, at=NOON).events) == 1


@pytest.mark.parametrize("given", ["", "sha256=", "sha256=" + "0" * 64, "ü", "sha1=abc"])
def test_a_wrong_signature_is_refused(page: Connection, given: str) -> None:
    body = json.dumps(load("facebook", "message")).encode()
    with pytest.raises(RefusedError):
        CONNECTOR.receive(page, Request("POST", {}, {"X-Hub-Signature-256": given}, body), at=NOON)


def test_the_signature_covers_the_raw_body(page: Connection) -> None:
    body = b'{"object":"page","entry":[]}'
    other = Request("POST", {}, {"X-Hub-Signature-256": sign(body, "app secret")}, body + b" ")
    with pytest.raises(RefusedError):
        CONNECTOR.receive(page, other, at=NOON)


def test_another_apps_secret_counts_for_nothing(page: Connection) -> None:
    with pytest.raises(RefusedError):
        CONNECTOR.receive(page, make_request(b'{"object":"page"}', "other"), at=NOON)


def test_an_empty_secret_signs_nothing() -> None:
    page = make_connection("facebook", PAGE, secrets={"verify_token": "x"})
    with pytest.raises(RefusedError):
        CONNECTOR.receive(page, make_request(b"{}", ""), at=NOON)


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"object":"instagram"}', b"\xff" * 9])
def test_a_genuine_body_that_cannot_be_split_is_unreadable(page: Connection, body: bytes) -> None:
    with pytest.raises(UnreadableError):
        CONNECTOR.receive(page, make_request(body), at=NOON)


def merge(*payloads: Any) -> Any:
    entries = [entry for payload in payloads for entry in payload["entry"]]
    return {"object": "page", "entry": entries}


def test_each_event_of_a_request_is_stored_alone(page: Connection) -> None:
    names = ["message", "edit", "read", "comment", "comment_edited"]
    events = receive(page, merge(*(load("facebook", name) for name in names))).events
    assert [event.event_id for event in events] == [
        "sent:mid.1457764197618:41d102a3e1ae206a38",
        "",
        "",
        "comment:1122334455_998877",
        "",
    ]
    assert {event.place for event in events} == {""}


def test_the_same_event_in_another_request_is_the_same(page: Connection) -> None:
    first, second = load("facebook", "read"), load("facebook", "read")
    second["entry"][0]["time"] += 60_000
    assert receive(page, first).events == receive(page, second).events


def test_an_event_of_another_page_names_it(page: Connection) -> None:
    other = load("facebook", "message")
    other["entry"][0]["id"] = "999"
    places = [event.place for event in receive(page, merge(load("facebook", "echo"), other)).events]
    assert places == ["", "999"]


def test_what_another_app_answers_is_left_alone(page: Connection) -> None:
    payload = load("facebook", "message")
    entry = payload["entry"][0]
    entry["standby"] = entry.pop("messaging")
    [event] = receive(page, payload).events
    assert CONNECTOR.translate(page, event.raw) == []


def test_the_proof_is_the_tokens_hmac() -> None:
    proof = "e941110e3d2bfe82621f0e3e1434730d7305d106c5f68c87165d0b27a4611a4a"
    assert make_proof("token", "secret") == proof
