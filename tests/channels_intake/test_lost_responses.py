"""A first response that never arrived doesn't count: its clock runs on until one arrives."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.tenancy import desk_scope
from channels_intake.models import OutgoingEmail
from channels_intake.outgoing.sending import send_due
from channels_intake.outgoing.tracking import mark_failed
from sla.explaining.verification import verify_tickets
from sla.models import ClockKind
from sla.sweeps import mark_breached
from tests.cast import NOON, Cast
from tests.clocks import add_targets, get_clock, get_due, list_entry_kinds
from tickets.actors import Actor
from tickets.deliveries import deliver_due
from tickets.events import EventKind
from tickets.models import State, Ticket
from tickets.services import close, reply

FIRST, UPDATE = ClockKind.FIRST_RESPONSE, ClockKind.UPDATE
HOUR = timedelta(hours=1)


def send(cast: Cast, ticket: Ticket, *, at: timedelta, then: str) -> OutgoingEmail:
    reply(ticket_id=ticket.pk, agent=cast.analyst, text="Hi", at=NOON + at, then=then)
    deliver_due(desk_id=cast.desk.pk, at=NOON + at)
    send_due(desk_id=cast.desk.pk, at=NOON + at)
    return OutgoingEmail.objects.filter(ticket=ticket, kind="reply").latest("pk")


def bounce(cast: Cast, mail: OutgoingEmail, *, at: timedelta) -> None:
    mark_failed(mail, reason="550 User unknown", at=NOON + at)
    deliver_due(desk_id=cast.desk.pk, at=NOON + at)


@pytest.mark.parametrize("then", ["waiting", "investigating"])
def test_the_clock_of_a_lost_first_response_runs_on_and_is_met_by_the_next(
    rocket: Cast, then: str
) -> None:
    with desk_scope(rocket.desk):
        add_targets(rocket, UPDATE, minutes=60)
        ticket = rocket.open_ticket()
        due = get_due(ticket)
        bounce(rocket, send(rocket, ticket, at=HOUR, then=then), at=2 * HOUR)
        ticket.refresh_from_db()
        assert (ticket.status, ticket.first_responded_at) == (State.INVESTIGATING, None)
        assert ticket.unanswered_since is not None
        assert get_clock(ticket, FIRST).is_owed
        assert get_due(ticket) == due
        assert ticket.events.filter(kind=EventKind.RESPONSE_LOST).count() == 1
        clock = get_clock(ticket, UPDATE) if then == "investigating" else None
        assert clock is None or not clock.is_owed
        assert mark_breached(desk_id=rocket.desk.pk, at=due[0] + HOUR) == 1
        arrives = due[0] - NOON + 2 * HOUR
        send(rocket, ticket, at=arrives, then="waiting")
        assert get_clock(ticket, FIRST).met_at == NOON + arrives
        assert list_entry_kinds(ticket, FIRST) == ["started", "met", "resumed", "breached", "met"]
        assert [each for each in verify_tickets(desk_id=rocket.desk.pk) if each.differences] == []


def test_a_later_reply_that_bounces_leaves_the_first_response_met(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        send(rocket, ticket, at=HOUR, then="waiting")
        bounce(rocket, send(rocket, ticket, at=2 * HOUR, then="waiting"), at=3 * HOUR)
        ticket.refresh_from_db()
        assert (ticket.status, ticket.first_responded_at) == (State.INVESTIGATING, NOON + HOUR)
        assert get_clock(ticket, FIRST).met_at == NOON + HOUR


def test_a_closed_ticket_owes_no_response_anymore(rocket: Cast, matter: Cast) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        mail = send(rocket, ticket, at=HOUR, then="investigating")
        close(ticket_id=ticket.pk, by=Actor.of(rocket.lead), at=NOON + 1.5 * HOUR)
        bounce(rocket, mail, at=2 * HOUR)
        assert get_clock(ticket, FIRST).met_at == NOON + HOUR
        assert not ticket.events.filter(kind=EventKind.RESPONSE_LOST).exists()
