"""Concurrent changes on real connections: one wins, the other gets an error."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.tenancy import desk_scope
from sla.models import ClockEntry
from sla.sweeps import mark_breached
from tests.cast import NOON, Cast
from tests.races.threads import at_once
from tickets.actors import Actor
from tickets.deliveries import deliver
from tickets.errors import ConflictError, InvalidTransitionError, ServiceError
from tickets.models import DoneDelivery, EventDelivery, State, Ticket, TicketEvent
from tickets.services import NewMessage, add_customer_message, assign, close, close_silent, reply

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 8
DAY_SEVEN = NOON + timedelta(days=7)


def test_tickets_opened_at_once_have_numbers_without_gaps_or_doubles(rocket: Cast) -> None:
    opened = at_once(rocket, *[rocket.open_ticket] * ROUNDS)
    assert sorted(ticket.number for ticket in opened) == list(range(1001, 1001 + ROUNDS))


def test_a_reply_and_a_close_leave_a_legal_history(rocket: Cast) -> None:
    for _ in range(ROUNDS):
        with desk_scope(rocket.desk):
            pk = rocket.open_ticket().pk
        answered, closed = at_once(
            rocket,
            lambda pk=pk: reply(ticket_id=pk, agent=rocket.analyst, text="Hello", at=NOON),
            lambda pk=pk: close(ticket_id=pk, by=Actor.of(rocket.colleague), at=NOON),
        )
        assert not isinstance(closed, ServiceError)  # closing is legal before and after the reply
        with desk_scope(rocket.desk):
            ticket = Ticket.objects.get(pk=pk)
            said = ticket.messages.filter(agent__isnull=False).count()
            states = [e.data["status"] for e in ticket.events.all() if "status" in e.data]
        assert said == (0 if isinstance(answered, InvalidTransitionError) else 1)
        assert [before for before, _ in states] == [
            State.OPEN,
            *(after for _, after in states[:-1]),
        ]
        assert ticket.status == State.CLOSED == states[-1][1]


def test_of_two_agents_who_take_a_ticket_one_gets_a_conflict(rocket: Cast) -> None:
    for _ in range(ROUNDS):
        with desk_scope(rocket.desk):
            ticket = rocket.open_ticket()
            assign(ticket_id=ticket.pk, agent=None, by=Actor.of(rocket.lead), at=NOON)
        results = at_once(
            rocket,
            *[
                lambda agent=agent, pk=ticket.pk: assign(
                    ticket_id=pk, agent=agent, by=Actor.of(agent), at=NOON, expected=None
                )
                for agent in (rocket.analyst, rocket.colleague)
            ],
        )
        assert sum(isinstance(result, ConflictError) for result in results) == 1


def test_a_customers_reply_wins_against_the_automatic_close(rocket: Cast) -> None:
    for _ in range(ROUNDS):
        with desk_scope(rocket.desk):
            ticket = rocket.open_ticket()
            reply(ticket_id=ticket.pk, agent=rocket.analyst, text="Hello", at=NOON)
        at_once(
            rocket,
            lambda pk=ticket.pk: add_customer_message(
                ticket_id=pk,
                contact=rocket.customer,
                new=NewMessage("Still!", "email"),
                at=DAY_SEVEN,
            ),
            lambda: close_silent(desk_id=rocket.desk.pk, at=DAY_SEVEN),
        )
        with desk_scope(rocket.desk):
            after = Ticket.objects.get(pk=ticket.pk)
            # Reopened if the close came first, never closed if it came second.
            assert after.status == State.OPEN
            assert after.messages.filter(body_text="Still!").exists()


def test_concurrent_sweeps_mark_and_close_nothing_twice(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        for _ in range(ROUNDS):
            ticket = rocket.open_ticket()
            reply(ticket_id=ticket.pk, agent=rocket.analyst, text="Hello", at=NOON)
            rocket.open_ticket()
    late = NOON + timedelta(days=8)
    marked = at_once(rocket, *[lambda: mark_breached(desk_id=rocket.desk.pk, at=late)] * 2)
    closed = at_once(rocket, *[lambda: close_silent(desk_id=rocket.desk.pk, at=late)] * 2)
    assert (sum(marked), sum(closed)) == (ROUNDS, ROUNDS)
    with desk_scope(rocket.desk):
        assert ClockEntry.objects.filter(kind="breached").count() == ROUNDS
        assert TicketEvent.objects.filter(kind="ticket.closed").count() == ROUNDS


def test_a_delivery_that_two_workers_claim_is_made_once(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        events = list(ticket.events.values_list("pk", flat=True))
        count = EventDelivery.objects.filter(event__in=events).count()
    done = at_once(rocket, *[lambda: deliver(event_ids=events, at=NOON)] * 2)
    with desk_scope(rocket.desk):
        assert sum(done) == count
        assert DoneDelivery.objects.count() == count
        assert not EventDelivery.objects.filter(event__in=events).exists()
