"""Notifications: recipients, text, and permission to read them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Agent
from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tests.departments import close_department
from tickets.actors import SYSTEM, Actor
from tickets.changes import record
from tickets.deliveries import deliver
from tickets.events import EventKind
from tickets.help_requests import notices as help_notices
from tickets.models import Notification, Ticket, TicketEvent
from tickets.notifications import (
    LATER,
    SENTENCES,
    describe_notification,
    get_notification,
    list_unread_notifications,
    mark_all_read,
    mark_ticket_read,
)
from tickets.services import assign


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    ticket = in_rocket.open_ticket()
    assign(ticket_id=ticket.pk, agent=in_rocket.analyst, by=SYSTEM, at=NOON)
    Notification.objects.all().delete()
    ticket.refresh_from_db()
    return ticket


def add_event(ticket: Ticket, kind: EventKind, by: Actor = SYSTEM, **data: object) -> TicketEvent:
    event = record(ticket=ticket, kind=kind, by=by, at=NOON, data=data)
    deliver(event_ids=[event.pk], at=NOON)
    return event


def list_notified(event: TicketEvent) -> set[Agent]:
    return {row.agent for row in Notification.objects.filter(event=event)}


def test_every_kind_that_notifies_has_a_sentence() -> None:
    by_routing = {EventKind.LEFT_UNASSIGNED}  # it notifies leads (routing/followers.py)
    assert {*LATER, *help_notices.LATER, *by_routing} == set(SENTENCES)


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (EventKind.CUSTOMER_RESPONDED, "Customer replied on RC-1001."),
        (EventKind.MACHINE_RESPONDED, "An automatic reply arrived on RC-1001."),
        (EventKind.SLA_WARNED, "The first response on RC-1001 is due soon."),
        (EventKind.MAIL_FAILED, "An email on RC-1001 couldn't be delivered."),
        (EventKind.CHANNEL_FAILED, "A message on RC-1001 couldn't be sent to the customer."),
    ],
)
def test_the_assignee_is_notified(
    in_rocket: Cast, ticket: Ticket, kind: EventKind, sentence: str
) -> None:
    event = add_event(ticket, kind, Actor.of(in_rocket.customer))
    assert list_notified(event) == {in_rocket.analyst}
    (notification,) = list_unread_notifications(in_rocket.analyst, limit=10)
    assert describe_notification(notification) == sentence


def test_a_breach_notifies_leads_too(in_rocket: Cast, ticket: Ticket) -> None:
    Agent.objects.filter(pk=in_rocket.colleague.pk).update(role="lead", is_active=False)
    event = add_event(ticket, EventKind.SLA_BREACHED)
    assert list_notified(event) == {in_rocket.analyst, in_rocket.lead}


def test_an_assignment_notifies_the_new_assignee(in_rocket: Cast, ticket: Ticket) -> None:
    pair = [in_rocket.analyst.pk, in_rocket.colleague.pk]
    event = add_event(ticket, EventKind.ASSIGNED, assignee=pair)
    assert list_notified(event) == {in_rocket.colleague}
    (notification,) = list_unread_notifications(in_rocket.colleague, limit=10)
    assert describe_notification(notification) == "RC-1001 was assigned to you."


def test_unassigning_notifies_no_one(in_rocket: Cast, ticket: Ticket) -> None:
    event = add_event(ticket, EventKind.ASSIGNED, assignee=[in_rocket.analyst.pk, None])
    assert list_notified(event) == set()


def test_agents_are_not_notified_of_what_they_did(in_rocket: Cast, ticket: Ticket) -> None:
    by = Actor.of(in_rocket.colleague)
    event = add_event(ticket, EventKind.ASSIGNED, by, assignee=[None, in_rocket.colleague.pk])
    assert list_notified(event) == set()


def test_a_contact_with_an_agents_id_is_not_taken_for_the_agent(
    in_rocket: Cast, ticket: Ticket
) -> None:
    by = Actor("contact", in_rocket.analyst.pk, "Customer", "customer")
    event = add_event(ticket, EventKind.CUSTOMER_RESPONDED, by)
    assert list_notified(event) == {in_rocket.analyst}


def test_an_unassigned_ticket_notifies_no_one(in_rocket: Cast, ticket: Ticket) -> None:
    assign(ticket_id=ticket.pk, agent=None, by=SYSTEM, at=NOON)
    ticket.refresh_from_db()
    assert list_notified(add_event(ticket, EventKind.SLA_WARNED)) == set()


def test_a_delivery_made_twice_notifies_once(in_rocket: Cast, ticket: Ticket) -> None:
    event = add_event(ticket, EventKind.SLA_WARNED)
    LATER[EventKind.SLA_WARNED](event)
    assert Notification.objects.filter(event=event).count() == 1


def test_a_kind_without_a_sentence_is_told_as_in_the_history(
    in_rocket: Cast, ticket: Ticket
) -> None:
    event = record(ticket=ticket, kind=EventKind.NOTE_PINNED, by=Actor.of(in_rocket.lead), at=NOON)
    notification = Notification.objects.create(
        desk=in_rocket.desk, agent=in_rocket.analyst, event=event, ticket=ticket, created_at=NOON
    )
    assert describe_notification(notification) == "Lead pinned an internal note."


def test_the_newest_unread_come_first_up_to_a_limit(in_rocket: Cast, ticket: Ticket) -> None:
    kinds = [EventKind.SLA_WARNED, EventKind.MAIL_FAILED, EventKind.SLA_BREACHED]
    for kind in kinds:
        add_event(ticket, kind)
    listed = list_unread_notifications(in_rocket.analyst, limit=2)
    assert [row.event.kind for row in listed] == ["sla.breached", "mail.failed"]


def test_reading_marks_those_of_one_ticket_or_all(in_rocket: Cast, ticket: Ticket) -> None:
    other = in_rocket.open_ticket()
    other = assign(ticket_id=other.pk, agent=in_rocket.analyst, by=SYSTEM, at=NOON)
    for one in (ticket, other):
        add_event(one, EventKind.SLA_WARNED)
    add_event(ticket, EventKind.SLA_BREACHED)
    later = NOON + timedelta(hours=1)
    assert mark_ticket_read(agent=in_rocket.analyst, ticket_id=ticket.pk, at=later) == 2
    assert mark_ticket_read(agent=in_rocket.analyst, ticket_id=ticket.pk, at=later) == 0
    (left,) = list_unread_notifications(in_rocket.analyst, limit=10)
    assert left.ticket == other
    assert mark_all_read(agent=in_rocket.analyst, at=later) == 1
    assert list_unread_notifications(in_rocket.analyst, limit=10) == []
    assert Notification.objects.filter(agent=in_rocket.lead, read_at__isnull=True).count() == 1


def test_no_one_reads_anothers_notification(in_rocket: Cast, matter: Cast, ticket: Ticket) -> None:
    event = add_event(ticket, EventKind.SLA_WARNED)
    notification = Notification.objects.get(event=event)
    assert get_notification(in_rocket.analyst, notification.pk) == notification
    with pytest.raises(Notification.DoesNotExist):
        get_notification(in_rocket.colleague, notification.pk)
    with desk_scope(matter.desk), pytest.raises(Notification.DoesNotExist):
        get_notification(matter.analyst, notification.pk)


def test_a_notification_of_a_ticket_hidden_since_is_gone(in_rocket: Cast, ticket: Ticket) -> None:
    event = add_event(ticket, EventKind.SLA_WARNED)
    notification = Notification.objects.get(event=event)
    assign(ticket_id=ticket.pk, agent=in_rocket.colleague, by=SYSTEM, at=NOON)
    close_department(in_rocket, "paid", members=(in_rocket.colleague,))
    analyst = Agent.objects.get(pk=in_rocket.analyst.pk)
    assert list_unread_notifications(analyst, limit=10) == []
    with pytest.raises(Notification.DoesNotExist):
        get_notification(analyst, notification.pk)
