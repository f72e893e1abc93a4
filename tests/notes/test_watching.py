"""Agents who watch a ticket: notified like its assignee of replies and notes."""

from __future__ import annotations

import pytest

from accounts.models import Agent
from tests.cast import NOON, Cast
from tickets.actors import SYSTEM, Actor
from tickets.deliveries import deliver_due
from tickets.events import EventKind
from tickets.models import Notification, Ticket, TicketEvent, Watcher
from tickets.notes.watching import stop_watching, watch
from tickets.notifications import describe_notification
from tickets.services import NewMessage, add_customer_message, add_note, assign, close


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    ticket = in_rocket.open_ticket()
    assign(ticket_id=ticket.pk, agent=in_rocket.analyst, by=SYSTEM, at=NOON)
    deliver_due(desk_id=in_rocket.desk.pk, at=NOON)
    Notification.objects.all().delete()
    return ticket


def list_notified(cast: Cast) -> dict[Agent, str]:
    deliver_due(desk_id=cast.desk.pk, at=NOON)
    rows = Notification.objects.select_related("agent", "event", "ticket__desk")
    return {row.agent: describe_notification(row) for row in rows}


def reply(cast: Cast, ticket: Ticket) -> None:
    new = NewMessage(text="Still broken.", channel="email")
    add_customer_message(ticket_id=ticket.pk, contact=cast.customer, new=new, at=NOON)


def test_a_reply_of_the_customer_notifies_the_assignee_and_who_watches(
    in_rocket: Cast, ticket: Ticket
) -> None:
    watch(ticket_id=ticket.pk, agent=in_rocket.lead, at=NOON)
    reply(in_rocket, ticket)
    said = "Customer replied on RC-1001."
    assert list_notified(in_rocket) == {in_rocket.analyst: said, in_rocket.lead: said}


def test_a_note_notifies_the_assignee_and_who_watches_but_not_its_author(
    in_rocket: Cast, ticket: Ticket
) -> None:
    watch(ticket_id=ticket.pk, agent=in_rocket.lead, at=NOON)
    watch(ticket_id=ticket.pk, agent=in_rocket.colleague, at=NOON)
    add_note(ticket_id=ticket.pk, agent=in_rocket.colleague, text="Reproduced.", at=NOON)
    said = f"{in_rocket.colleague.name} added a note to RC-1001."
    assert list_notified(in_rocket) == {in_rocket.analyst: said, in_rocket.lead: said}


def test_other_events_do_not_notify_who_watches(in_rocket: Cast, ticket: Ticket) -> None:
    watch(ticket_id=ticket.pk, agent=in_rocket.lead, at=NOON)
    close(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    assert in_rocket.lead not in list_notified(in_rocket)


def test_watching_twice_is_watching_once(in_rocket: Cast, ticket: Ticket) -> None:
    assert watch(ticket_id=ticket.pk, agent=in_rocket.observer, at=NOON)
    assert not watch(ticket_id=ticket.pk, agent=in_rocket.observer, at=NOON)
    assert Watcher.objects.count() == 1
    assert TicketEvent.objects.filter(kind=EventKind.WATCHING_STARTED).count() == 1


def test_who_stopped_watching_is_not_notified(in_rocket: Cast, ticket: Ticket) -> None:
    watch(ticket_id=ticket.pk, agent=in_rocket.lead, at=NOON)
    assert stop_watching(ticket_id=ticket.pk, agent=in_rocket.lead, at=NOON)
    assert not stop_watching(ticket_id=ticket.pk, agent=in_rocket.lead, at=NOON)
    reply(in_rocket, ticket)
    assert set(list_notified(in_rocket)) == {in_rocket.analyst}


def test_an_inactive_agent_is_not_notified(in_rocket: Cast, ticket: Ticket) -> None:
    watch(ticket_id=ticket.pk, agent=in_rocket.lead, at=NOON)
    Agent.objects.filter(pk=in_rocket.lead.pk).update(is_active=False)
    reply(in_rocket, ticket)
    assert set(list_notified(in_rocket)) == {in_rocket.analyst}
