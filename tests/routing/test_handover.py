"""Handovers: the note, the claim, the alarm after a whole shift, departures, and who comes next."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Agent
from routing.handover.lending import lend_due_tickets
from routing.handover.offers import accept_ticket
from routing.handover.sweeps import raise_alarms
from routing.models import Handover, HandoverCause
from routing.services import assign_waiting_tickets, reassign_stranded_tickets
from tests.cast import NOON, Cast
from tests.routing.shifts import set_shift
from tickets.actors import Actor
from tickets.deliveries import deliver
from tickets.events import EventKind
from tickets.models import Notification, Ticket
from tickets.sentences.reasons import describe_reason
from tickets.services import add_note, assign, close, escalate, give_back, reopen, reply

HOUR = timedelta(hours=1)
EVENING, MIDNIGHT = NOON + 6 * HOUR, NOON + 11 * HOUR


@pytest.fixture
def cast(in_rocket: Cast) -> Cast:
    """The analyst works from 8 to 16 UTC, the colleague from 16 to 24."""
    set_shift(in_rocket.analyst, 8, 16)
    set_shift(in_rocket.colleague, 16, 24)
    return in_rocket


@pytest.fixture
def handed_over(cast: Cast) -> Ticket:
    """Return an urgent ticket of the analyst that the colleague holds in the evening."""
    urgent = min(cast.priorities.values(), key=lambda one: one.rank)
    ticket = cast.open_ticket(priority=urgent)
    add_note(ticket_id=ticket.pk, agent=cast.analyst, text="Next: ask for the logs", at=NOON)
    assert lend_due_tickets(desk_id=cast.desk.pk, at=EVENING) == 1
    return Ticket.objects.get(pk=ticket.pk)


def alarm(cast: Cast, at: object = MIDNIGHT) -> int:
    return raise_alarms(desk_id=cast.desk.pk, at=at)


def test_the_note_has_the_next_step_that_the_agent_left(handed_over: Ticket) -> None:
    note = Handover.objects.get(ticket=handed_over).note
    assert note["note"] == handed_over.notes.get(body_text="Next: ask for the logs").pk
    assert note["status"] == "new"


def test_unclaimed_for_a_whole_shift_raises_one_alarm(cast: Cast, handed_over: Ticket) -> None:
    assert alarm(cast, MIDNIGHT - HOUR) == 0
    assert alarm(cast) == 1
    assert alarm(cast) == 0
    event = handed_over.events.get(kind=EventKind.HANDOVER_UNCLAIMED)
    assert (event.data["sender"], event.data["receiver"]) == ("Analyst", "Colleague")


def test_leads_and_the_holder_are_notified_of_it(cast: Cast, handed_over: Ticket) -> None:
    alarm(cast)
    event = handed_over.events.get(kind=EventKind.HANDOVER_UNCLAIMED)
    deliver(event_ids=[event.pk], at=MIDNIGHT)
    told = Notification.objects.filter(event=event).values_list("agent", flat=True)
    assert set(told) == {cast.lead.pk, cast.colleague.pk}


def test_only_its_receiver_accepts_a_handover(cast: Cast, handed_over: Ticket) -> None:
    for agent in (cast.analyst, cast.lead):  # its owner, and another
        add_note(ticket_id=handed_over.pk, agent=agent, text="A thought", at=EVENING)
        close(ticket_id=handed_over.pk, by=Actor.of(agent), at=EVENING)
        reopen(ticket_id=handed_over.pk, by=Actor.of(agent), at=EVENING)
    assert Handover.objects.get(ticket=handed_over).claimed_at is None
    reply(ticket_id=handed_over.pk, agent=cast.colleague, text="Hello", at=EVENING)
    assert Handover.objects.get(ticket=handed_over).claimed_at == EVENING


@pytest.mark.parametrize("claim", ["accept", "note"])
def test_a_claimed_handover_raises_none(cast: Cast, handed_over: Ticket, claim: str) -> None:
    if claim == "accept":
        accept_ticket(ticket_id=handed_over.pk, agent=cast.colleague, at=EVENING)
    else:
        add_note(ticket_id=handed_over.pk, agent=cast.colleague, text="On it", at=EVENING)
    assert Handover.objects.get(ticket=handed_over).claimed_at == EVENING
    assert alarm(cast) == 0


def test_a_departure_hands_open_work_over_with_a_note(cast: Cast) -> None:
    set_shift(cast.colleague, 8, 24)
    ticket = cast.open_ticket()
    assign(ticket_id=ticket.pk, agent=cast.analyst, by=Actor.of(cast.lead), at=NOON)
    Agent.objects.filter(pk=cast.analyst.pk).update(is_active=False)
    assert reassign_stranded_tickets(desk_id=cast.desk.pk, at=NOON) == 1
    handover = Handover.objects.get(ticket=ticket)
    assert (handover.cause, handover.receiver) == (HandoverCause.DEPARTURE, cast.colleague)
    assert Ticket.objects.get(pk=ticket.pk).owner_id is None
    add_note(ticket_id=ticket.pk, agent=cast.colleague, text="On it", at=NOON)
    handover.refresh_from_db()
    assert handover.ended_at == NOON


def test_a_lent_ticket_of_an_agent_who_leaves_goes_back(cast: Cast, handed_over: Ticket) -> None:
    Agent.objects.filter(pk=cast.colleague.pk).update(is_active=False)
    assert reassign_stranded_tickets(desk_id=cast.desk.pk, at=EVENING) == 1
    ticket = Ticket.objects.get(pk=handed_over.pk)
    assert (ticket.assignee_id, ticket.owner_id) == (cast.analyst.pk, None)
    assert not Handover.objects.filter(ended_at=None).exists()
    assert describe_reason(ticket.route_reasons[1]) == (
        "Handed back to Analyst, because Colleague no longer works on tickets here."
    )


def test_an_agent_who_is_deleted_leaves_tickets_that_are_assigned_again(cast: Cast) -> None:
    set_shift(cast.colleague, 8, 24)
    ticket = cast.open_ticket()
    assign(ticket_id=ticket.pk, agent=cast.analyst, by=Actor.of(cast.lead), at=NOON)
    cast.analyst.delete()
    assert assign_waiting_tickets(desk_id=cast.desk.pk, at=NOON) == 1
    assert Ticket.objects.get(pk=ticket.pk).assignee == cast.colleague


def test_an_unassigned_ticket_says_when_the_next_agent_comes(cast: Cast) -> None:
    night = NOON + 12 * HOUR  # 1:00
    ticket = cast.open_ticket(at=night)
    assert ticket.assignee is None
    assert describe_reason(ticket.route_reasons[1]) == (
        "No agent at Level 1 in this department is on shift. The next one comes on shift Thu, "
        "Nov 19, 8:00 AM."
    )
    assert assign_waiting_tickets(desk_id=cast.desk.pk, at=NOON + 19 * HOUR - HOUR / 60) == 0
    assert assign_waiting_tickets(desk_id=cast.desk.pk, at=NOON + 19 * HOUR) == 1
    assert Ticket.objects.get(pk=ticket.pk).assignee == cast.analyst


def test_a_ticket_that_no_agent_can_take_keeps_no_other_waiting(cast: Cast) -> None:
    """At night, tickets of a department without agents are due before one that can be placed."""
    night = NOON + 12 * HOUR
    for department in (cast.departments["community"],):
        department.agentdepartment_set.all().delete()
    cast.desk.refresh_from_db()
    for _ in range(3):
        assert cast.open_ticket(at=night, is_unverified=True).assignee is None
    last = cast.open_ticket(at=night + HOUR)
    assert assign_waiting_tickets(desk_id=cast.desk.pk, at=NOON + 19 * HOUR) == 1
    assert Ticket.objects.get(pk=last.pk).assignee == cast.analyst


@pytest.mark.parametrize("is_there", [True, False])
def test_a_ticket_that_is_given_back_goes_to_who_had_it_if_they_are_there(
    cast: Cast, is_there: bool
) -> None:
    set_shift(cast.colleague, 8, 24)
    ticket = cast.open_ticket()
    assign(ticket_id=ticket.pk, agent=cast.analyst, by=Actor.of(cast.lead), at=NOON)
    by = Actor.of(cast.level_two)
    escalate(ticket_id=ticket.pk, by=by, at=NOON, why="Not reproducible")
    if not is_there:
        set_shift(cast.analyst, 0, 0)
    give_back(ticket_id=ticket.pk, by=by, at=NOON, why="Works as designed")
    expected = cast.analyst if is_there else cast.colleague
    assert Ticket.objects.get(pk=ticket.pk).assignee == expected
