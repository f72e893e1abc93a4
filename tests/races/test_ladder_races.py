"""Ladders with several schedulers, and with changes that cross a sweep: every step exactly once."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from accounts.tenancy import desk_scope
from sla.ladders import acknowledge
from sla.ladders.stepping import take_due_steps
from sla.models import LadderRun
from tests.cast import NOON, Cast
from tests.ladders.helpers import MINUTE, add_ladder, list_events
from tests.races.threads import at_once
from tickets.actors import Actor
from tickets.events import EventKind
from tickets.models import TicketEvent
from tickets.services import reply

pytestmark = pytest.mark.django_db(transaction=True)

DUE = NOON + timedelta(hours=8)
SCHEDULERS, TICKETS = 3, 12


def fill(cast: Cast) -> list[int]:
    """Open tickets whose ladders have all taken their first step."""
    with desk_scope(cast.desk):
        add_ladder(cast)
        tickets = [cast.open_ticket().pk for _ in range(TICKETS)]
        take_due_steps(desk_id=cast.desk.pk, at=DUE - 30 * MINUTE)
    return tickets


def test_three_schedulers_take_each_step_once(rocket: Cast) -> None:
    fill(rocket)
    desk_id = rocket.desk.pk
    for minutes in (0, 10, 25, 55):
        at = DUE + minutes * MINUTE
        jobs = [lambda at=at: take_due_steps(desk_id=desk_id, at=at)] * SCHEDULERS
        assert sum(at_once(rocket, *jobs)) == TICKETS
    with desk_scope(rocket.desk):
        taken = TicketEvent.objects.filter(kind=EventKind.LADDER_STEP.value)
        counts = Counter(
            (event.ticket_id, event.data["round"], event.data["step"]) for event in taken
        )
        assert len(counts) == 5 * TICKETS
        assert set(counts.values()) == {1}


def test_a_step_and_a_reply_at_once_leave_no_ladder_behind(rocket: Cast) -> None:
    tickets = fill(rocket)
    desk_id, agent = rocket.desk.pk, rocket.analyst

    def answer_all() -> int:
        for ticket_id in tickets:
            reply(ticket_id=ticket_id, agent=agent, text="Here.", at=DUE)
        return 0

    at_once(rocket, answer_all, *[lambda: take_due_steps(desk_id=desk_id, at=DUE)] * 2)
    with desk_scope(rocket.desk):
        assert not LadderRun.objects.exists()
        assert take_due_steps(desk_id=desk_id, at=DUE + 99 * MINUTE) == 0


def test_two_agents_acknowledge_at_once_and_one_counts(rocket: Cast) -> None:
    [ticket_id, *_] = fill(rocket)
    people = [Actor.of(rocket.analyst), Actor.of(rocket.colleague), Actor.of(rocket.lead)]
    jobs = [lambda by=by: acknowledge(ticket_id=ticket_id, by=by, at=DUE) for by in people]
    assert sorted(at_once(rocket, *jobs)) == [False, False, True]
    with desk_scope(rocket.desk):
        ticket = LadderRun.objects.get(ticket_id=ticket_id).ticket
        assert len(list_events(ticket, EventKind.LADDER_ACKNOWLEDGED)) == 1
