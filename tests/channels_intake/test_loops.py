"""Email from machines gets no email back and reopens nothing (reliability.md, "Loops")."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.core import mail

from accounts.tenancy import desk_scope
from channels_intake.models import InboundMessage, ReplyToken
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail
from tickets.actors import Actor
from tickets.models import State, Ticket
from tickets.services import close

TakeIn = Callable[..., InboundMessage]
RunMail = Callable[..., None]

# How real machines mark their email; {} stands for an empty SMTP sender.
SHAPES: list[dict[str, str]] = [
    {"Auto_Submitted": "auto-replied"},
    {"Auto_Submitted": "auto-generated; owner-email=x@y.example"},
    {"Auto_Submitted": "auto-notified"},
    {"X_Auto_Response_Suppress": "All"},
    {"X_Auto_Response_Suppress": "OOF, AutoReply"},
    {"X_Autoreply": "yes"},
    {"X_Autorespond": "Out of office"},
    {"Precedence": "bulk"},
    {"Precedence": "auto_reply"},
    {"Precedence": "list"},
    {"List_Id": "<news.acme.example>"},
    {"Return_Path": "<>"},
    {"X_Failed_Recipients": "support@rocket.example"},
    {"X_Plumbline_Desk": "matter"},
    {"X_Loop": "support@rocket.example"},
    {},
]


def closed_ticket(cast: Cast) -> tuple[Ticket, str]:
    """A closed ticket that a reply would reopen, and its reply address."""
    with desk_scope(cast.desk):
        ticket = cast.open_ticket()
        close(ticket_id=ticket.pk, by=Actor.of(cast.analyst), at=NOON)
        token = ReplyToken.objects.create(
            desk=cast.desk, ticket=ticket, contact=cast.customer, created_at=NOON
        )
    return ticket, f"support+{token.token}@{cast.desk.slug}.example"


def test_sixteen_kinds_of_machine_mail_get_no_mail_back_and_reopen_nothing(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail
) -> None:
    ticket, address = closed_ticket(rocket)
    run_mail(rocket.desk)
    mail.outbox.clear()
    assert len(SHAPES) == 16
    for number, marks in enumerate(SHAPES):
        for to in ("support@rocket.example", address):
            raw = make_mail(to=to, message_id=f"<{number}.{to}>", text=f"Noted {number}", **marks)
            assert take_in(raw, sender="" if marks else "<>").automatic
    run_mail(rocket.desk, at=NOON + timedelta(minutes=1))

    assert mail.outbox == []
    with desk_scope(rocket.desk):
        assert Ticket.objects.get(pk=ticket.pk).status == State.CLOSED


def test_a_flood_of_bounces_makes_no_mail(rocket: Cast, take_in: TakeIn, run_mail: RunMail) -> None:
    """One delayed bounce became a thousand elsewhere; all take the same path: sixty do."""
    _, address = closed_ticket(rocket)
    run_mail(rocket.desk)
    mail.outbox.clear()
    for number in range(60):
        to = address if number % 2 else "support@rocket.example"
        raw = make_mail(
            "MAILER-DAEMON@acme.example", to, message_id=f"<{number}@bounce>", authentication="none"
        )
        take_in(raw, sender="<>")
        if number % 20 == 0:
            run_mail(rocket.desk, at=NOON + timedelta(minutes=number))

    assert mail.outbox == []
    with desk_scope(rocket.desk):
        assert Ticket.objects.get().status == State.CLOSED
