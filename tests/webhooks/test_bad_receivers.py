"""Receivers that redirect, drip, answer 10 MB, or are inside our own network."""

from __future__ import annotations

import socket

import pytest
from django.core.exceptions import ValidationError

from tests.cast import NOON, Cast
from tests.webhooks.helpers import follow, respond, send, subscribe
from tests.webhooks.receiver import Handler, Receiver, serve_receiver, status
from tickets.models import WebhookDelivery
from tickets.webhooks import attempts, sending

MIB = 1024 * 1024


def send_one(cast: Cast, receiver: Receiver, **fields: object) -> WebhookDelivery:
    hook = subscribe(cast, receiver, **fields)
    respond(cast, cast.open_ticket())
    follow(cast)
    send(hook)
    return WebhookDelivery.objects.get()


def test_a_redirect_is_not_followed(in_rocket: Cast, receiver: Receiver) -> None:
    with serve_receiver() as other:
        receiver.always = status(302, Location=other.url)
        delivery = send_one(in_rocket, receiver)
        assert other.requests == 0
    assert (delivery.state, delivery.status, receiver.requests) == ("waiting", 302, 1)


def test_a_huge_answer_is_cut_off(in_rocket: Cast, receiver: Receiver) -> None:
    receiver.always = status(200, b"x" * 10 * MIB)
    delivery = send_one(in_rocket, receiver)
    assert delivery.state == "waiting"
    assert delivery.log[0]["problem"]["code"] == "too_large"
    assert delivery.answer == ""


def test_the_beginning_of_an_answer_is_kept_without_our_secrets(
    in_rocket: Cast, receiver: Receiver
) -> None:
    def repeat(handler: Handler) -> None:
        signature = handler.headers["webhook-signature"]
        handler.respond(500, f"{signature} {receiver.secret}\0 ".encode() + b"y" * 9000)

    receiver.always = repeat
    delivery = send_one(in_rocket, receiver)
    assert delivery.answer.startswith("… … y")
    assert len(delivery.answer) <= attempts.KEPT_CHARS


def test_an_answer_that_drips_is_cut_off(
    in_rocket: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "SECONDS", 0.5)

    def drip(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        handler.connection.settimeout(0.05)
        try:
            while True:  # until the other side closes
                handler.wfile.write(b".")
                handler.wfile.flush()
                try:
                    if handler.connection.recv(1) == b"":
                        break
                except TimeoutError:
                    pass
        except OSError:
            pass
        handler.close_connection = True

    receiver.always = drip
    delivery = send_one(in_rocket, receiver)
    assert delivery.log[0]["problem"]["code"] == "too_slow"
    assert delivery.state == "waiting"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "169.254.169.254",
        "10.0.0.7",
        "2130706433",
        "[::ffff:10.0.0.1]",
    ],
)
def test_addresses_inside_our_network_are_never_reached(
    in_rocket: Cast, receiver: Receiver, settings: object, host: str
) -> None:
    hook = subscribe(in_rocket, receiver, url=f"https://{host}/hook")
    respond(in_rocket, in_rocket.open_ticket())
    follow(in_rocket)
    settings.MODE = "production"  # type: ignore[attr-defined]
    with pytest.raises(ValidationError):
        hook.clean()
    send(hook)
    delivery = WebhookDelivery.objects.get()
    assert delivery.state == "waiting"
    assert delivery.log[0]["problem"]["code"] in {"not_public", "no_connection"}
    assert receiver.requests == 0


def test_a_name_that_turns_inside_later_is_not_reached(
    in_rocket: Cast, receiver: Receiver, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address that is checked is the one that is connected to."""
    hook = subscribe(in_rocket, receiver, url="https://hooks.example.com/hook")
    respond(in_rocket, in_rocket.open_ticket())
    follow(in_rocket)
    settings.MODE = "production"  # type: ignore[attr-defined]
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: inside)
    send(hook, NOON)
    assert WebhookDelivery.objects.get().log[0]["problem"]["code"] == "not_public"
    assert receiver.requests == 0
