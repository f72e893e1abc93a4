"""A promise that begins or ends with the priority, the plan or the sender (M36)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from accounts.followers import notify_terms_changed
from accounts.tenancy import desk_scope
from sla.models import Clock, Target
from sla.sweeps import mark_breached
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.events import EventKind
from tickets.models import NO_DEADLINE, Ticket
from tickets.services import change_priority, close, reopen, reply
from tickets.services.terms import apply_new_terms

HOUR = timedelta(hours=1)


@pytest.fixture
def desk(in_rocket: Cast) -> Cast:
    """A desk that promises nothing for the priority Low."""
    Target.objects.filter(priority=in_rocket.priorities["Low"]).delete()
    return in_rocket


def set_priority(cast: Cast, ticket: Ticket, name: str, *, at: datetime) -> Ticket:
    by = Actor.of(cast.analyst)
    change_priority(ticket_id=ticket.pk, priority=cast.priorities[name], by=by, at=at)
    return Ticket.objects.get(pk=ticket.pk)


def list_kinds(ticket: Ticket) -> list[str]:
    events = ticket.events.filter(kind__startswith="sla.").order_by("pk")
    return list(events.values_list("kind", flat=True))


def test_a_priority_with_a_target_starts_the_clock_from_the_opening(desk: Cast) -> None:
    ticket = desk.open_ticket(priority=desk.priorities["Low"])
    assert (ticket.due_at, list_kinds(ticket)) == (NO_DEADLINE, [])
    ticket = set_priority(desk, ticket, "High", at=NOON + 3 * HOUR)
    clock = Clock.objects.get(ticket=ticket)
    assert (clock.started_at, clock.due_at) == (NOON, NOON + 8 * HOUR)
    assert (ticket.due_at, list_kinds(ticket)) == (clock.due_at, [EventKind.SLA_STARTED])
    started = ticket.events.get(kind=EventKind.SLA_STARTED)
    assert (started.at, started.data["started_at"]) == (NOON + 3 * HOUR, NOON.isoformat())


def test_a_clock_that_starts_too_late_is_overdue(desk: Cast) -> None:
    ticket = desk.open_ticket(priority=desk.priorities["Low"])
    set_priority(desk, ticket, "High", at=NOON + 9 * HOUR)
    assert mark_breached(desk_id=desk.desk.pk, at=NOON + 9 * HOUR) == 1


def test_a_priority_without_a_target_stops_the_clock_with_an_event(desk: Cast) -> None:
    ticket = desk.open_ticket()
    ticket = set_priority(desk, ticket, "Low", at=NOON + HOUR)
    clock = Clock.objects.get(ticket=ticket)
    assert (clock.stopped_at, ticket.due_at) == (NOON + HOUR, NO_DEADLINE)
    assert list_kinds(ticket) == [EventKind.SLA_STARTED, EventKind.SLA_STOPPED]
    stopped = ticket.events.get(kind=EventKind.SLA_STOPPED)
    assert stopped.data == {
        "clock": "first_response",
        "was_due_at": (NOON + 8 * HOUR).isoformat(),
        "cause": EventKind.PRIORITY_CHANGED,
    }
    assert mark_breached(desk_id=desk.desk.pk, at=NOON + 9 * HOUR) == 0


def test_back_to_a_priority_with_a_target_the_clock_keeps_its_start(desk: Cast) -> None:
    ticket = desk.open_ticket()
    set_priority(desk, ticket, "Low", at=NOON + HOUR)
    ticket = set_priority(desk, ticket, "High", at=NOON + 2 * HOUR)
    clock = Clock.objects.get(ticket=ticket)
    assert (clock.started_at, clock.stopped_at) == (NOON, None)
    assert ticket.due_at == clock.due_at == NOON + 8 * HOUR


def test_after_a_reopening_the_clock_counts_from_the_reopening(desk: Cast) -> None:
    ticket, by = desk.open_ticket(priority=desk.priorities["Low"]), Actor.of(desk.analyst)
    close(ticket_id=ticket.pk, by=by, at=NOON + HOUR)
    reopen(ticket_id=ticket.pk, by=by, at=NOON + 2 * HOUR)
    set_priority(desk, ticket, "High", at=NOON + 3 * HOUR)
    assert Clock.objects.get(ticket=ticket).started_at == NOON + 2 * HOUR


def test_a_ticket_that_was_answered_or_is_closed_starts_no_clock(desk: Cast) -> None:
    low, by = desk.priorities["Low"], Actor.of(desk.analyst)
    answered, closed = desk.open_ticket(priority=low), desk.open_ticket(priority=low)
    reply(ticket_id=answered.pk, agent=desk.analyst, text="Hello", at=NOON)
    close(ticket_id=closed.pk, by=by, at=NOON)
    for ticket in (answered, closed):
        assert set_priority(desk, ticket, "High", at=NOON + HOUR).due_at == NO_DEADLINE
        assert list_kinds(ticket) == []


def test_a_stopped_clock_of_a_closed_ticket_stays_stopped(desk: Cast) -> None:
    ticket = desk.open_ticket()
    close(ticket_id=ticket.pk, by=Actor.of(desk.analyst), at=NOON + HOUR)
    assert set_priority(desk, ticket, "High", at=NOON + 2 * HOUR).due_at == NO_DEADLINE
    assert Clock.objects.get(ticket=ticket).stopped_at == NOON + HOUR


def test_a_breached_clock_is_not_stopped_by_a_lower_priority(desk: Cast) -> None:
    ticket = desk.open_ticket()
    mark_breached(desk_id=desk.desk.pk, at=NOON + 9 * HOUR)
    set_priority(desk, ticket, "Low", at=NOON + 10 * HOUR)
    set_priority(desk, ticket, "High", at=NOON + 11 * HOUR)
    clock = Clock.objects.get(ticket=ticket)
    assert (clock.breached_at, clock.stopped_at) == (NOON + 9 * HOUR, None)
    assert list_kinds(ticket)[1:] == [EventKind.SLA_BREACHED]


def test_an_unverified_or_unknown_sender_is_promised_nothing(desk: Cast) -> None:
    low = desk.priorities["Low"]
    unverified = desk.open_ticket(priority=low, is_unverified=True)
    unknown = desk.open_ticket(priority=low, contact=desk.stranger)
    for ticket in (unverified, unknown):
        assert set_priority(desk, ticket, "High", at=NOON + HOUR).due_at == NO_DEADLINE
        assert not Clock.objects.filter(ticket=ticket).exists()


def test_another_desk_keeps_its_own_promises(desk: Cast, matter: Cast) -> None:
    with desk_scope(matter.desk):
        theirs = matter.open_ticket(priority=matter.priorities["Low"])
    ours = desk.open_ticket()
    set_priority(desk, ours, "Low", at=NOON + HOUR)
    with desk_scope(matter.desk):
        assert Clock.objects.get(ticket=theirs).stopped_at is None
        assert list_kinds(theirs) == [EventKind.SLA_STARTED]


def test_an_account_without_a_plan_ends_the_promise_with_an_event(desk: Cast) -> None:
    ticket = desk.open_ticket()
    desk.account.plan = None
    desk.account.save()
    notify_terms_changed(desk.desk.pk, [desk.account.pk], NOON + HOUR)
    apply_new_terms(desk_id=desk.desk.pk, at=NOON + HOUR)
    assert list_kinds(ticket) == [EventKind.SLA_STARTED, EventKind.SLA_STOPPED]
    assert Clock.objects.get(ticket=ticket).stopped_at == NOON + HOUR


def test_a_plan_that_came_later_promises_nothing_before_it(desk: Cast) -> None:
    desk.account.plan = None
    desk.account.save()
    ticket = desk.open_ticket(priority=desk.priorities["Low"])
    desk.account.plan = desk.plan
    desk.account.save()
    notify_terms_changed(desk.desk.pk, [desk.account.pk], NOON + HOUR)
    apply_new_terms(desk_id=desk.desk.pk, at=NOON + HOUR)
    set_priority(desk, ticket, "High", at=NOON + 2 * HOUR)
    assert Clock.objects.get(ticket=ticket).started_at == NOON + HOUR
