"""The life of a ticket through the services (M13-M17, M20-M21)."""

from datetime import timedelta

import pytest

from sla.models import Clock
from tests.cast import NOON, Cast
from tests.clocks import get_clock
from tickets.actors import Actor
from tickets.errors import ConflictError
from tickets.events import EventKind
from tickets.models import CloseReason, State, Ticket
from tickets.services import (
    NewMessage,
    NotReopenableError,
    add_customer_message,
    add_note,
    close,
    close_silent,
    escalate,
    remind_silent,
    reply,
)


def list_kinds(ticket: Ticket) -> list[str]:
    return list(ticket.events.values_list("kind", flat=True))


def test_a_new_ticket_has_number_department_assignee_and_deadline(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    assert ticket.reference == "RC-1001"
    assert ticket.department == in_rocket.departments["paid"]
    assert ticket.assignee in {in_rocket.analyst, in_rocket.colleague}
    assert ticket.status == State.OPEN
    # 10:00 on Wednesday in Sao Paulo and 8 working hours: 18:00 the same day.
    assert get_clock(ticket).due_at == NOON + timedelta(hours=8)
    assert list_kinds(ticket) == [
        EventKind.TICKET_OPENED,
        EventKind.DEPARTMENT_CHANGED,
        EventKind.ASSIGNED,
        EventKind.SLA_STARTED,
    ]


def test_two_tickets_go_to_two_agents(in_rocket: Cast) -> None:
    assert in_rocket.open_ticket().assignee != in_rocket.open_ticket().assignee


def test_a_reply_meets_the_clock_and_the_ticket_waits_for_the_customer(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Hello", at=NOON + timedelta(hours=1))
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert ticket.status == State.WAITING
    assert ticket.close_at == NOON + timedelta(days=7, hours=1)
    assert get_clock(ticket).met_at == NOON + timedelta(hours=1)


def test_a_note_is_no_first_response(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    add_note(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Odd.", at=NOON)
    assert Clock.objects.get(ticket=ticket).met_at is None
    assert Ticket.objects.get(pk=ticket.pk).status == State.OPEN


def test_a_customers_reply_reopens_a_waiting_ticket(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Hello", at=NOON)
    add_customer_message(
        ticket_id=ticket.pk, contact=in_rocket.customer, new=NewMessage("Still", "email"), at=NOON
    )
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert (ticket.status, ticket.close_at, ticket.remind_at) == (State.OPEN, None, None)


def test_an_automatic_reply_changes_no_state(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Hello", at=NOON)
    new = NewMessage("I am away", "email", is_automatic=True)
    add_customer_message(ticket_id=ticket.pk, contact=in_rocket.customer, new=new, at=NOON)
    assert Ticket.objects.get(pk=ticket.pk).status == State.WAITING


def test_silence_reminds_once_and_closes_after_seven_days(in_rocket: Cast) -> None:
    ticket, desk = in_rocket.open_ticket(), in_rocket.desk
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Hello", at=NOON)
    assert remind_silent(desk_id=desk.pk, at=NOON + timedelta(days=4, hours=23)) == 0
    assert remind_silent(desk_id=desk.pk, at=NOON + timedelta(days=5)) == 1
    assert remind_silent(desk_id=desk.pk, at=NOON + timedelta(days=6)) == 0
    assert close_silent(desk_id=desk.pk, at=NOON + timedelta(days=7) - timedelta(seconds=1)) == 0
    assert close_silent(desk_id=desk.pk, at=NOON + timedelta(days=7)) == 1
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert (ticket.status, ticket.close_reason) == (State.CLOSED, CloseReason.SILENCE)


def test_a_reply_reopens_a_closed_ticket_for_fourteen_days_only(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    close(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    late = {
        "ticket_id": ticket.pk,
        "contact": in_rocket.customer,
        "new": NewMessage("Again", "email"),
    }
    with pytest.raises(NotReopenableError):
        add_customer_message(**late, at=NOON + timedelta(days=15))
    add_customer_message(**late, at=NOON + timedelta(days=14))
    assert Ticket.objects.get(pk=ticket.pk).status == State.OPEN


def test_closing_without_a_reply_stops_the_clock_and_reopening_restarts_it(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    close(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    assert Clock.objects.get(ticket=ticket).stopped_at == NOON
    later = NOON + timedelta(hours=1)
    add_customer_message(
        ticket_id=ticket.pk, contact=in_rocket.customer, new=NewMessage("No!", "email"), at=later
    )
    clock = Clock.objects.get(ticket=ticket)
    assert (clock.stopped_at, clock.due_at) == (None, later + timedelta(hours=8))


def test_escalating_assigns_an_agent_of_the_next_level(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    ticket = escalate(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON, why="A defect")
    assert (ticket.status, ticket.level) == (State.ESCALATED, "l2")
    assert Ticket.objects.get(pk=ticket.pk).assignee.level == "l2"


def test_a_reply_that_crosses_a_new_message_is_refused(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    seen = ticket.messages.get().pk
    add_customer_message(
        ticket_id=ticket.pk, contact=in_rocket.customer, new=NewMessage("More", "email"), at=NOON
    )
    with pytest.raises(ConflictError):
        reply(
            ticket_id=ticket.pk,
            agent=in_rocket.analyst,
            text="Hello",
            at=NOON,
            last_seen_message=seen,
        )
