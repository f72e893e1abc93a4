"""Email from machines gets no email back and reopens nothing."""

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

# How real machines mark their email; {} stands for an empty SMTP sender. People's email carries
# the last eight too.
MACHINES: list[dict[str, str]] = [
    {"Auto_Submitted": "auto-replied"},
    {"Auto_Submitted": "auto-notified"},
    {"X_Autoreply": "yes"},
    {"X_Autorespond": "Out of office"},
    {"Precedence": "auto_reply"},
    {"Return_Path": "<>"},
    {"X_Failed_Recipients": "support@rocket.example"},
    {"X_Plumbline_Desk": "matter", "Auto_Submitted": "auto-replied"},
    {},
]
UNANSWERABLE: list[dict[str, str]] = [
    {"Auto_Submitted": "auto-generated; owner-email=x@y.example"},
    {"X_Auto_Response_Suppress": "All"},
    {"X_Auto_Response_Suppress": "OOF, AutoReply"},
    {"Precedence": "bulk"},
    {"Precedence": "list"},
    {"List_Id": "<news.acme.example>"},
    {"X_Loop": "support@rocket.example"},
    {"X_Plumbline_Desk": "matter"},  # an agent of another desk wrote it
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


def send_all(take_in: TakeIn, shapes: list[dict[str, str]], address: str) -> None:
    for number, marks in enumerate(shapes):
        for to in ("support@rocket.example", address):
            raw = make_mail(to=to, message_id=f"<{number}.{to}>", text=f"Noted {number}", **marks)
            assert take_in(raw, sender="" if marks else "<>").automatic


def test_machine_mail_gets_no_mail_back_and_reopens_nothing(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail
) -> None:
    ticket, address = closed_ticket(rocket)
    run_mail(rocket.desk)
    mail.outbox.clear()
    assert len(MACHINES) + len(UNANSWERABLE) == 17
    send_all(take_in, MACHINES, address)
    run_mail(rocket.desk, at=NOON + timedelta(minutes=1))

    assert mail.outbox == []
    with desk_scope(rocket.desk):
        assert Ticket.objects.get(pk=ticket.pk).status == State.CLOSED


def test_mail_that_no_machine_should_answer_gets_no_mail_back(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail
) -> None:
    """A person may have written it, so it reopens the ticket; each round needs an agent again."""
    ticket, address = closed_ticket(rocket)
    run_mail(rocket.desk)
    mail.outbox.clear()
    for minute in range(1, 4):
        shapes = [marks | {"X_Round": str(minute)} for marks in UNANSWERABLE]
        for number, marks in enumerate(shapes):
            for to in ("support@rocket.example", address):
                name = f"<{minute}.{number}.{to}>"
                take_in(make_mail(to=to, message_id=name, text=name, **marks))
        with desk_scope(rocket.desk):
            assert Ticket.objects.get(pk=ticket.pk).status == State.OPEN
            by = Actor.of(rocket.analyst)
            close(ticket_id=ticket.pk, by=by, at=NOON + timedelta(minutes=minute))
        run_mail(rocket.desk, at=NOON + timedelta(minutes=minute))

    assert mail.outbox == []


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
