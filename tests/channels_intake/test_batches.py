"""Emails composed and sent in batches: few statements, replies first, each marked at once."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend as LocalMemory
from django.db import connection

from accounts.models import Contact
from accounts.tenancy import desk_scope
from channels_intake.models import MailKind, MailState, OutgoingEmail, ReplyToken, UnsentMail
from channels_intake.outgoing.claims import FIRST_RETRY_DELAY, claim
from channels_intake.outgoing.saving import get_reply_tokens
from channels_intake.outgoing.sending import send_due, send_mails
from tests.cast import NOON, Cast
from tests.channels_intake.backends import Scripted
from tickets.deliveries import deliver_due
from tickets.models import TicketEvent
from tickets.services import reply

TABLES = ["channels_intake_outgoingemail", "tickets_eventdelivery"]
UPDATES = """
SELECT relname, n_tup_upd, n_tup_hot_upd, n_tup_newpage_upd
FROM pg_stat_user_tables WHERE relname = ANY(%s)
"""


def compose_receipts(cast: Cast, count: int) -> list[int]:
    for number in range(count):
        person = Contact.objects.create(desk=cast.desk, email=f"person{number}@acme.example")
        cast.open_ticket(contact=person)
    deliver_due(desk_id=cast.desk.pk, at=NOON)
    return list(OutgoingEmail.objects.order_by("pk").values_list("pk", flat=True))


def count_updates() -> dict[str, tuple[int, int, int]]:
    """Return the updates of each table until now, how many were HOT, and how many changed pages."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush(), pg_stat_clear_snapshot()")
        cursor.execute(UPDATES, [TABLES])
        return {table: (updates, hot, moved) for table, updates, hot, moved in cursor.fetchall()}


def test_composing_many_receipts_takes_as_many_statements_as_composing_one(
    in_rocket: Cast, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        person = Contact.objects.create(desk=in_rocket.desk, email=f"p{number}@acme.example")
        in_rocket.open_ticket(contact=person)
    with django_assert_max_num_queries(17):
        deliver_due(desk_id=in_rocket.desk.pk, at=NOON)
    assert OutgoingEmail.objects.filter(kind=MailKind.RECEIPT).count() == 20
    assert len(set(OutgoingEmail.objects.values_list("reply_to", flat=True))) == 20


class Counting(LocalMemory):
    opened = 0
    states: list[list[str]] = []

    def open(self) -> bool:
        type(self).opened += self.__dict__.setdefault("is_closed", True)
        self.is_closed = False
        return True

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        rows = OutgoingEmail.objects.order_by("pk").values_list("state", flat=True)
        self.states.append(list(rows))
        return super().send_messages(email_messages)


def test_one_connection_sends_a_batch_and_each_email_is_marked_before_the_next(
    in_rocket: Cast, settings: Any
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Counting"
    Counting.opened = 0
    Counting.states.clear()
    assert send_mails(compose_receipts(in_rocket, 3), at=NOON) == 3
    assert Counting.opened == 1
    assert [states.count(MailState.SENT) for states in Counting.states] == [0, 1, 2]


def test_an_error_closes_the_connection_and_the_next_email_gets_another(
    in_rocket: Cast, scripted: type[Scripted]
) -> None:
    ids = compose_receipts(in_rocket, 3)
    scripted.script[:] = [None, smtplib.SMTPServerDisconnected("gone"), None]
    assert send_mails(ids, at=NOON) == 2
    waiting = OutgoingEmail.objects.get(state=MailState.QUEUED)
    assert (waiting.attempts, waiting.next_try_at) == (1, NOON + FIRST_RETRY_DELAY)


def test_the_sweep_sends_replies_first(in_rocket: Cast) -> None:
    answered = in_rocket.open_ticket(subject="answered")
    deliver_due(desk_id=in_rocket.desk.pk, at=NOON)
    send_due(desk_id=in_rocket.desk.pk, at=NOON)
    compose_receipts(in_rocket, 3)
    at = NOON + timedelta(minutes=1)
    reply(ticket_id=answered.pk, agent=in_rocket.analyst, text="Try again.", at=at)
    deliver_due(desk_id=in_rocket.desk.pk, at=at)
    mail.outbox.clear()
    send_due(desk_id=in_rocket.desk.pk, at=at)
    assert len(mail.outbox) == 4
    assert "Try again." in mail.outbox[0].body


def test_a_reply_sends_the_earlier_receipt_first(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    deliver_due(desk_id=in_rocket.desk.pk, at=NOON)  # the receipt waits behind a flood
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Try again.", at=NOON)
    deliver_due(desk_id=in_rocket.desk.pk, at=NOON)
    of_reply = OutgoingEmail.objects.get(kind=MailKind.REPLY).pk
    assert send_mails([of_reply], at=NOON) == 2
    assert ["Try again." in sent.body for sent in mail.outbox] == [False, True]


def test_a_claimed_email_is_not_claimed_again_before_its_time(in_rocket: Cast) -> None:
    ids = compose_receipts(in_rocket, 2)
    assert [each.pk for each in claim(ids, at=NOON)] == ids
    assert claim(ids, at=NOON + FIRST_RETRY_DELAY - timedelta(seconds=1)) == []
    again = claim(ids, at=NOON + FIRST_RETRY_DELAY)
    assert [(each.pk, each.attempts) for each in again] == [(pk, 2) for pk in ids]


def test_unsent_emails_are_listed_until_they_are_sent(in_rocket: Cast) -> None:
    ids = compose_receipts(in_rocket, 2)
    assert set(UnsentMail.objects.values_list("mail", "urgency")) == {(pk, 1) for pk in ids}
    send_mails(ids[:1], at=NOON)
    assert list(UnsentMail.objects.values_list("mail", flat=True)) == ids[1:]


@pytest.mark.django_db(transaction=True)
def test_updates_of_deliveries_and_emails_are_hot(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        before = count_updates()
        ids = compose_receipts(rocket, 40)
        assert send_mails(ids, at=NOON) == 40
        after = count_updates()
    for table in TABLES:
        updates, hot, moved = (n - old for n, old in zip(after[table], before[table], strict=True))
        assert updates >= 80
        # Each update is HOT where its page has space, so no index is on a column that changes.
        assert hot + moved == updates, table
        # The first of two updates has space. The second needs the first version cleaned up, which
        # waits for any older snapshot, such as that of an autoanalyze.
        assert hot >= 0.5 * updates, table


def test_a_person_keeps_the_reply_address_of_a_ticket(in_rocket: Cast) -> None:
    [mail_id] = compose_receipts(in_rocket, 1)
    first = OutgoingEmail.objects.get(pk=mail_id)
    token = ReplyToken.objects.get(ticket=first.ticket, contact=first.contact).token
    assert f"+{token}@" in first.reply_to
    assert get_reply_tokens([first]) == {(first.ticket_id, first.contact_id): token}
    assert ReplyToken.objects.count() == 1


@pytest.mark.django_db
def test_sending_records_an_event_each(in_rocket: Cast) -> None:
    ids = compose_receipts(in_rocket, 3)
    send_mails(ids, at=NOON)
    sent = TicketEvent.objects.filter(kind="mail.sent").order_by("pk")
    assert [event.data["mail"] for event in sent] == ids


@pytest.mark.django_db
def test_no_index_of_outgoing_email_is_redundant() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename, indexname FROM pg_indexes WHERE tablename = ANY(%s)",
            [
                [
                    "channels_intake_outgoingemail",
                    "channels_intake_replytoken",
                    "tickets_notification",
                    "tickets_eventdelivery",
                ]
            ],
        )
        names = sorted(name.removeprefix(f"{table}_") for table, name in cursor.fetchall())
    assert not [name for name in names if name.endswith("_like")]
    assert not [name for name in names if name.startswith("event_id")]  # the unique keys do
