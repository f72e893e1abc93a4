"""Who is there: one rule for the claim in SQL, for all of routing, and for the lead's board."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product

import pytest

from accounts.models import Agent, Desk
from accounts.tenancy import desk_scope
from helpdesk.agent.board.people import MISSING, list_people
from routing.availability import PresenceFacts, is_inactive
from routing.candidates import list_candidates
from routing.claims import Claimant, claim_agent
from routing.handover.lending import hand_back_tickets, lend_due_tickets
from routing.handover.roll_call import call_roll
from routing.handover.sweeps import pass_on_offers
from routing.models import Presence, PresenceState, Rotation
from routing.presence import record_activity, set_presence
from routing.services import assign_waiting_tickets
from tests.cast import NOON, Cast
from tests.races.threads import at_once
from tests.routing.shifts import set_shift
from tickets.actors import Actor
from tickets.deliveries import deliver
from tickets.events import EventKind
from tickets.models import Notification, Ticket
from tickets.notifications import describe_notification
from tickets.sentences.reasons import describe_reason
from tickets.services import assign, escalate, give_back

MINUTE = timedelta(minutes=1)
HALF_HOUR = timedelta(minutes=30)
STATES = [None, *PresenceState]
ENDS = [None, NOON, NOON + MINUTE]
ACTIVE = [None, NOON - HALF_HOUR, NOON - HALF_HOUR + timedelta(microseconds=1), NOON]


@pytest.fixture
def cast(in_rocket: Cast) -> Cast:
    """A desk where agents count as there for 30 minutes after their last page."""
    Desk.objects.filter(pk=in_rocket.desk.pk).update(idle_minutes=30)
    for agent in (in_rocket.analyst, in_rocket.colleague, in_rocket.level_two):
        agent.desk.refresh_from_db()
    in_rocket.desk.refresh_from_db()
    return in_rocket


def get_holder(ticket: Ticket) -> Agent | None:
    return Ticket.objects.select_related("assignee").get(pk=ticket.pk).assignee


def read_board(cast: Cast, at: datetime = NOON) -> dict[str, str]:
    return {row.name: row.state for row in list_people(cast.desk, at)}


def test_new_desks_count_who_is_not_active_as_not_there() -> None:
    assert Desk().idle_minutes == 30


@pytest.mark.parametrize("limit", [None, HALF_HOUR])
def test_the_statement_and_the_function_agree(cast: Cast, limit: timedelta | None) -> None:
    Desk.objects.filter(pk=cast.desk.pk).update(idle_minutes=30 if limit else 0)
    ticket = cast.open_ticket()
    ticket.desk.refresh_from_db()
    analyst = cast.analyst
    Rotation.objects.get_or_create(desk=cast.desk, agent=analyst)
    for state, until, active in product(STATES, ENDS, ACTIVE):
        Presence.objects.filter(agent=analyst).delete()
        facts = PresenceFacts()
        if state is not None:
            facts = PresenceFacts(state, until, active)
            Presence.objects.create(
                desk=cast.desk, agent=analyst, state=state, until=until, last_active_at=active
            )
        [found] = claim_agent(ticket, [Claimant(analyst.pk, None, None, False)], at=NOON)
        assert found.is_inactive == is_inactive(facts, NOON, idle=limit), facts
        is_absent = analyst.pk in call_roll(ticket.desk, NOON).absent
        assert not (found.is_claimed and is_absent), facts


def test_whoever_the_board_names_as_missing_gets_no_new_ticket(cast: Cast) -> None:
    record_activity(agent=cast.colleague, at=NOON - MINUTE)
    record_activity(agent=cast.analyst, at=NOON - HALF_HOUR)
    assert read_board(cast)["Analyst"] == MISSING
    assert read_board(cast)["Colleague"] == PresenceState.AVAILABLE
    assert {cast.open_ticket().assignee for _ in range(3)} == {cast.colleague}


def test_with_nobody_active_a_ticket_waits_with_the_reason_and_leads_are_notified(
    cast: Cast,
) -> None:
    record_activity(agent=cast.analyst, at=NOON - HALF_HOUR)
    ticket = cast.open_ticket()
    assert ticket.assignee is None
    assert describe_reason(ticket.route_reasons[-1]) == (
        "Nobody on shift at Level 1 is active, so nobody can take this ticket yet. On shift, but"
        " not active: Analyst, Colleague."
    )
    event = ticket.events.get(kind=EventKind.LEFT_UNASSIGNED)
    for _ in range(2):
        deliver(event_ids=[event.pk], at=NOON)
    [told] = Notification.objects.filter(event=event)
    assert told.agent == cast.lead
    words = f"Nobody on shift is active, so nobody can take {ticket.reference} yet."
    assert describe_notification(told) == words


def test_leads_are_not_notified_of_tickets_that_wait_for_the_next_shift(cast: Cast) -> None:
    for agent in (cast.analyst, cast.colleague):
        set_shift(agent, 0, 0)
    ticket = cast.open_ticket()
    event = ticket.events.get(kind=EventKind.LEFT_UNASSIGNED)
    deliver(event_ids=[event.pk], at=NOON)
    assert not Notification.objects.filter(event=event).exists()


def test_a_waiting_ticket_is_placed_when_someone_comes(cast: Cast) -> None:
    ticket = cast.open_ticket()
    assert assign_waiting_tickets(desk_id=cast.desk.pk, at=NOON) == 0
    record_activity(agent=cast.colleague, at=NOON + MINUTE)
    assert assign_waiting_tickets(desk_id=cast.desk.pk, at=NOON + MINUTE) == 1
    assert get_holder(ticket) == cast.colleague
    assert ticket.events.filter(kind=EventKind.LEFT_UNASSIGNED).count() == 1


def test_an_expired_offer_goes_to_nobody_who_is_not_there(cast: Cast) -> None:
    Desk.objects.filter(pk=cast.desk.pk).update(offer_minutes=10)
    cast.desk.refresh_from_db()
    record_activity(agent=cast.analyst, at=NOON)
    ticket = cast.open_ticket()
    assert pass_on_offers(desk_id=cast.desk.pk, at=NOON + 10 * MINUTE) == 1
    assert get_holder(ticket) == cast.analyst


def test_what_cannot_wait_is_lent_only_to_someone_who_is_there(cast: Cast) -> None:
    record_activity(agent=cast.analyst, at=NOON)
    urgent = min(cast.priorities.values(), key=lambda one: one.rank)
    ticket = cast.open_ticket(priority=urgent)
    set_shift(cast.analyst, 0, 12)
    cast.desk.refresh_from_db()
    assert lend_due_tickets(desk_id=cast.desk.pk, at=NOON + MINUTE) == 0
    record_activity(agent=cast.colleague, at=NOON + MINUTE)
    assert lend_due_tickets(desk_id=cast.desk.pk, at=NOON + MINUTE) == 1
    assert get_holder(ticket) == cast.colleague


def test_a_lent_ticket_goes_back_when_its_owner_is_there_and_not_before(cast: Cast) -> None:
    record_activity(agent=cast.colleague, at=NOON)
    ticket = cast.open_ticket()
    Ticket.objects.filter(pk=ticket.pk).update(owner=cast.analyst)
    for state in (PresenceState.AVAILABLE, PresenceState.OWN_TICKETS):
        Presence.objects.update_or_create(
            agent=cast.analyst, desk=cast.desk, defaults={"state": state, "last_active_at": None}
        )
        assert hand_back_tickets(desk_id=cast.desk.pk, at=NOON + MINUTE) == 0
    record_activity(agent=cast.analyst, at=NOON + MINUTE)
    assert hand_back_tickets(desk_id=cast.desk.pk, at=NOON + MINUTE) == 1
    assert get_holder(ticket) == cast.analyst


def test_a_ticket_is_given_back_to_its_agent_only_if_they_are_there(cast: Cast) -> None:
    record_activity(agent=cast.analyst, at=NOON)
    set_presence(agent=cast.level_two, state=PresenceState.AVAILABLE, at=NOON)
    holders = []
    for minutes in (1, 40):
        at = NOON + minutes * MINUTE
        record_activity(agent=cast.colleague, at=at)
        ticket = cast.open_ticket(at=NOON)
        by = Actor.of(cast.lead)
        assign(ticket_id=ticket.pk, agent=cast.analyst, by=by, at=NOON)
        escalate(ticket_id=ticket.pk, by=by, at=NOON, why="Odd")
        give_back(ticket_id=ticket.pk, by=by, at=at, why="Found it")
        holders.append(get_holder(ticket))
    assert holders == [cast.analyst, cast.colleague]


@pytest.mark.django_db(transaction=True)
def test_of_tickets_at_the_same_moment_none_goes_to_who_is_not_there(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        Desk.objects.filter(pk=rocket.desk.pk).update(idle_minutes=30, agent_capacity=3)
        rocket.desk.refresh_from_db()
        record_activity(agent=rocket.colleague, at=NOON)
    opened = at_once(rocket, *[lambda: rocket.open_ticket(at=NOON)] * 5)
    with desk_scope(rocket.desk):
        assigned = [get_holder(ticket) for ticket in opened]
    assert assigned.count(rocket.colleague) == 3
    assert assigned.count(None) == 2


def test_the_candidates_are_of_the_first_level(cast: Cast) -> None:
    """Guard the tests above: two agents could take these tickets."""
    found = list_candidates(cast.open_ticket()).agents
    assert [one.agent for one in found] == [cast.analyst, cast.colleague]
