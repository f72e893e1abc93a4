"""Delivery reports of providers on sent emails, in their documented formats."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from accounts.tenancy import desk_scope
from channels_intake.models import MailState, OutgoingEmail
from tests.cast import Cast
from tickets.models import TicketEvent

Post = Callable[..., Any]
RunMail = Callable[..., None]

JSON = "application/json"


CUSTOMER = "customer@acme.example"


def postmark(kind: str, provider_id: str) -> Any:
    if kind == "delivered":
        return {
            "RecordType": "Delivery",
            "MessageID": provider_id,
            "Recipient": CUSTOMER,
            "DeliveredAt": "2026-11-18T13:01:00Z",
            "Details": "250 ok",
            "Metadata": {},
        }
    return {
        "RecordType": "Bounce",
        "Type": "HardBounce",
        "MessageID": provider_id,
        "ID": 4,
        "Email": CUSTOMER,
        "BouncedAt": "2026-11-18T13:01:00Z",
        "Details": "550 unknown user",
        "Description": "The server could not deliver.",
    }


def mailgun(kind: str, provider_id: str) -> Any:
    event = {
        "event": "delivered" if kind == "delivered" else "failed",
        "severity": "permanent",
        "timestamp": 1795006860.0,
        "recipient": CUSTOMER,
        "message": {"headers": {"message-id": provider_id}},
        "delivery-status": {"code": 550, "message": "550 unknown user", "description": ""},
    }
    return {"signature": {"timestamp": "1", "token": "t", "signature": "s"}, "event-data": event}


def sendgrid(kind: str, provider_id: str) -> Any:
    event = {
        "event": "delivered" if kind == "delivered" else "bounce",
        "anymail_id": provider_id,
        "email": CUSTOMER,
        "timestamp": 1795006860,
        "sg_event_id": "x",
    }
    told = {"response": "250 ok"} if kind == "delivered" else {"reason": "550 unknown user"}
    return [event | told]


def mailjet(kind: str, provider_id: str) -> Any:
    event = {
        "event": "sent" if kind == "delivered" else "bounce",
        "time": 1795006860,
        "MessageID": int(provider_id),
        "email": CUSTOMER,
    }
    bounce = {"error": "user unknown", "hard_bounce": True}
    return [event if kind == "delivered" else event | bounce]


SHAPES = {
    "postmark": (postmark, "73e6d360-66eb-11e1-8e72-a8904824019b"),
    "mailgun": (mailgun, "<20261118130000.1.ABCD@rocket.example>"),
    "sendgrid": (sendgrid, "4d5c2bbc-4e9a-4f0e-a9ff-0123456789ab"),
    "mailjet": (mailjet, "19421777835146490"),
}


@pytest.fixture
def sent(rocket: Cast, run_mail: RunMail) -> OutgoingEmail:
    with desk_scope(rocket.desk):
        rocket.open_ticket()
    run_mail(rocket.desk)
    with desk_scope(rocket.desk):
        return OutgoingEmail.objects.get()


def report(post: Post, rocket: Cast, sent: OutgoingEmail, provider: str, kind: str) -> None:
    make, provider_id = SHAPES[provider]
    with desk_scope(rocket.desk):
        OutgoingEmail.objects.filter(pk=sent.pk).update(provider_id=provider_id)
    body = json.dumps(make(kind, provider_id)).encode()
    assert post(f"/inbound/{provider}/tracking/", body, JSON).status_code == 200


@pytest.mark.parametrize("provider", SHAPES)
def test_a_delivery_and_a_later_bounce_are_recorded_once_each(
    rocket: Cast, sent: OutgoingEmail, post: Post, provider: str
) -> None:
    for kind in ("delivered", "delivered", "bounced", "bounced", "delivered"):
        report(post, rocket, sent, provider, kind)

    with desk_scope(rocket.desk):
        assert OutgoingEmail.objects.get().state == MailState.FAILED
        kinds = list(
            TicketEvent.objects.filter(kind__startswith="mail.").values_list("kind", flat=True)
        )
    assert kinds == ["mail.sent", "mail.delivered", "mail.failed"]


@pytest.mark.parametrize("words", ["erased", "timed_out", "nothing_sent"])
def test_a_report_in_the_words_of_our_own_codes_is_recorded(
    rocket: Cast, sent: OutgoingEmail, post: Post, words: str
) -> None:
    with desk_scope(rocket.desk):
        OutgoingEmail.objects.filter(pk=sent.pk).update(provider_id="1")
    [event] = sendgrid("bounced", "1")
    body = json.dumps([event | {"reason": words}]).encode()
    assert post("/inbound/sendgrid/tracking/", body, JSON).status_code == 200

    with desk_scope(rocket.desk):
        assert OutgoingEmail.objects.get().state == MailState.FAILED


def test_reports_on_unknown_mails_and_broken_reports_change_nothing(
    rocket: Cast, sent: OutgoingEmail, post: Post
) -> None:
    others = [
        json.dumps(postmark("bounced", name)).encode() for name in ("somebody-elses", "a\x00b")
    ]
    bodies = [*others, b"{", b"[]", b"[3]", b'"x"', b""]
    for body in bodies:
        for provider in SHAPES:
            assert post(f"/inbound/{provider}/tracking/", body, JSON).status_code == 200

    with desk_scope(rocket.desk):
        assert OutgoingEmail.objects.get().state == MailState.SENT


@pytest.mark.parametrize("secret", ["", "wrong"])
def test_a_report_without_the_right_secret_is_refused(
    rocket: Cast, sent: OutgoingEmail, post: Post, secret: str
) -> None:
    body = json.dumps(postmark("bounced", sent.provider_id or "x")).encode()

    for provider in SHAPES:
        assert post(f"/inbound/{provider}/tracking/", body, JSON, secret=secret).status_code == 403
    with desk_scope(rocket.desk):
        assert OutgoingEmail.objects.get().state == MailState.SENT
