"""Bounces in no standard form count by the return path or by the copy that they include (M25)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.tenancy import desk_scope
from channels_intake.mime.parsing import parse_message
from channels_intake.models import InboundMessage, InboundState, MailState, OutgoingEmail
from channels_intake.outgoing.return_paths import make_return_path
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail
from tests.channels_intake.test_bounces import Scene, make_report, make_scene
from tests.effort import run_within
from tickets.models import Message, State, Ticket, TicketEvent

TakeIn = Callable[..., InboundMessage]
RunMail = Callable[..., None]
LATER = NOON + timedelta(minutes=5)
OWN = "support@rocket.example"

QMAIL = """\
Hi. This is the qmail-send program at mx.acme.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{to}>:
192.0.2.7 does not like recipient.
Remote host said: 550 5.1.1 User unknown
Giving up on 192.0.2.7.

--- Below this line is a copy of the message.

Return-Path: <support@rocket.example>
Received: (qmail 1234 invoked by uid 89); 23 Nov 2026 12:00:00 -0000
Message-ID: <{id}>
Subject: Re: The server does not start

Did it help?
"""
EXCHANGE = """\
Delivery has failed to these recipients or groups:

{to}
The email address you entered couldn't be found. Please check it and try again.

Diagnostic information for administrators:
Generating server: MX1.acme.example
{to}
Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found'

Original message headers:
Received: from mx.rocket.example by MX1.acme.example
From: Analyst <support@rocket.example>
Message-ID: <{id}>
"""
POSTFIX = """\
This is the mail system at host mx.acme.example.
I'm sorry to have to inform you that your message could not be delivered to one recipient.

<{to}>: host mx.acme.example[192.0.2.7] said: 552 5.2.2 Mailbox full
"""
SENDERS = {
    "qmail": ("MAILER-DAEMON@mx.acme.example", "failure notice", QMAIL),
    "exchange": (
        "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@acme.example",
        "Undeliverable: Re: The server does not start",
        EXCHANGE,
    ),
    "postfix": ("mailer-daemon@acme.example", "Undelivered Mail Returned to Sender", POSTFIX),
}


@pytest.fixture(autouse=True)
def return_paths(settings: Any) -> None:
    settings.EMAIL_RETURN_PATHS = True


@pytest.fixture
def scene(rocket: Cast, run_mail: RunMail) -> Scene:
    return make_scene(rocket, run_mail)


def make_bounce(
    scene: Scene,
    kind: str,
    *,
    to: str = OWN,
    recipient: str = "",
    original: str = "",
    sender: str = "",
    **headers: str,
) -> bytes:
    daemon, subject, text = SENDERS[kind]
    text = text.format(
        to=recipient or scene.sent.to_address, id=original or scene.sent.rfc_message_id
    )
    message_id = f"<{kind}-{len(to)}@mx.acme.example>"
    return make_mail(
        sender or daemon,
        to,
        subject=subject,
        text=text,
        message_id=message_id,
        authentication="none",
        **headers,
    )


def get_sent(cast: Cast, scene: Scene) -> OutgoingEmail:
    with desk_scope(cast.desk):
        return OutgoingEmail.objects.get(pk=scene.sent.pk)


def assert_unchanged(cast: Cast, scene: Scene, inbound: InboundMessage) -> None:
    assert inbound.state == InboundState.QUARANTINED
    assert get_sent(cast, scene).state == MailState.SENT
    with desk_scope(cast.desk):
        assert Ticket.objects.filter(desk=cast.desk).count() == 1
        assert Message.objects.count() == 2


def test_the_copy_in_a_bounce_of_qmail_and_exchange_names_the_email(
    rocket: Cast, run_mail: RunMail, take_in: TakeIn
) -> None:
    expected = {"qmail": "550 5.1.1 User unknown", "exchange": "550 5.1.10 RESOLVER"}
    for kind, words in expected.items():
        scene = make_scene(rocket, run_mail)
        inbound = take_in(make_bounce(scene, kind), sender="<>", at=LATER)

        assert (inbound.ticket, inbound.message) == (scene.ticket, None), inbound.explanation
        sent = get_sent(rocket, scene)
        assert sent.state == MailState.FAILED
        assert sent.last_error.startswith(words)
        run_mail(rocket.desk, at=LATER)
        with desk_scope(rocket.desk):
            assert Ticket.objects.get(pk=scene.ticket.pk).status == State.INVESTIGATING


def test_the_return_path_names_the_email_of_a_bounce_without_any_copy(
    rocket: Cast, scene: Scene, take_in: TakeIn
) -> None:
    path = make_return_path(scene.sent)
    raw = make_bounce(scene, "postfix", to=path, recipient="someone@forwarded.example")
    take_in(raw, sender="<>", at=LATER)
    take_in(raw.replace(b"<postfix-", b"<again-"), sender="<>", at=LATER)

    assert get_sent(rocket, scene).last_error == "552 5.2.2 Mailbox full"
    with desk_scope(rocket.desk):
        assert TicketEvent.objects.filter(kind="mail.failed").count() == 1


def test_a_report_that_a_gateway_rewrote_counts_by_its_parts(
    rocket: Cast, scene: Scene, take_in: TakeIn
) -> None:
    raw = make_report(scene, to=OWN, returned=scene.sent.rfc_message_id, kind="multipart/mixed")
    assert take_in(raw, sender="<>", at=LATER).ticket == scene.ticket
    assert get_sent(rocket, scene).last_error == "550 5.1.1 User unknown"


def test_a_warning_of_a_delay_fails_nothing(rocket: Cast, scene: Scene, take_in: TakeIn) -> None:
    raw = make_bounce(scene, "qmail").replace(
        b"failure notice", b"Warning: message delayed 4 hours"
    )
    assert take_in(raw, sender="<>", at=LATER).ticket == scene.ticket
    assert get_sent(rocket, scene).state == MailState.SENT
    with desk_scope(rocket.desk):
        assert TicketEvent.objects.filter(kind="mail.delayed").count() == 1


def test_a_bounce_that_names_no_email_of_ours_changes_nothing_and_opens_no_ticket(
    rocket: Cast, scene: Scene, take_in: TakeIn
) -> None:
    known = scene.sent.rfc_message_id
    forged = f"support+bounce-{scene.sent.pk}-{'0' * 20}@rocket.example"
    stray = [
        make_bounce(scene, "qmail", original="other@elsewhere.example"),
        make_bounce(scene, "qmail", recipient="other@acme.example"),
        make_bounce(scene, "postfix", In_Reply_To=f"<{known}>"),
        make_bounce(scene, "postfix", to=forged),
    ]
    for number, raw in enumerate(stray):
        raw = raw.replace(b"Message-ID: <qmail", b"Message-ID: <%d-qmail" % number)
        for sender in ("<>", ""):  # with and without what the mail server knows
            mail = raw.replace(b"@mx.acme.example>\n", b"@mx%d.acme.example>\n" % len(sender))
            assert_unchanged(rocket, scene, take_in(mail, sender=sender, at=LATER))


def test_people_and_their_autoresponders_bounce_nothing(
    rocket: Cast, scene: Scene, take_in: TakeIn
) -> None:
    known = scene.sent.rfc_message_id
    quoted = QMAIL.format(to=scene.sent.to_address, id=known)
    person = make_mail("evil@nowhere.example", text=quoted, subject="failure notice")
    note = make_mail(
        to=make_return_path(scene.sent),
        text="I am away. 550 Main Street",
        message_id="<n@x.example>",
    )
    assert take_in(person, at=LATER).message is not None  # an ordinary ticket of a stranger
    take_in(note, sender="<>", at=LATER)
    assert get_sent(rocket, scene).state == MailState.SENT


def test_a_bounce_at_another_desk_changes_nothing_at_ours(
    rocket: Cast, matter: Cast, scene: Scene, take_in: TakeIn
) -> None:
    token = make_return_path(scene.sent).partition("@")[0]
    for to in ("support@matter.example", f"{token}@matter.example"):
        inbound = take_in(make_bounce(scene, "qmail", to=to), sender="<>", at=LATER)
        assert inbound.state == InboundState.QUARANTINED
    assert get_sent(rocket, scene).state == MailState.SENT


def test_a_complaint_about_an_email_is_no_bounce(
    rocket: Cast, scene: Scene, take_in: TakeIn
) -> None:
    kind = "multipart/report; report-type=feedback-report"
    raw = make_report(scene, to=OWN, returned=scene.sent.rfc_message_id, kind=kind)
    assert_unchanged(rocket, scene, take_in(raw, sender="<>", at=LATER))


def test_a_hostile_bounce_is_read_in_linear_time() -> None:
    hostile = ["a@" * 50_000, "delivery " * 20_000, "> " * 50_000 + "Message-ID:", "5" * 100_000]
    for text in hostile:
        raw = b"From: MAILER-DAEMON@x.example\nSubject: failure notice\n\n" + text.encode()
        run_within(20, parse_message, raw, envelope_sender="<>")
