"""Emails of notifications: once, bundled, when the shift begins, and with no word too many."""

from __future__ import annotations

import smtplib
from datetime import datetime, timedelta

import pytest
from django.core import mail

from accounts.models import Agent
from helpdesk.notify import digests, sending, wanted
from helpdesk.notify.digests import send_due_digests
from helpdesk.notify.sending import send_due_emails
from routing.models import Shift
from tests.cast import NOON, Cast
from tests.departments import close_department
from tickets.deliveries import deliver_due
from tickets.models import Notification, NotificationEmail, NotificationSettings, Ticket
from tickets.notifications import mark_all_read
from tickets.services import add_note

SOON = NOON + timedelta(minutes=3)
NIGHT = NOON.replace(hour=5)  # 2:00 AM in São Paulo


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    by_day = {"start_minute": 12 * 60, "end_minute": 20 * 60}
    Shift.objects.filter(agent=in_rocket.colleague).update(**by_day)
    ticket = in_rocket.open_ticket(subject="Secret subject", at=NIGHT)
    deliver_due(desk_id=in_rocket.desk.pk, at=NIGHT)
    Notification.objects.all().delete()
    return ticket


def mention(cast: Cast, ticket: Ticket, *, at: datetime = NOON, times: int = 1) -> None:
    for count in range(times):
        text = f"@{cast.colleague.name} look {count}"
        add_note(ticket_id=ticket.pk, agent=cast.analyst, text=text, at=at)
    deliver_due(desk_id=cast.desk.pk, at=at)


def send(cast: Cast, at: datetime = SOON) -> list[mail.EmailMessage]:
    mail.outbox.clear()
    send_due_emails(desk_id=cast.desk.pk, at=at)
    return list(mail.outbox)


def test_one_notification_is_one_line_and_a_link(in_rocket: Cast, ticket: Ticket) -> None:
    mention(in_rocket, ticket)
    (message,) = send(in_rocket)
    assert message.to == [in_rocket.colleague.user.email]
    assert message.subject == "Analyst mentioned you in a note on RC-1001."
    assert f"/rocket/agent/tickets/{ticket.number}/" in message.body
    assert "/rocket/agent/notifications/settings/" in message.body
    assert "Secret subject" not in message.body
    assert "look 0" not in message.body
    assert send(in_rocket) == []
    assert not NotificationEmail.objects.exists()


def test_several_are_one_email(in_rocket: Cast, ticket: Ticket) -> None:
    mention(in_rocket, ticket, times=23)
    (message,) = send(in_rocket)
    assert message.subject == "23 new notifications"
    assert message.body.count("mentioned you") == 20
    assert "and 3 more" in message.body


def test_what_is_read_in_time_is_not_emailed(in_rocket: Cast, ticket: Ticket) -> None:
    mention(in_rocket, ticket)
    assert send(in_rocket, NOON + timedelta(minutes=1)) == []
    mark_all_read(agent=in_rocket.colleague, at=NOON + timedelta(minutes=1))
    assert send(in_rocket) == []
    assert not NotificationEmail.objects.exists()


def test_emails_wait_for_the_shift(in_rocket: Cast, ticket: Ticket) -> None:
    mention(in_rocket, ticket, at=NIGHT)
    assert send(in_rocket, NIGHT + timedelta(minutes=3)) == []
    waiting = NotificationEmail.objects.get()
    assert waiting.due_at == NOON.replace(hour=12)
    assert len(send(in_rocket, waiting.due_at)) == 1


def test_who_does_not_want_to_wait_gets_them_at_once(in_rocket: Cast, ticket: Ticket) -> None:
    NotificationSettings.objects.create(
        desk=in_rocket.desk, agent=in_rocket.colleague, waits_for_shift=False
    )
    mention(in_rocket, ticket, at=NIGHT)
    assert len(send(in_rocket, NIGHT + timedelta(minutes=3))) == 1


def test_emergencies_do_not_wait(
    in_rocket: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    mention(in_rocket, ticket, at=NIGHT)
    monkeypatch.setattr(wanted, "URGENT", frozenset({"mention"}))
    assert len(send(in_rocket, NIGHT + timedelta(minutes=3))) == 1


def test_nothing_is_said_of_a_ticket_that_was_hidden_since(in_rocket: Cast, ticket: Ticket) -> None:
    mention(in_rocket, ticket)
    close_department(in_rocket, "paid", members=(in_rocket.analyst,))
    assert send(in_rocket) == []
    assert not NotificationEmail.objects.exists()


def test_who_left_gets_none(in_rocket: Cast, ticket: Ticket) -> None:
    mention(in_rocket, ticket)
    Agent.objects.filter(pk=in_rocket.colleague.pk).update(is_active=False)
    assert send(in_rocket) == []


def test_a_refused_email_is_sent_later_and_once(
    in_rocket: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    mention(in_rocket, ticket)

    def refuse(*args: object, **options: object) -> None:
        raise smtplib.SMTPServerDisconnected

    with monkeypatch.context() as patch:
        patch.setattr(sending, "send_notifications", refuse)
        assert send(in_rocket) == []
    assert NotificationEmail.objects.get().attempts == 1
    assert send(in_rocket) == []
    assert len(send(in_rocket, SOON + timedelta(minutes=6))) == 1
    assert send(in_rocket, SOON + timedelta(minutes=20)) == []


def test_an_email_that_was_cut_off_is_not_sent_again(in_rocket: Cast, ticket: Ticket) -> None:
    mention(in_rocket, ticket)
    NotificationEmail.objects.update(claimed_until=SOON + timedelta(minutes=1))
    assert send(in_rocket) == []
    assert NotificationEmail.objects.exists()
    assert send(in_rocket, SOON + timedelta(minutes=2)) == []
    assert not NotificationEmail.objects.exists()


def test_the_summary_comes_once_a_day_if_something_is_unread(
    in_rocket: Cast, ticket: Ticket
) -> None:
    mention(in_rocket, ticket)
    mail.outbox.clear()
    desk_id = in_rocket.desk.pk
    assert send_due_digests(desk_id=desk_id, at=SOON) == 0
    NotificationSettings.objects.create(
        desk=in_rocket.desk, agent=in_rocket.colleague, has_digest=True
    )
    assert send_due_digests(desk_id=desk_id, at=NIGHT) == 0
    assert send_due_digests(desk_id=desk_id, at=SOON) == 1
    assert send_due_digests(desk_id=desk_id, at=SOON) == 0
    (message,) = mail.outbox
    assert message.subject == "Your daily summary: 1 unread notification"
    mark_all_read(agent=in_rocket.colleague, at=SOON)
    assert send_due_digests(desk_id=desk_id, at=SOON + timedelta(days=1)) == 0


def test_a_failure_of_one_person_holds_up_nobody_else(
    in_rocket: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [in_rocket.colleague, in_rocket.lead]
    for agent in people:
        NotificationSettings.objects.create(
            desk=in_rocket.desk, agent=agent, has_digest=True, waits_for_shift=False
        )
    text = " ".join(f"@{agent.name}" for agent in people)
    add_note(ticket_id=ticket.pk, agent=in_rocket.analyst, text=text, at=NOON)
    deliver_due(desk_id=in_rocket.desk.pk, at=NOON)
    first, second = sorted(people, key=lambda agent: agent.pk)
    told: list[int] = []

    def fail_for_first(agent: Agent, *args: object, **options: object) -> None:
        if agent.pk == first.pk:
            raise ValueError
        told.append(agent.pk)

    for module in (sending, digests):
        monkeypatch.setattr(module, "send_notifications", fail_for_first)
    send_due_emails(desk_id=in_rocket.desk.pk, at=SOON)
    assert told == [second.pk]
    assert send_due_digests(desk_id=in_rocket.desk.pk, at=SOON) == 1
    assert told == [second.pk, second.pk]
