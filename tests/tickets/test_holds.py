"""Holds: until a time, a ticket isn't closed for inactivity, and its clocks pause."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.tenancy import desk_scope, system_scope
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.errors import ConflictError, InvalidValueError, NotAllowedError
from tickets.events import EventKind
from tickets.models import CloseReason, QueueRow, State, Ticket, TicketEvent
from tickets.services import (
    NewMessage,
    add_customer_message,
    close,
    close_silent,
    end_due_holds,
    end_hold,
    hold_ticket,
    remind_silent,
    reply,
)

DAY = timedelta(days=1)


def hold(cast: Cast, ticket: Ticket, *, days: float, why: str = "Vacation") -> Ticket:
    """Put the ticket on hold for some days by the analyst."""
    return hold_ticket(
        ticket_id=ticket.pk, by=Actor.of(cast.analyst), until=NOON + days * DAY, why=why, at=NOON
    )


def wait(cast: Cast) -> Ticket:
    """A ticket that waits for the customer since noon."""
    ticket = cast.open_ticket()
    reply(ticket_id=ticket.pk, agent=cast.analyst, text="Which version?", at=NOON)
    return ticket


def test_a_held_ticket_is_neither_reminded_nor_closed_for_silence(in_rocket: Cast) -> None:
    ticket, desk = wait(in_rocket), in_rocket.desk
    hold(in_rocket, ticket, days=10)
    assert remind_silent(desk_id=desk.pk, at=NOON + 9 * DAY) == 0
    assert close_silent(desk_id=desk.pk, at=NOON + 9 * DAY) == 0
    assert end_due_holds(desk_id=desk.pk, at=NOON + 10 * DAY) == 1
    assert remind_silent(desk_id=desk.pk, at=NOON + 10 * DAY) == 1  # before it closes, as always
    assert close_silent(desk_id=desk.pk, at=NOON + 11 * DAY) == 0
    assert close_silent(desk_id=desk.pk, at=NOON + 12 * DAY) == 1
    ticket.refresh_from_db()
    assert ticket.close_reason == CloseReason.SILENCE


def test_a_hold_that_ends_before_the_reminder_changes_nothing(in_rocket: Cast) -> None:
    ticket = wait(in_rocket)
    before = Ticket.objects.values_list("remind_at", "close_at").get(pk=ticket.pk)
    hold(in_rocket, ticket, days=2)
    assert end_due_holds(desk_id=in_rocket.desk.pk, at=NOON + 2 * DAY) == 1
    assert Ticket.objects.values_list("remind_at", "close_at").get(pk=ticket.pk) == before


def test_a_ticket_that_starts_to_wait_while_held_stays_open(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    hold(in_rocket, ticket, days=20)
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Back on the 20th", at=NOON)
    ticket.refresh_from_db()
    assert ticket.hold_until == NOON + 20 * DAY
    assert ticket.remind_at == NOON + 20 * DAY
    assert ticket.close_at == NOON + 22 * DAY


def test_a_customer_message_ends_the_hold(in_rocket: Cast) -> None:
    ticket = wait(in_rocket)
    hold(in_rocket, ticket, days=10)
    new = NewMessage("I am back", "email")
    later = NOON + DAY
    add_customer_message(ticket_id=ticket.pk, contact=in_rocket.customer, new=new, at=later)
    ticket.refresh_from_db()
    assert (ticket.hold_until, ticket.hold_reason) == (None, "")
    event = TicketEvent.objects.get(ticket=ticket, kind=EventKind.HOLD_ENDED)
    assert event.data["cause"] == "customer_responded"


def test_an_automatic_reply_does_not_end_the_hold(in_rocket: Cast) -> None:
    ticket = wait(in_rocket)
    hold(in_rocket, ticket, days=10)
    new = NewMessage("Out of office", "email", is_automatic=True)
    add_customer_message(ticket_id=ticket.pk, contact=in_rocket.customer, new=new, at=NOON + DAY)
    ticket.refresh_from_db()
    assert ticket.hold_until is not None


def test_closing_ends_the_hold(in_rocket: Cast) -> None:
    ticket = wait(in_rocket)
    hold(in_rocket, ticket, days=10)
    close(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON + DAY)
    ticket.refresh_from_db()
    assert (ticket.hold_until, ticket.hold_reason, ticket.status) == (None, "", State.CLOSED)
    with pytest.raises(ConflictError):
        hold(in_rocket, ticket, days=10)


def test_an_agent_ends_or_moves_a_hold_with_an_event_each(in_rocket: Cast) -> None:
    ticket, by = wait(in_rocket), Actor.of(in_rocket.analyst)
    hold(in_rocket, ticket, days=3)
    hold(in_rocket, ticket, days=5, why="Still away")
    assert end_hold(ticket_id=ticket.pk, by=by, at=NOON + DAY)
    assert not end_hold(ticket_id=ticket.pk, by=by, at=NOON + DAY)
    kinds = [EventKind.HOLD_STARTED, EventKind.HOLD_ENDED]
    events = TicketEvent.objects.filter(ticket=ticket, kind__in=kinds).order_by("id")
    assert [event.data.get("why", "") for event in events] == ["Vacation", "Still away", ""]
    assert "was_until" in events[1].data


@pytest.mark.parametrize(
    ("days", "why", "field"),
    [(0, "x", "until"), (-1, "x", "until"), (367, "x", "until"), (1, " ", "why")],
)
def test_a_past_or_distant_end_or_no_reason_is_refused(
    in_rocket: Cast, days: float, why: str, field: str
) -> None:
    ticket = wait(in_rocket)
    with pytest.raises(InvalidValueError) as refused:
        hold(in_rocket, ticket, days=days, why=why)
    assert refused.value.field == field


def test_a_customer_or_an_observer_cannot_hold_a_ticket(in_rocket: Cast) -> None:
    ticket = wait(in_rocket)
    with pytest.raises(NotAllowedError):
        hold_ticket(
            ticket_id=ticket.pk,
            by=Actor.of(in_rocket.customer),
            until=NOON + DAY,
            why="x",
            at=NOON,
        )


def test_holds_of_two_desks_end_apart(rocket: Cast, matter: Cast) -> None:
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            hold(cast, wait(cast), days=1)
    with desk_scope(rocket.desk):
        assert end_due_holds(desk_id=rocket.desk.pk, at=NOON + 2 * DAY) == 1
    with system_scope("test"):
        [left] = QueueRow.objects.filter(hold_until__isnull=False)
        assert left.desk_id == matter.desk.pk
