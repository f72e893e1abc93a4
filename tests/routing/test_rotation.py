"""Rotation: the agent whose last assignment is longest ago is next, newcomers first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from accounts.models import Agent
from accounts.tenancy import desk_scope
from routing import services
from routing.assignment import pick_agent
from routing.models import Rotation, Shift
from routing.presence import set_away
from tests.cast import NOON, Cast
from tests.races.threads import at_once
from tests.routing.fresh import list_candidates
from tickets.actors import Actor
from tickets.events import EventKind
from tickets.models import Ticket
from tickets.sentences.reasons import describe_reason
from tickets.services import assign

HOUR = timedelta(hours=1)


def set_last(cast: Cast, **hours_ago: float | None) -> None:
    Rotation.objects.all().delete()
    Rotation.objects.bulk_create(
        Rotation(
            desk=cast.desk,
            agent=getattr(cast, name),
            last_assigned_at=None if hours is None else NOON - hours * HOUR,
        )
        for name, hours in hours_ago.items()
    )


def pick(cast: Cast, ticket: Ticket) -> Agent | None:
    return pick_agent(list_candidates(ticket), ticket, at=NOON).agent


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    """Return a ticket that counts for no agent: all loads are the same."""
    ticket = in_rocket.open_ticket()
    return assign(ticket_id=ticket.pk, agent=None, by=Actor.of(in_rocket.lead), at=NOON)


def test_the_longest_without_a_ticket_is_next(in_rocket: Cast, ticket: Ticket) -> None:
    set_last(in_rocket, analyst=2, colleague=5)
    assert pick(in_rocket, ticket) == in_rocket.colleague
    assert Rotation.objects.get(agent=in_rocket.colleague).last_assigned_at == NOON
    assert pick(in_rocket, ticket) == in_rocket.analyst


def test_what_is_read_of_an_assigned_agent_is_not_kept(in_rocket: Cast, ticket: Ticket) -> None:
    set_last(in_rocket, analyst=5, colleague=2)
    first, kept = pick(in_rocket, ticket), list_candidates(ticket).agents
    assert first is not None
    assert first.user == in_rocket.analyst.user
    assert [one.agent for one in kept if "user" in one.agent._state.fields_cache] == []


def test_who_never_had_a_ticket_comes_first(in_rocket: Cast, ticket: Ticket) -> None:
    set_last(in_rocket, analyst=500, colleague=None)
    assert pick(in_rocket, ticket) == in_rocket.colleague


def test_a_newcomer_joins_the_rotation_and_comes_first(in_rocket: Cast, ticket: Ticket) -> None:
    set_last(in_rocket, analyst=500)
    assert pick(in_rocket, ticket) == in_rocket.colleague
    assert Rotation.objects.count() == 2


def test_only_agents_on_shift_join_the_rotation(in_rocket: Cast, ticket: Ticket) -> None:
    Rotation.objects.all().delete()
    Shift.objects.filter(agent=in_rocket.colleague).delete()
    assert pick(in_rocket, ticket) == in_rocket.analyst
    assert [row.agent for row in Rotation.objects.all()] == [in_rocket.analyst]


def test_the_reason_names_agent_and_level(in_rocket: Cast, ticket: Ticket) -> None:
    set_last(in_rocket, analyst=1, colleague=2)
    found = pick_agent(list_candidates(ticket), ticket, at=NOON)
    assert found.agent == in_rocket.colleague
    assert found.reason == {"code": "next_in_rotation", "agent": "Colleague", "level": "l1"}
    assert describe_reason(found.reason) == (
        "Assigned to Colleague (on shift, Level 1, next in rotation)."
    )


def test_who_goes_away_keeps_their_tickets_and_gets_no_new_ones(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    holder = ticket.assignee
    assert holder is not None
    set_away(agent=holder, is_away=True, at=NOON)
    assert Ticket.objects.get(pk=ticket.pk).assignee == holder
    assert in_rocket.open_ticket().assignee not in (None, holder)
    assert Rotation.objects.get(agent=holder).last_assigned_at == NOON


def test_the_oldest_unassigned_ticket_is_assigned_first(in_rocket: Cast) -> None:
    Shift.objects.all().delete()
    late, early = in_rocket.open_ticket(at=NOON), in_rocket.open_ticket(at=NOON - HOUR)
    for weekday in range(7):
        Shift.objects.create(
            desk=in_rocket.desk,
            agent=in_rocket.analyst,
            weekday=weekday,
            start_minute=0,
            end_minute=1440,
            time_zone="UTC",
        )
    assert services.assign_waiting_tickets(desk_id=in_rocket.desk.pk, at=NOON) == 2
    events = {ticket: ticket.events.get(kind=EventKind.ASSIGNED).pk for ticket in (late, early)}
    assert events[early] < events[late]


@pytest.mark.django_db(transaction=True)
def test_two_tickets_at_the_same_moment_go_to_two_agents(rocket: Cast) -> None:
    for hours in range(4):
        at = NOON + hours * HOUR
        tickets = at_once(rocket, *[lambda at=at: rocket.open_ticket(at=at)] * 2)
        assert {ticket.assignee for ticket in tickets} == {rocket.analyst, rocket.colleague}


@pytest.mark.django_db(transaction=True)
def test_a_pick_that_is_rolled_back_leaves_the_rotation(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        before = list(Rotation.objects.order_by("pk").values_list("agent", "last_assigned_at"))
        with transaction.atomic():
            pick(rocket, ticket)
            transaction.set_rollback(True)
        after = list(Rotation.objects.order_by("pk").values_list("agent", "last_assigned_at"))
    assert after == before


def test_tickets_that_nobody_can_take_keep_no_others_waiting(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "BATCH", 2)
    shifts = list(Shift.objects.filter(agent=in_rocket.analyst))
    Shift.objects.all().delete()
    hopeless = [in_rocket.open_ticket(at=NOON - HOUR) for _ in range(5)]
    ticket = in_rocket.open_ticket()
    Ticket.objects.filter(pk__in=[one.pk for one in hopeless]).update(
        level="rnd", due_at=NOON - HOUR
    )
    Shift.objects.bulk_create(shifts)
    assert services.assign_waiting_tickets(desk_id=in_rocket.desk.pk, at=NOON) == 1
    assert Ticket.objects.get(pk=ticket.pk).assignee == in_rocket.analyst
