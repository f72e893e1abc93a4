"""Candidates: agents of department and level, with rotation and shifts, kept per version."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Agent, AgentDepartment, Department, DepartmentKind
from accounts.tenancy import desk_scope
from routing import candidates
from routing.assignment import pick_agent
from routing.candidates import Candidates
from routing.models import Rotation, Shift
from routing.shifts import ShiftFacts
from tests.cast import NOON, Cast
from tests.routing.fresh import list_candidates
from tickets.models import Ticket
from tickets.sentences.reasons import describe_reason


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    ticket = in_rocket.open_ticket()
    Rotation.objects.all().delete()
    return ticket


def list_names(candidates: Candidates) -> list[str]:
    return sorted(one.agent.name for one in candidates.agents)


def test_agents_of_the_level_in_the_tickets_own_department(in_rocket: Cast, ticket: Ticket) -> None:
    found = list_candidates(ticket)
    assert found.department == in_rocket.departments["paid"]
    assert list_names(found) == ["Analyst", "Colleague"]
    ticket.level = "l2"
    assert list_names(list_candidates(ticket)) == ["Admin", "Lead", "Level Two"]


def test_a_kind_leads_to_that_department(in_rocket: Cast, ticket: Ticket) -> None:
    AgentDepartment.objects.filter(
        agent=in_rocket.colleague, department=in_rocket.departments["trials"]
    ).delete()
    found = list_candidates(ticket, kind=DepartmentKind.TRIALS)
    assert found.department == in_rocket.departments["trials"]
    assert list_names(found) == ["Analyst"]


def test_without_such_a_department_any_agent_of_the_level(in_rocket: Cast, ticket: Ticket) -> None:
    Department.objects.filter(kind=DepartmentKind.TRIALS).delete()
    AgentDepartment.objects.all().delete()
    found = list_candidates(ticket, kind=DepartmentKind.TRIALS)
    assert found.department is None
    assert list_names(found) == ["Analyst", "Colleague"]


def test_a_department_without_agents_has_no_candidates(in_rocket: Cast, ticket: Ticket) -> None:
    AgentDepartment.objects.all().delete()
    found = list_candidates(ticket)
    assert (found.department, found.agents) == (in_rocket.departments["paid"], [])
    pick = pick_agent(found, ticket, at=NOON)
    assert pick.agent is None
    assert describe_reason(pick.reason) == "No agent at Level 1 works in this department."


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "observer"}, {"level": "rnd"}])
def test_who_cannot_be_assigned_is_no_candidate(
    in_rocket: Cast, ticket: Ticket, change: dict[str, object]
) -> None:
    Agent.objects.filter(pk=in_rocket.colleague.pk).update(**change)
    assert list_names(list_candidates(ticket)) == ["Analyst"]


def test_shifts_and_rotation_come_along(in_rocket: Cast, ticket: Ticket) -> None:
    Shift.objects.filter(agent=in_rocket.analyst).exclude(weekday=2).delete()
    Shift.objects.filter(agent=in_rocket.colleague).delete()
    Rotation.objects.create(desk=in_rocket.desk, agent=in_rocket.colleague)
    by_name = {one.agent.name: one for one in list_candidates(ticket).agents}
    analyst, colleague = by_name["Analyst"], by_name["Colleague"]
    assert not analyst.has_turn
    assert analyst.facts.shifts == (ShiftFacts(2, 0, 1440, "UTC"),)
    assert (colleague.has_turn, colleague.facts.shifts) == (True, ())


def test_agents_have_what_routing_uses_without_another_statement(
    in_rocket: Cast, ticket: Ticket
) -> None:
    list_candidates(ticket)
    with CaptureQueriesContext(connection) as asked:
        found = candidates.list_candidates(ticket)
        for one in found.agents:
            assert (one.agent.desk_id, one.agent.level, one.agent.is_active) == (
                in_rocket.desk.pk,
                "l1",
                True,
            )
            assert one.agent.can_write
            assert str(one.agent)
        assert found.department is not None
        assert found.department.name == "Paid Support"
    assert len(asked) == 0
    assert {one.agent for one in found.agents} == {in_rocket.analyst, in_rocket.colleague}


def test_another_desks_agents_are_no_candidates(
    in_rocket: Cast, matter: Cast, ticket: Ticket
) -> None:
    with desk_scope(matter.desk):
        assert list_candidates(ticket).agents == []
