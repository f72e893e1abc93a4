"""Customers who don't reply: the desk's days, the reminder, and suspended desks (M17, M110)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from accounts.models import Desk
from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.events import EventKind
from tickets.models import CloseReason, State, Ticket
from tickets.services import close, close_silent, remind_silent, reply, silence
from tickets.services.suspension import postpone_silence
from tickets.tasks import close_silent_tickets, remind_silent_customers

DAY = timedelta(days=1)


def wait(cast: Cast, at: datetime = NOON) -> Ticket:
    ticket = cast.open_ticket(at=at)
    reply(ticket_id=ticket.pk, agent=cast.analyst, text="Did that help?", at=at)
    return Ticket.objects.get(pk=ticket.pk)


def set_days(cast: Cast, **days: int) -> None:
    Desk.objects.filter(pk=cast.desk.pk).update(**days)


@pytest.mark.parametrize("reminder_days", [0, 7, 9])
def test_a_desk_without_a_timely_reminder_sends_none(in_rocket: Cast, reminder_days: int) -> None:
    set_days(in_rocket, reminder_days=reminder_days, silence_days=7)
    ticket = wait(in_rocket)
    assert (ticket.remind_at, ticket.close_at) == (None, NOON + 7 * DAY)
    assert remind_silent(desk_id=in_rocket.desk.pk, at=NOON + 6 * DAY) == 0


def test_the_desks_own_days_count(in_rocket: Cast) -> None:
    set_days(in_rocket, reminder_days=1, silence_days=3)
    ticket = wait(in_rocket)
    assert (ticket.remind_at, ticket.close_at) == (NOON + DAY, NOON + 3 * DAY)
    assert ticket.waiting_since == NOON


def test_a_reminder_names_the_time_of_the_close(in_rocket: Cast) -> None:
    ticket = wait(in_rocket)
    assert remind_silent(desk_id=in_rocket.desk.pk, at=NOON + 5 * DAY) == 1
    event = ticket.events.get(kind=EventKind.CUSTOMER_REMINDED)
    assert event.data == {"closes_at": (NOON + 7 * DAY).isoformat()}
    assert event.actor_kind == "system"


def test_a_ticket_past_its_close_is_closed_and_not_reminded(in_rocket: Cast) -> None:
    ticket = wait(in_rocket)
    late = NOON + 8 * DAY
    assert remind_silent(desk_id=in_rocket.desk.pk, at=late) == 0
    assert close_silent(desk_id=in_rocket.desk.pk, at=late) == 1
    closed = Ticket.objects.get(pk=ticket.pk)
    assert (closed.close_reason, closed.closed_at, closed.waiting_since) == (
        CloseReason.SILENCE,
        late,
        None,
    )
    event = ticket.events.get(kind=EventKind.TICKET_CLOSED)
    assert event.data == {"status": ["waiting", "closed"], "reason": "silence"}


def test_closing_goes_in_batches(in_rocket: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silence, "BATCH", 2)
    for _ in range(3):
        wait(in_rocket)
    late = {"desk_id": in_rocket.desk.pk, "at": NOON + 8 * DAY}
    assert [close_silent(**late) for _ in range(3)] == [2, 1, 0]


def test_the_sweeps_serve_every_desk_that_is_not_suspended(rocket: Cast, matter: Cast) -> None:
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            wait(cast, NOON - 40 * DAY)
    Desk.objects.filter(pk=matter.desk.pk).update(is_suspended=True)
    assert remind_silent_customers() == 0
    assert close_silent_tickets() == 1
    with desk_scope(matter.desk):
        assert Ticket.objects.get().status == State.WAITING


def test_a_reactivated_desk_gives_customers_the_time_they_would_have_had(in_rocket: Cast) -> None:
    ticket = wait(in_rocket)
    until = NOON + 10 * DAY
    assert postpone_silence(desk_id=in_rocket.desk.pk, until=until) == 1
    moved = Ticket.objects.get(pk=ticket.pk)
    assert (moved.remind_at, moved.close_at) == (until, until + 2 * DAY)


def test_a_reminded_ticket_only_closes_later(in_rocket: Cast) -> None:
    ticket = wait(in_rocket)
    remind_silent(desk_id=in_rocket.desk.pk, at=NOON + 5 * DAY)
    until = NOON + 10 * DAY
    assert postpone_silence(desk_id=in_rocket.desk.pk, until=until) == 1
    moved = Ticket.objects.get(pk=ticket.pk)
    assert (moved.remind_at, moved.close_at) == (None, until)


def test_what_is_due_after_the_suspension_stays(in_rocket: Cast, matter: Cast) -> None:
    ticket = wait(in_rocket)
    with desk_scope(matter.desk):
        wait(matter)
    assert postpone_silence(desk_id=in_rocket.desk.pk, until=NOON + DAY) == 0
    assert Ticket.objects.get(pk=ticket.pk).close_at == ticket.close_at


def test_spam_cannot_be_reopened_and_a_solution_can(in_rocket: Cast) -> None:
    by = Actor.of(in_rocket.analyst)
    spam, solved = in_rocket.open_ticket(), in_rocket.open_ticket()
    close(ticket_id=spam.pk, by=by, at=NOON, reason=CloseReason.SPAM)
    close(ticket_id=solved.pk, by=by, at=NOON)
    spam, solved = (Ticket.objects.get(pk=one.pk) for one in (spam, solved))
    assert (spam.reopen_until, spam.is_reopenable(NOON)) == (None, False)
    assert solved.reopen_until == NOON + 14 * DAY
    assert [solved.is_reopenable(NOON + days * DAY) for days in (0, 14, 15)] == [True, True, False]
    assert (spam.word_key, solved.word_key) == ("closed", "solved")
