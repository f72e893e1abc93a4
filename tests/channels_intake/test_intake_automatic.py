"""Automatic email opens no ticket, changes nothing, and never gets a reply (RFC 3834)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail

from accounts.tenancy import desk_scope
from channels_intake.models import InboundMessage, InboundState, OutgoingEmail, ReplyToken
from channels_intake.outgoing import automatic_mail
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail
from tickets.models import Message, State, Ticket, TicketEvent
from tickets.services import reply

TakeIn = Callable[..., InboundMessage]
RunMail = Callable[..., None]

OWN = {"X_Plumbline_Desk": "matter", "Auto_Submitted": "auto-replied"}
AUTO_REPLY = {"Auto_Submitted": "auto-replied"}


def waiting_ticket(cast: Cast) -> tuple[Ticket, str]:
    """Return a ticket that waits for the customer, and its reply address."""
    with desk_scope(cast.desk):
        ticket = cast.open_ticket()
        reply(ticket_id=ticket.pk, agent=cast.analyst, text="Did it help?", at=NOON)
        token = ReplyToken.objects.create(
            desk=cast.desk, ticket=ticket, contact=cast.customer, created_at=NOON
        )
    return ticket, f"support+{token.token}@{cast.desk.slug}.example"


@pytest.mark.parametrize(
    "marks", [OWN, AUTO_REPLY, {"Return_Path": "<>"}], ids=["own", "auto-reply", "bounce"]
)
def test_a_new_automatic_mail_is_quarantined(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail, marks: dict[str, str]
) -> None:
    inbound = take_in(make_mail(**marks))
    run_mail(rocket.desk)

    assert inbound.state == InboundState.QUARANTINED
    assert inbound.automatic
    with desk_scope(rocket.desk):
        assert not Ticket.objects.exists()
    assert mail.outbox == []


def test_an_out_of_office_note_joins_its_ticket_and_moves_nothing(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail
) -> None:
    ticket, address = waiting_ticket(rocket)
    inbound = take_in(make_mail(to=address, text="I am away.", **AUTO_REPLY))
    run_mail(rocket.desk, at=NOON + timedelta(minutes=1))

    assert inbound.ticket == ticket
    with desk_scope(rocket.desk):
        ticket = Ticket.objects.get()
        assert ticket.status == State.WAITING
        assert ticket.close_at == NOON + timedelta(days=7)
        assert Message.objects.get(body_text__startswith="I am away.").is_automatic
        assert TicketEvent.objects.filter(kind="machine.responded").count() == 1


def test_a_bounce_to_the_reply_address_joins_nothing(rocket: Cast, take_in: TakeIn) -> None:
    """test_bounces.py has the delivery reports that are accepted."""
    _, address = waiting_ticket(rocket)
    inbound = take_in(
        make_mail("MAILER-DAEMON@acme.example", address, authentication="none"), sender="<>"
    )

    assert inbound.state == InboundState.QUARANTINED
    assert inbound.message is None


def test_a_read_receipt_is_automatic_and_its_readers_own(rocket: Cast, take_in: TakeIn) -> None:
    ticket, address = waiting_ticket(rocket)
    raw = make_mail(to=address).replace(
        b"Content-Type: text/plain",
        b"Content-Type: multipart/report; report-type=disposition-notification; x=",
    )
    inbound = take_in(raw, sender="<>")

    assert inbound.ticket == ticket
    assert inbound.message.is_automatic
    assert inbound.message.contact_id == rocket.customer.pk


def test_an_alert_of_a_program_opens_a_ticket_without_a_receipt(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail
) -> None:
    take_in(make_mail("monitor@acme.example", Auto_Submitted="auto-generated"))
    run_mail(rocket.desk)

    with desk_scope(rocket.desk):
        assert Ticket.objects.count() == 1
        assert not OutgoingEmail.objects.exists()


def test_the_desks_own_mailbox_as_sender_opens_nothing(rocket: Cast, take_in: TakeIn) -> None:
    assert take_in(make_mail("support@rocket.example")).state == InboundState.QUARANTINED


def test_two_desks_answering_each_other_send_one_mail_each_way_at_most(
    rocket: Cast, matter: Cast, take_in: TakeIn, run_mail: RunMail
) -> None:
    take_in(make_mail("support@matter.example", "support@rocket.example"))
    run_mail(rocket.desk)
    sent = 0
    for round_number in range(1, 6):
        for message in mail.outbox[sent:]:
            take_in(message.message().as_bytes(), at=NOON + timedelta(minutes=round_number))
        sent = len(mail.outbox)
        for cast in (rocket, matter):
            run_mail(cast.desk, at=NOON + timedelta(minutes=round_number))

    assert len(mail.outbox) == 1


def test_a_machine_without_marks_gets_a_bounded_number_of_receipts(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(automatic_mail, "MAX_RECEIPTS", 4)
    for number in range(6):
        take_in(make_mail(message_id=f"<{number}@acme.example>", text=f"Ticket {number}"))
    run_mail(rocket.desk)

    with desk_scope(rocket.desk):
        assert Ticket.objects.count() == 6
    assert len(mail.outbox) == 4


def test_an_unverified_address_gets_three_mails_a_day_without_the_submitted_text(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail
) -> None:
    for number in range(6):
        raw = make_mail(
            "Cheap Pills <victim@free.example>",
            subject="Cheap pills at evil.example",
            text=f"Buy {number} pills",
            message_id=f"<{number}@x.example>",
            authentication="none",
        )
        take_in(raw)
    run_mail(rocket.desk)

    assert len(mail.outbox) == 3
    for sent in mail.outbox:
        assert "pills" not in str(sent.message()).lower()
        assert sent.subject.endswith("] We received your request")


def test_a_sender_who_failed_authentication_gets_no_automatic_mail(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail
) -> None:
    take_in(make_mail(authentication="fail"))
    run_mail(rocket.desk)

    with desk_scope(rocket.desk):
        assert Ticket.objects.count() == 1
    assert mail.outbox == []
