"""Promised updates: a clock by a time of day that never pauses, met by the next reply."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sla.models import ClockKind
from sla.sweeps import warn_of_due
from tests.cast import NOON, Cast
from tests.clocks import get_clock, get_due
from tickets.actors import Actor
from tickets.errors import InvalidValueError
from tickets.models import NO_DEADLINE
from tickets.services import promise_update, reply, withdraw_promise

HOUR = timedelta(hours=1)
FIRST, PROMISE = ClockKind.FIRST_RESPONSE, ClockKind.PROMISED_UPDATE


def test_a_promised_update_is_met_by_the_next_reply(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    reply(
        ticket_id=ticket.pk,
        agent=in_rocket.analyst,
        text="We are on it.",
        at=NOON,
        next_update_at=NOON + 20 * HOUR,
    )
    clock = get_clock(ticket, PROMISE)
    assert (clock.due_at, clock.calendar, clock.paused_at) == (NOON + 20 * HOUR, None, None)
    assert get_due(ticket) == (NOON + 20 * HOUR, PROMISE)
    assert warn_of_due(desk_id=in_rocket.desk.pk, at=NOON + 15 * HOUR) == 1
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Done", at=NOON + 16 * HOUR)
    assert get_clock(ticket, PROMISE).met_at == NOON + 16 * HOUR
    assert get_due(ticket) == (NO_DEADLINE, "")


def test_a_promise_can_be_replaced_and_withdrawn(in_rocket: Cast) -> None:
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.analyst)
    for hours in (2, 3):
        due_at = NOON + hours * HOUR
        promise_update(ticket_id=ticket.pk, by=by, due_at=due_at, at=NOON)
    assert (get_clock(ticket, PROMISE).run, get_due(ticket)) == (2, (NOON + 3 * HOUR, PROMISE))
    withdraw_promise(ticket_id=ticket.pk, by=by, at=NOON + HOUR)
    assert get_clock(ticket, PROMISE).stopped_at == NOON + HOUR
    assert get_due(ticket) == (NOON + 8 * HOUR, FIRST)


@pytest.mark.parametrize("days", [-1, 0, 367, 365_000])
def test_a_promise_is_in_the_future_and_within_a_year(in_rocket: Cast, days: int) -> None:
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.analyst)
    with pytest.raises(InvalidValueError):
        promise_update(ticket_id=ticket.pk, by=by, due_at=NOON + timedelta(days=days), at=NOON)
    assert get_due(ticket) == (NOON + 8 * HOUR, FIRST)
