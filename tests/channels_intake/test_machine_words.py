"""Written by a machine, or only not to be answered by one: two separate facts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail

from accounts.tenancy import desk_scope
from channels_intake.mime.automatic_subjects import is_automatic_subject
from channels_intake.models import InboundMessage, InboundState, MailKind, OutgoingEmail
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail
from tests.channels_intake.test_intake_automatic import waiting_ticket
from tickets.actors import Actor
from tickets.models import Message, State, Ticket, TicketEvent
from tickets.services import close

TakeIn = Callable[..., InboundMessage]
RunMail = Callable[..., None]

LATER = NOON + timedelta(minutes=5)

UNANSWERABLE: list[dict[str, str]] = [
    {"List_Id": "<support.acme.example>"},
    {"List_Unsubscribe": "<mailto:leave@acme.example>"},
    {"Mailing_List": "list support@acme.example"},
    {"Precedence": "list"},
    {"Precedence": "bulk"},
    {"Precedence": "junk"},
    {"X_Auto_Response_Suppress": "DR, OOF, AutoReply"},
    {"X_Auto_Response_Suppress": "All"},
    {"X_Loop": "helpdesk@acme.example"},
    {"Auto_Submitted": "auto-generated"},
    {"X_MS_Exchange_Inbox_Rules_Loop": "ann@acme.example"},
]


@pytest.mark.parametrize("marks", UNANSWERABLE, ids=str)
def test_a_persons_answer_moves_its_ticket_whatever_its_lists_add(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail, marks: dict[str, str]
) -> None:
    ticket, address = waiting_ticket(rocket)
    inbound = take_in(make_mail(to=address, text="Here is the log.", **marks), at=LATER)

    assert inbound.ticket == ticket
    assert inbound.automatic
    assert not inbound.message.is_automatic
    with desk_scope(rocket.desk):
        ticket = Ticket.objects.get()
        assert (ticket.status, ticket.close_at) == (State.OPEN, None)
        assert TicketEvent.objects.filter(kind="customer.responded").count() == 1


@pytest.mark.parametrize("marks", UNANSWERABLE, ids=str)
def test_their_sender_gets_no_automatic_mail(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail, marks: dict[str, str]
) -> None:
    opened = take_in(make_mail(**marks))
    ticket, address = waiting_ticket(rocket)
    take_in(make_mail(to=address, text="Here.", message_id="<two@acme.example>", **marks))
    with desk_scope(rocket.desk):
        for pk in (opened.ticket.pk, ticket.pk):
            close(ticket_id=pk, by=Actor.of(rocket.analyst), at=LATER)
    run_mail(rocket.desk, at=LATER)

    assert opened.ticket != ticket
    with desk_scope(rocket.desk):
        assert not OutgoingEmail.objects.exclude(kind=MailKind.REPLY).filter(ticket=opened.ticket)
        assert not OutgoingEmail.objects.filter(ticket=ticket, kind=MailKind.CLOSED)


def test_a_vacation_reply_does_not_stop_later_automatic_mail(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail
) -> None:
    ticket, address = waiting_ticket(rocket)
    take_in(make_mail(to=address, text="I am away.", Auto_Submitted="auto-replied"))
    with desk_scope(rocket.desk):
        close(ticket_id=ticket.pk, by=Actor.of(rocket.analyst), at=LATER)
    run_mail(rocket.desk, at=LATER)

    with desk_scope(rocket.desk):
        assert OutgoingEmail.objects.filter(ticket=ticket, kind=MailKind.CLOSED).count() == 1


@pytest.mark.parametrize(
    ("sender", "subject"),
    [
        ("jan@acme.example", "Undeliverable mails from your server"),
        ("jan@acme.example", "Delivery status notification settings cannot be saved"),
        ("jan@acme.example", "Returned mail"),
        ("jan@acme.example", "Out of office: status is not shown in the app"),
        ("jan@acme.example", "Automatic reply: customers get it twice"),
        ("jan@acme.example", "Abwesenheitsnotiz: wird nicht gesendet"),
        ("postmaster@acme.example", "Please whitelist our relay"),
        ("mailer-daemon@acme.example", "Please whitelist our relay"),
        ("bounces@acme.example", "Our list"),
        ("no-reply@acme.example", "An order"),
        ("notifications@acme.example", "Disk full"),
    ],
)
def test_a_subject_or_a_local_part_alone_holds_no_mail(
    rocket: Cast, take_in: TakeIn, sender: str, subject: str
) -> None:
    inbound = take_in(make_mail(sender, subject=subject), at=NOON)

    assert inbound.state == InboundState.PROCESSED, inbound.explanation
    assert not inbound.message.is_automatic
    with desk_scope(rocket.desk):
        assert Ticket.objects.get().status == State.OPEN


@pytest.mark.parametrize("sender", ["bounces+12-ab=x@mailer.example", "mailer-daemon@x.example"])
def test_an_envelope_sender_of_a_mailing_service_holds_no_mail(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail, sender: str
) -> None:
    assert take_in(make_mail(), sender=sender).state == InboundState.PROCESSED
    run_mail(rocket.desk)
    assert mail.outbox == []


PREFIXES = [
    "Automatic reply",
    "AUTOMATIC REPLY",
    "Out of Office",
    "Auto-Reply",
    "Automatische Antwort",
    "Abwesenheitsnotiz",
    "Réponse automatique ",
    "Respuesta automática",
    "Resposta automática",
    "Risposta automatica",
    "Automatisch antwoord",
    "Autosvar",
    "Automatisk svar",
    "Automaattinen vastaus",
    "Odpowiedź automatyczna",
    "Automatická odpověď",
    "Automatická odpoveď",
    "Automatikus válasz",
    "Răspuns automat",
    "Automatski odgovor",
    "Samodejni odgovor",
    "Автоматический ответ",
    "Автоматична відповідь",
    "Автоматичен отговор",
    "Αυτόματη απάντηση",
    "Otomatik yanıt",
    "מענה אוטומטי",
    "رد تلقائي",
    "自動応答",
    "自動返信",
    "自动答复",
    "自動回覆",
    "자동 회신",
    "Trả lời tự động",
    "Balasan otomatis",
]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_mail_systems_prefix_before_the_tickets_subject_is_a_vacation_reply(
    rocket: Cast, take_in: TakeIn, prefix: str
) -> None:
    ticket, address = waiting_ticket(rocket)
    subject = f"{prefix}: {ticket.subject}"
    inbound = take_in(make_mail(to=address, text="I am away.", subject=subject), at=LATER)

    assert (inbound.ticket, inbound.automatic) == (ticket, "auto_reply")
    assert inbound.message.is_automatic
    with desk_scope(rocket.desk):
        assert Ticket.objects.get().status == State.WAITING


OWN = "Calls freeze"
TWICE = "Autoreply: customers get it twice"


@pytest.mark.parametrize(
    ("subject", "own", "expected"),
    [
        ("Automatic reply: Calls freeze", OWN, True),
        ("Automatic reply: Re: Calls freeze [RC-1041]", OWN, True),
        ("Automatic reply: [RC-1041] We received your request: Calls freeze", OWN, True),
        ("Automatic reply： calls  FREEZE", OWN, True),
        ("[Auto-Reply] Re: Calls freeze", OWN, True),
        ("Re\u0301ponse automatique\u00a0: Calls freeze", OWN, True),
        ("Automatic reply: Calls freeze", "Re: Calls freeze", True),
        (f"Automatic reply: {TWICE}", TWICE, True),
        ("Re: Automatic reply: Calls freeze", OWN, False),
        (f"Re: {TWICE}", TWICE, False),
        (f"RE: {TWICE} [RC-1041]", TWICE, False),
        (TWICE, TWICE, False),
        ("Automatic reply: another subject", OWN, False),
        ("Automatic reply: Calls freeze again", OWN, False),
        ("Automatic reply is missing: Calls freeze", OWN, False),
        ("Solved: Calls freeze", OWN, False),
        ("Calls freeze", OWN, False),
        ("Automatic reply", OWN, False),
        ("", OWN, False),
        ("Automatic reply:", "", False),
    ],
)
def test_only_a_prefix_directly_before_the_tickets_own_subject_counts(
    subject: str, own: str, expected: bool
) -> None:
    assert is_automatic_subject(subject, own, reference="RC-1041") is expected


def test_a_person_who_writes_about_automatic_replies_is_a_person(
    rocket: Cast, take_in: TakeIn
) -> None:
    first = take_in(make_mail(subject=TWICE, message_id="<first@acme.example>"))
    answer = take_in(
        make_mail(subject=f"Re: {TWICE}", text="Still.", In_Reply_To="<first@acme.example>")
    )

    assert answer.ticket == first.ticket
    with desk_scope(rocket.desk):
        assert not Message.objects.filter(is_automatic=True).exists()
