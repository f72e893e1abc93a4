"""Claims of agents: presence, load and capacity in one statement; the last place is taken once."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, Agent, Desk, Region
from accounts.tenancy import desk_scope
from routing.loads import list_loads
from routing.models import Presence, PresenceState, Shift
from tests.cast import NOON, Cast
from tests.races.threads import at_once
from tickets.actors import SYSTEM, Actor
from tickets.models import Priority, Ticket
from tickets.sentences.reasons import describe_reason
from tickets.services import assign, hold_ticket, reply

MINUTE = timedelta(minutes=1)


def set_desk(cast: Cast, **settings: object) -> None:
    Desk.objects.filter(pk=cast.desk.pk).update(**settings)
    cast.desk.refresh_from_db()


def open_for(cast: Cast, agent: Agent, **changes: object) -> Ticket:
    """Open a ticket and assign it to an agent by hand."""
    ticket = cast.open_ticket(**changes)
    return assign(ticket_id=ticket.pk, agent=agent, by=Actor.of(cast.lead), at=NOON)


def test_the_lightest_load_comes_before_the_turn(in_rocket: Cast) -> None:
    for _ in range(3):
        open_for(in_rocket, in_rocket.analyst)
    ticket = in_rocket.open_ticket(at=NOON + MINUTE)
    assert ticket.assignee == in_rocket.colleague
    assert describe_reason(ticket.route_reasons[1]) == (
        "Assigned to Colleague (on shift, Level 1, lightest load: 0)."
    )


def test_an_urgent_ticket_weighs_what_its_priority_says(in_rocket: Cast) -> None:
    highest = min(in_rocket.priorities.values(), key=lambda one: one.rank)
    Priority.objects.filter(pk=highest.pk).update(weight=3)
    open_for(in_rocket, in_rocket.analyst, priority=highest)
    for _ in range(2):
        open_for(in_rocket, in_rocket.colleague)
    assert list_loads(in_rocket.desk.pk, NOON)[in_rocket.analyst.pk] == 3
    assert in_rocket.open_ticket().assignee == in_rocket.colleague


def test_what_waits_for_the_customer_or_is_on_hold_does_not_count(in_rocket: Cast) -> None:
    analyst = in_rocket.analyst
    waiting, held = open_for(in_rocket, analyst), open_for(in_rocket, analyst)
    reply(ticket_id=waiting.pk, agent=analyst, text="Try this", at=NOON)
    until = NOON + timedelta(hours=2)
    hold_ticket(ticket_id=held.pk, by=Actor.of(analyst), until=until, why="Parts", at=NOON)
    assert list_loads(in_rocket.desk.pk, NOON)[analyst.pk] == 0
    assert list_loads(in_rocket.desk.pk, until)[analyst.pk] == 1


def test_a_lent_ticket_counts_for_owner_and_holder(in_rocket: Cast) -> None:
    ticket = open_for(in_rocket, in_rocket.analyst)
    Ticket.objects.filter(pk=ticket.pk).update(
        assignee=in_rocket.colleague, owner=in_rocket.analyst
    )
    loads = list_loads(in_rocket.desk.pk, NOON)
    assert (loads[in_rocket.analyst.pk], loads[in_rocket.colleague.pk]) == (1, 1)


def test_at_capacity_a_ticket_stays_visibly_unassigned(in_rocket: Cast) -> None:
    set_desk(in_rocket, agent_capacity=2)
    assignees = Counter(in_rocket.open_ticket().assignee for _ in range(5))
    assert assignees == {in_rocket.analyst: 2, in_rocket.colleague: 2, None: 1}
    last = Ticket.objects.latest("pk")
    assert describe_reason(last.route_reasons[1]) == (
        "Agents at Level 1 are on shift, but none is free to take this ticket. Not available: "
        "2 at capacity."
    )


def test_an_agents_own_capacity_comes_before_the_desks(in_rocket: Cast) -> None:
    set_desk(in_rocket, agent_capacity=1)
    Agent.objects.filter(pk=in_rocket.analyst.pk).update(capacity=3)
    assignees = Counter(in_rocket.open_ticket().assignee for _ in range(5))
    assert assignees == {in_rocket.analyst: 3, in_rocket.colleague: 1, None: 1}


def test_a_ticket_heavier_than_the_capacity_takes_all_of_it(in_rocket: Cast) -> None:
    set_desk(in_rocket, agent_capacity=2)
    Priority.objects.all().update(weight=5)
    assignees = [in_rocket.open_ticket().assignee for _ in range(3)]
    assert set(assignees[:2]) == {in_rocket.analyst, in_rocket.colleague}
    assert assignees[2] is None


@pytest.mark.parametrize(
    ("state", "is_assigned"),
    [("available", True), ("own", False), ("away", False), ("on_call", False)],
)
def test_presence_is_read_with_the_claim(in_rocket: Cast, state: str, is_assigned: bool) -> None:
    open_for(in_rocket, in_rocket.colleague)
    in_rocket.open_ticket()  # reads and keeps the candidates
    Presence.objects.update_or_create(
        desk=in_rocket.desk, agent=in_rocket.analyst, defaults={"state": state}
    )
    open_for(in_rocket, in_rocket.colleague)
    assert (in_rocket.open_ticket().assignee == in_rocket.analyst) is is_assigned


def test_who_is_on_call_gets_urgent_tickets_only(in_rocket: Cast) -> None:
    Presence.objects.create(
        desk=in_rocket.desk, agent=in_rocket.analyst, state=PresenceState.ON_CALL
    )
    Shift.objects.filter(agent=in_rocket.colleague).delete()
    ranked = sorted(in_rocket.priorities.values(), key=lambda one: one.rank)
    assert in_rocket.open_ticket(priority=ranked[1]).assignee is None
    assert in_rocket.open_ticket(priority=ranked[0]).assignee == in_rocket.analyst


def test_the_named_engineer_comes_first_and_not_above_the_capacity(in_rocket: Cast) -> None:
    Account.objects.filter(pk=in_rocket.account.pk).update(named_engineer=in_rocket.analyst)
    set_desk(in_rocket, agent_capacity=3)
    tickets = [in_rocket.open_ticket() for _ in range(4)]
    assert [ticket.assignee for ticket in tickets] == [
        *[in_rocket.analyst] * 3,
        in_rocket.colleague,
    ]
    assert describe_reason(tickets[0].route_reasons[1]) == (
        "Assigned to Analyst, the named engineer of this account."
    )


@pytest.mark.parametrize("is_preferred", [True, False])
def test_the_accounts_last_agent_comes_first_if_the_desk_wants_it(
    in_rocket: Cast, is_preferred: bool
) -> None:
    set_desk(in_rocket, prefers_last_agent=is_preferred)
    for _ in range(3):
        last = open_for(in_rocket, in_rocket.analyst)
    ticket = in_rocket.open_ticket(at=NOON + MINUTE)
    assert (ticket.assignee == last.assignee) is is_preferred
    elsewhere = in_rocket.open_ticket(contact=in_rocket.elsewhere, at=NOON + MINUTE)
    assert elsewhere.assignee == in_rocket.colleague


def test_the_accounts_home_region_comes_first(in_rocket: Cast) -> None:
    region = Region.objects.create(desk=in_rocket.desk, name="Americas", time_zone="UTC")
    Account.objects.filter(pk=in_rocket.account.pk).update(home_region=region)
    Agent.objects.filter(pk=in_rocket.analyst.pk).update(region=region)
    for _ in range(2):
        ticket = in_rocket.open_ticket()
        assert ticket.assignee == in_rocket.analyst
    assert describe_reason(ticket.route_reasons[1]) == (
        "Assigned to Analyst (on shift in the account's home region)."
    )


def test_the_reason_counts_who_was_not_available(in_rocket: Cast) -> None:
    Shift.objects.filter(agent=in_rocket.analyst).delete()
    ticket = in_rocket.open_ticket()
    assert describe_reason(ticket.route_reasons[1]) == (
        "Assigned to Colleague (on shift, Level 1, next in rotation). Not available: 1 off shift."
    )


def test_nobody_gets_tickets_in_the_last_minutes_of_a_shift(in_rocket: Cast) -> None:
    set_desk(in_rocket, quiet_minutes=30)
    Shift.objects.filter(agent=in_rocket.colleague).delete()
    Shift.objects.filter(agent=in_rocket.analyst).update(start_minute=480, end_minute=13 * 60 + 29)
    assert in_rocket.open_ticket(at=NOON - MINUTE).assignee is None  # 12:59, for 30 minutes
    assert in_rocket.open_ticket(at=NOON - 2 * MINUTE).assignee == in_rocket.analyst


def test_a_claim_is_one_statement(in_rocket: Cast) -> None:
    in_rocket.open_ticket()
    ticket = in_rocket.open_ticket()
    assign(ticket_id=ticket.pk, agent=None, by=SYSTEM, at=NOON)
    with CaptureQueriesContext(connection) as asked:
        in_rocket.open_ticket()
    claims = [one for one in asked if "routing_rotation" in one["sql"]]
    assert len(claims) == 1


@pytest.mark.django_db(transaction=True)
def test_two_tickets_never_take_the_last_place(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        set_desk(rocket, agent_capacity=2)
        for _ in range(2):
            rocket.open_ticket()
    tickets = at_once(rocket, *[rocket.open_ticket] * 8)
    assignees = Counter(ticket.assignee for ticket in tickets)
    assert assignees == {rocket.analyst: 1, rocket.colleague: 1, None: 6}
    with desk_scope(rocket.desk):
        loads = list_loads(rocket.desk.pk, NOON)
    assert (loads[rocket.analyst.pk], loads[rocket.colleague.pk]) == (2, 2)
