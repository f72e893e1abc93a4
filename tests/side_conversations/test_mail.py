"""Email of side conversations: out with a thread of its own, and back to where only agents look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.core import mail

from accounts.models import Contact
from accounts.tenancy import desk_scope
from channels_intake.models import InboundMessage, InboundState, OutgoingEmail, ReplyToken
from channels_intake.outgoing.side_mail import send_failed_again
from channels_intake.reasons import InboundReason
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail
from tests.side_conversations.conftest import SECRET, VENDOR, Side, start
from tickets.actors import Actor
from tickets.errors import ConflictError
from tickets.models import (
    Message,
    Notification,
    SideMessage,
    SideState,
    State,
    Ticket,
    TicketEvent,
)
from tickets.services import assign, close
from tickets.side_conversations.writing import finish_side, write_side

TakeIn = Callable[..., InboundMessage]
RunMail = Callable[..., None]
LATER = NOON + timedelta(minutes=5)


def test_the_email_has_its_own_thread_and_nothing_of_the_customer(side: Side) -> None:
    [sent] = [one for one in mail.outbox if one.to == [VENDOR]]
    assert sent.subject == "Router"
    assert sent.reply_to == [side.address]
    assert "In-Reply-To" not in sent.extra_headers
    assert "Auto-Submitted" not in sent.extra_headers
    whole = sent.message().as_string()
    with desk_scope(side.cast.desk):
        named = [side.ticket.reference, side.ticket.subject, side.ticket.contact.email]
        tokens = list(ReplyToken.objects.values_list("token", flat=True))
    assert not [word for word in [*named, *tokens] if word in whole]


def test_an_answer_is_internal_and_moves_nothing_of_the_ticket(
    side: Side, take_in: TakeIn, run_mail: RunMail
) -> None:
    mail.outbox.clear()
    with desk_scope(side.cast.desk):
        before = _read_customers_side(side.ticket)
        by = Actor.of(side.cast.lead)
        assign(ticket_id=side.ticket.pk, agent=side.cast.analyst, by=by, at=NOON)
    inbound = take_in(side.answer(files=[("log.pdf", b"%PDF")]), at=LATER)
    run_mail(side.cast.desk, at=LATER)
    assert (inbound.state, inbound.reason) == (InboundState.PROCESSED, InboundReason.ANSWERED)
    assert (inbound.ticket, inbound.message) == (side.ticket, None)
    with desk_scope(side.cast.desk):
        assert _read_customers_side(side.ticket) == before
        message = SideMessage.objects.get(agent=None)
        assert (message.body_text.strip(), message.sender) == (SECRET, VENDOR)
        assert (message.is_unverified, message.is_automatic) == (False, False)
        assert [file.name for file in message.attachments.all()] == ["log.pdf"]
        side.side.refresh_from_db()
        assert side.side.answered_at == LATER
        told = Notification.objects.filter(event__kind="side.answered")
        assert [one.agent for one in told] == [side.cast.analyst]
        assert not Contact.objects.filter(email=VENDOR).exists()
    assert mail.outbox == []


def _read_customers_side(ticket: Ticket) -> tuple[object, ...]:
    ticket.refresh_from_db()
    fields = ("status", "unanswered_since", "first_responded_at", "waiting_since", "close_at")
    moves = TicketEvent.objects.filter(ticket=ticket, kind__startswith="sla.").count()
    messages = list(Message.objects.values_list("pk", flat=True))
    return (messages, moves, *(getattr(ticket, name) for name in fields))


def test_who_wrote_is_told_of_the_answer_whoever_has_the_ticket(
    side: Side, take_in: TakeIn, run_mail: RunMail
) -> None:
    with desk_scope(side.cast.desk):
        by = Actor.of(side.cast.lead)
        assign(ticket_id=side.ticket.pk, agent=side.cast.colleague, by=by, at=NOON)
    take_in(side.answer(), at=LATER)
    run_mail(side.cast.desk, at=LATER)
    with desk_scope(side.cast.desk):
        told = Notification.objects.filter(event__kind="side.answered")
        assert {one.agent for one in told} == {side.cast.analyst, side.cast.colleague}


def test_the_same_email_twice_is_one_message(side: Side, take_in: TakeIn) -> None:
    raw = side.answer()
    assert take_in(raw, at=LATER).state == InboundState.PROCESSED
    again = take_in(raw, at=LATER)
    assert again.state == InboundState.DUPLICATE
    with desk_scope(side.cast.desk):
        answer = SideMessage.objects.get(agent=None)
        assert again.side_message_id == answer.pk


def test_the_next_message_continues_the_thread(
    side: Side, take_in: TakeIn, run_mail: RunMail
) -> None:
    take_in(side.answer(), at=LATER)
    mail.outbox.clear()
    with desk_scope(side.cast.desk):
        write_side(side_id=side.side.pk, agent=side.cast.analyst, text="Thanks.", at=LATER)
    run_mail(side.cast.desk, at=LATER)
    [sent] = mail.outbox
    assert sent.subject == "Re: Router"
    assert sent.extra_headers["In-Reply-To"] == "<a@vendor.example>"
    assert sent.extra_headers["References"].split() == [
        f"<{side.sent.rfc_message_id}>",
        "<a@vendor.example>",
    ]


def test_whoever_is_not_in_it_gets_in_by_the_token_only_and_is_marked(
    side: Side, take_in: TakeIn
) -> None:
    headers = {"In_Reply_To": f"<{side.sent.rfc_message_id}>"}
    by_token = take_in(side.answer("ann@vendor.example"), at=LATER)
    plain = {"to": "support@rocket.example", "message_id": "<b@x.example>"} | headers
    by_headers = take_in(side.answer("eve@x.example", **plain), at=LATER)
    known = plain | {"message_id": "<c@vendor.example>"}
    of_participant = take_in(side.answer(**known), at=LATER)
    forged = known | {"message_id": "<d@vendor.example>", "authentication": "fail"}
    of_forger = take_in(side.answer(**forged), at=LATER)
    assert by_token.state == of_participant.state == InboundState.PROCESSED
    assert (by_headers.state, by_headers.reason) == (
        InboundState.QUARANTINED,
        InboundReason.NOT_IN_SIDE,
    )
    assert of_forger.reason == InboundReason.FAILED_AUTHENTICATION
    with desk_scope(side.cast.desk):
        marks = SideMessage.objects.filter(agent=None).values_list("sender", "is_unverified")
        assert set(marks) == {("ann@vendor.example", True), (VENDOR, False)}
        assert not Message.objects.filter(body_text__contains=SECRET).exists()


def test_a_customer_with_the_token_of_the_ticket_stays_a_customer(
    side: Side, take_in: TakeIn, rocket: Cast, run_mail: RunMail
) -> None:
    """Also if the requester is the third party of the conversation."""
    with desk_scope(rocket.desk):
        ticket, customer = side.ticket, rocket.customer
        token = ReplyToken.objects.get(ticket=ticket, contact=customer).token
    raw = make_mail(
        customer.email,
        f"support+{token}@rocket.example",
        text="Still broken.",
        message_id="<k@acme.example>",
        In_Reply_To=f"<{side.sent.rfc_message_id}>",
    )
    assert take_in(raw, at=LATER).message is not None
    by_side = take_in(side.answer(customer.email, message_id="<l@acme.example>"), at=LATER)
    with desk_scope(rocket.desk):
        assert by_side.message_id is None
        assert SideMessage.objects.get(agent=None).is_unverified


def test_tokens_of_another_desk_lead_nowhere(side: Side, take_in: TakeIn, matter: Cast) -> None:
    token = side.address.partition("+")[2].partition("@")[0]
    inbound = take_in(side.answer(to=f"support+{token}@matter.example"), at=LATER)
    with desk_scope(matter.desk):
        assert not SideMessage.objects.exists()
        assert inbound.reason == InboundReason.OPENED
    with desk_scope(side.cast.desk):
        assert not SideMessage.objects.filter(agent=None).exists()


def test_an_automatic_reply_is_kept_and_tells_nobody(side: Side, take_in: TakeIn) -> None:
    take_in(side.answer(Auto_Submitted="auto-replied"), at=LATER)
    with desk_scope(side.cast.desk):
        assert SideMessage.objects.get(agent=None).is_automatic
        side.side.refresh_from_db()
        assert side.side.answered_at is None
        assert not TicketEvent.objects.filter(kind="side.answered").exists()


def test_an_answer_reopens_the_conversation_and_never_the_ticket(
    side: Side, take_in: TakeIn
) -> None:
    with desk_scope(side.cast.desk):
        finish_side(side_id=side.side.pk, agent=side.cast.analyst, at=NOON)
        finish_side(side_id=side.side.pk, agent=side.cast.analyst, at=NOON)
        assert TicketEvent.objects.filter(kind="side.done").count() == 1
        close(ticket_id=side.ticket.pk, by=Actor.of(side.cast.analyst), at=NOON)
    take_in(side.answer(), at=LATER)
    with desk_scope(side.cast.desk):
        side.side.refresh_from_db()
        side.ticket.refresh_from_db()
        assert side.side.state == SideState.OPEN
        assert side.ticket.status == State.CLOSED


def test_a_bounce_fails_that_message_which_can_be_sent_again_once(
    side: Side, take_in: TakeIn, run_mail: RunMail
) -> None:
    take_in(_make_bounce(side), at=LATER)
    cast = side.cast
    with desk_scope(cast.desk):
        assert OutgoingEmail.objects.get(pk=side.sent.pk).state == "failed"
        message = SideMessage.objects.get()
        send_failed_again(message=message, agent=cast.analyst, at=LATER)
        with pytest.raises(ConflictError):
            send_failed_again(message=message, agent=cast.analyst, at=LATER)
    mail.outbox.clear()
    run_mail(cast.desk, at=LATER)
    assert [one.to for one in mail.outbox] == [[VENDOR]]


def _make_bounce(side: Side) -> bytes:
    report = EmailMessage()
    report["From"] = "Mail Delivery System <mailer-daemon@mx.vendor.example>"
    report["To"] = side.address
    report["Subject"] = "Undelivered"
    report["Message-ID"] = "<bounce@mx.vendor.example>"
    report["Content-Type"] = 'multipart/report; report-type=delivery-status; boundary="b"'
    parts = (
        "Content-Type: text/plain\n\nNo such user.\n",
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.vendor.example\n\n"
        f"Final-Recipient: rfc822; {VENDOR}\nAction: failed\nStatus: 5.1.1\n",
        f"Content-Type: message/rfc822\n\nMessage-ID: <{side.sent.rfc_message_id}>\n\nText\n",
    )
    return report.as_bytes() + b"".join(f"--b\n{part}\n".encode() for part in parts) + b"--b--\n"


def test_each_third_party_has_an_email_of_their_own(
    rocket: Cast, run_mail: RunMail, take_in: TakeIn
) -> None:
    side = start(rocket, run_mail, VENDOR, "two@other.example")
    assert sorted(one.to[0] for one in mail.outbox if one.subject == "Router") == [
        VENDOR,
        "two@other.example",
    ]
    assert len({tuple(one.reply_to) for one in mail.outbox if one.subject == "Router"}) == 2
    inbound = take_in(side.answer("two@other.example"), at=LATER)
    with desk_scope(rocket.desk):
        assert inbound.side_message_id is not None
        assert not SideMessage.objects.get(agent=None).is_unverified
