"""A bounce is never a person's message: only a real delivery report is accepted (RFC 3464)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from accounts.models import Contact
from accounts.tenancy import desk_scope
from channels_intake.models import InboundMessage, InboundState, MailState, OutgoingEmail
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail
from tickets.models import Attachment, Message, State, Ticket, TicketEvent
from tickets.services import reply
from tickets.timeline import describe_event

TakeIn = Callable[..., InboundMessage]
RunMail = Callable[..., None]

LATER = NOON + timedelta(minutes=5)
DAEMON = "Mail Delivery System <mailer-daemon@mx.acme.example>"


@dataclass
class Scene:
    """A ticket that waits for the customer, and the email with the agent's reply."""

    ticket: Ticket
    sent: OutgoingEmail

    @property
    def state(self) -> str:
        return OutgoingEmail.objects.get(pk=self.sent.pk).state


@pytest.fixture
def scene(rocket: Cast, run_mail: RunMail) -> Scene:
    return make_scene(rocket, run_mail)


def make_scene(cast: Cast, run_mail: RunMail, contact: Contact | None = None) -> Scene:
    with desk_scope(cast.desk):
        ticket = cast.open_ticket(contact=contact) if contact else cast.open_ticket()
        reply(ticket_id=ticket.pk, agent=cast.analyst, text="Did it help?", at=NOON)
    run_mail(cast.desk)
    with desk_scope(cast.desk):
        sent = OutgoingEmail.objects.get(ticket=ticket, kind="reply")
        return Scene(ticket, sent)


def make_report(
    scene: Scene,
    *,
    to: str = "",
    sender: str = DAEMON,
    recipient: str = "",
    action: str = "failed",
    returned: str = "",
    original: str = "",
    in_reply_to: str = "",
    kind: str = "multipart/report; report-type=delivery-status",
    status_kind: str = "message/delivery-status",
) -> bytes:
    """Make a delivery report as mail servers do. returned, original: Message-IDs without <>."""
    lines = [
        "Authentication-Results: mx.tests.example; dmarc=fail header.from=mx.acme.example",
        f"From: {sender}",
        f"To: {to or scene.sent.reply_to}",
        "Subject: Undelivered Mail Returned to Sender",
        f"Message-ID: <report-{action}@mx.acme.example>",
        "Auto-Submitted: auto-replied",
        *([f"In-Reply-To: <{in_reply_to}>"] if in_reply_to else []),
        "MIME-Version: 1.0",
        f'Content-Type: {kind}; boundary="M"',
        "",
        "--M",
        "Content-Type: text/plain; charset=utf-8",
        "",
        "This is the mail system. Your mail could not be delivered.",
        "--M",
        f"Content-Type: {status_kind}",
        "",
        "Reporting-MTA: dns; mx.acme.example",
        *([f"Original-Message-ID: <{original}>"] if original else []),
        "",
        f"Final-Recipient: rfc822; {recipient or scene.sent.to_address}",
        f"Action: {action}",
        "Status: 5.1.1",
        "Diagnostic-Code: smtp; 550 5.1.1 User unknown",
        "",
        "--M",
        "Content-Type: message/rfc822",
        "",
        *([f"Message-ID: <{returned}>"] if returned else ["X-Nothing: 1"]),
        "Subject: Re: The server does not start",
        "",
        "Did it help?",
        "--M--",
        "",
    ]
    return "\r\n".join(lines).encode()


@pytest.mark.parametrize("proof", ["returned", "original", "in_reply_to"])
@pytest.mark.parametrize("to", ["", "support@rocket.example"], ids=["token", "plain"])
def test_a_real_report_marks_the_email_failed_and_adds_no_message(
    rocket: Cast, take_in: TakeIn, scene: Scene, proof: str, to: str
) -> None:
    raw = make_report(scene, to=to, **{proof: scene.sent.rfc_message_id})
    inbound = take_in(raw, sender="<>", at=LATER)

    assert (inbound.state, inbound.ticket) == (InboundState.PROCESSED, scene.ticket)
    assert inbound.message is None
    assert scene.ticket.reference in inbound.explanation
    with desk_scope(rocket.desk):
        sent = OutgoingEmail.objects.get(pk=scene.sent.pk)
        assert sent.state == MailState.FAILED
        assert "550 5.1.1 User unknown" in sent.last_error
        assert Ticket.objects.get(pk=scene.ticket.pk).status == State.WAITING
        assert Message.objects.count() == 2
        assert not Attachment.objects.exists()
        event = TicketEvent.objects.get(kind="mail.failed")
        assert (event.actor_kind, event.channel) == ("system", "email")
        sentence = describe_event(event, desk=rocket.desk)
        assert "550 5.1.1 User unknown" in sentence
        assert "mailer-daemon@mx.acme.example" in sentence


def test_the_same_report_twice_is_one_event(rocket: Cast, take_in: TakeIn, scene: Scene) -> None:
    raw = make_report(scene, returned=scene.sent.rfc_message_id)
    take_in(raw, sender="<>", at=LATER)
    take_in(raw.replace(b"<report-", b"<second-"), sender="<>", at=LATER)

    with desk_scope(rocket.desk):
        assert TicketEvent.objects.filter(kind="mail.failed").count() == 1


def test_a_report_of_a_delay_is_an_event_and_the_email_may_still_arrive(
    rocket: Cast, take_in: TakeIn, scene: Scene
) -> None:
    raw = make_report(scene, action="delayed", in_reply_to=scene.sent.rfc_message_id)
    inbound = take_in(raw, sender="<>", at=LATER)

    assert (inbound.ticket, inbound.message) == (scene.ticket, None)
    with desk_scope(rocket.desk):
        assert scene.state == MailState.SENT
        event = TicketEvent.objects.get(kind="mail.delayed")
        assert "delayed" in describe_event(event, desk=rocket.desk)


def test_a_report_of_success_marks_the_email_delivered(
    rocket: Cast, take_in: TakeIn, scene: Scene
) -> None:
    raw = make_report(scene, action="delivered", returned=scene.sent.rfc_message_id)
    assert take_in(raw, sender="<>", at=LATER).ticket == scene.ticket
    with desk_scope(rocket.desk):
        assert scene.state == MailState.DELIVERED


def test_a_report_needs_no_readable_sender(rocket: Cast, take_in: TakeIn, scene: Scene) -> None:
    raw = make_report(scene, sender="<MAILER-DAEMON>", returned=scene.sent.rfc_message_id)
    assert take_in(raw, sender="<>", at=LATER).ticket == scene.ticket
    with desk_scope(rocket.desk):
        assert scene.state == MailState.FAILED


@pytest.mark.parametrize(
    "forged",
    [
        {},
        {"returned": "other@elsewhere.example"},
        {"in_reply_to": "other@elsewhere.example"},
        {"returned": "OURS", "recipient": "other@acme.example"},
        {"returned": "OURS", "kind": "multipart/report; report-type=feedback-report"},
        {"returned": "OURS", "action": "exploded"},
        {"returned": "other@elsewhere.example", "in_reply_to": "OURS"},
        {"in_reply_to": "OURS", "kind": "multipart/mixed", "status_kind": "text/plain"},
        {"returned": "OURS", "kind": "multipart/mixed", "recipient": "other@acme.example"},
    ],
    ids=str,
)
def test_a_report_that_is_not_about_our_email_changes_nothing(
    rocket: Cast, take_in: TakeIn, scene: Scene, forged: dict[str, str]
) -> None:
    facts = {k: v.replace("OURS", scene.sent.rfc_message_id) for k, v in forged.items()}
    inbound = take_in(make_report(scene, **facts), sender="<>", at=LATER)

    assert inbound.state == InboundState.QUARANTINED
    assert inbound.message is None
    with desk_scope(rocket.desk):
        assert scene.state == MailState.SENT
        assert Message.objects.count() == 2


def test_a_report_to_one_persons_token_says_nothing_about_anothers_email(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail, scene: Scene
) -> None:
    other = make_scene(rocket, run_mail, contact=rocket.elsewhere)
    raw = make_report(
        scene,
        to=scene.sent.reply_to,
        recipient=other.sent.to_address,
        returned=other.sent.rfc_message_id,
    )
    assert take_in(raw, sender="<>", at=LATER).state == InboundState.QUARANTINED
    with desk_scope(rocket.desk):
        assert other.state == MailState.SENT


def test_a_report_to_another_desk_says_nothing_about_ours(
    rocket: Cast, matter: Cast, take_in: TakeIn, scene: Scene
) -> None:
    raw = make_report(scene, to="support@matter.example", returned=scene.sent.rfc_message_id)
    assert take_in(raw, sender="<>", at=LATER).state == InboundState.QUARANTINED
    with desk_scope(rocket.desk):
        assert scene.state == MailState.SENT


SIGNS: dict[str, dict[str, str]] = {
    "failed recipients": {"X_Failed_Recipients": "customer@acme.example"},
    "return path": {"Return_Path": "<>"},
    "subject": {"subject": "Undeliverable: The server does not start"},
    "postmaster": {"sender": "postmaster@nowhere.example"},
    "daemon": {"sender": "mailer-daemon@nowhere.example"},
    "envelope": {"envelope": "<>"},
    "daemon's envelope": {"envelope": "mailer-daemon@nowhere.example"},
    "vacation": {"Auto_Submitted": "auto-replied", "Return_Path": "<>"},
}


@pytest.mark.parametrize("authentication", ["pass", "fail", "none"])
@pytest.mark.parametrize("sign", SIGNS.values(), ids=SIGNS.keys())
def test_no_sign_of_a_bounce_lets_a_stranger_speak_as_the_customer(
    rocket: Cast, take_in: TakeIn, scene: Scene, sign: dict[str, str], authentication: str
) -> None:
    marks = {"sender": "evil@nowhere.example", **sign}
    envelope = marks.pop("envelope", "")
    raw = make_mail(
        to=scene.sent.reply_to,
        text="Please send the password to evil@nowhere.example.",
        authentication=authentication,
        files=[("invoice.pdf", b"%PDF-1.4")],
        In_Reply_To=f"<{scene.sent.rfc_message_id}>",
        **marks,
    )
    inbound = take_in(raw, sender=envelope, at=LATER)

    assert inbound.state == InboundState.QUARANTINED
    with desk_scope(rocket.desk):
        assert Message.objects.count() == 2
        assert not Attachment.objects.exists()
        assert scene.state == MailState.SENT
        assert Ticket.objects.get(pk=scene.ticket.pk).status == State.WAITING


def test_a_vacation_reply_with_an_empty_envelope_sender_is_the_persons_own(
    rocket: Cast, take_in: TakeIn, scene: Scene
) -> None:
    """Out-of-office notes are sent from "<>" too (RFC 3834); From says whose they are."""
    raw = make_mail(to=scene.sent.reply_to, Auto_Submitted="auto-replied", Return_Path="<>")
    inbound = take_in(raw, sender="<>", at=LATER)

    assert inbound.ticket == scene.ticket
    assert inbound.message.is_automatic
    assert inbound.message.contact_id == rocket.customer.pk
