"""Assignee, priority, department and participants: conditions, events, and changes of nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import NOON, Cast
from tickets.actors import SYSTEM, Actor
from tickets.changes import Change
from tickets.errors import ConflictError, NotAllowedError
from tickets.events import EventKind
from tickets.models import NO_DEADLINE, Participant, Ticket
from tickets.services import (
    add_participant,
    assign,
    change_department,
    change_priority,
    set_deadline,
)

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    ticket = in_rocket.open_ticket()
    return assign(ticket_id=ticket.pk, agent=in_rocket.analyst, by=SYSTEM, at=NOON)


def count(ticket: Ticket, kind: EventKind) -> int:
    return ticket.events.filter(kind=kind).count()


def test_an_assignment_records_both_agents_and_the_words(in_rocket: Cast, ticket: Ticket) -> None:
    by = Actor.of(in_rocket.lead)
    assign(ticket_id=ticket.pk, agent=in_rocket.colleague, by=by, at=LATER, why="Knows LDAP")
    event = ticket.events.latest("pk")
    assert (event.kind, event.actor_name, event.at) == (EventKind.ASSIGNED, "Lead", LATER)
    assert event.data == {
        "assignee": [in_rocket.analyst.pk, in_rocket.colleague.pk],
        "names": ["Analyst", "Colleague"],
        "why": "Knows LDAP",
    }
    assert Ticket.objects.get(pk=ticket.pk).updated_at == LATER


def test_an_expected_assignee_that_is_right_is_no_conflict(in_rocket: Cast, ticket: Ticket) -> None:
    given = {"ticket_id": ticket.pk, "by": SYSTEM, "at": NOON}
    assign(**given, agent=None, expected=in_rocket.analyst.pk)
    assign(**given, agent=in_rocket.colleague, expected=None)
    assert Ticket.objects.get(pk=ticket.pk).assignee == in_rocket.colleague


def test_a_conflict_names_the_assignee_and_what_to_do(in_rocket: Cast, ticket: Ticket) -> None:
    given = {"ticket_id": ticket.pk, "agent": in_rocket.colleague, "by": SYSTEM, "at": NOON}
    with pytest.raises(ConflictError, match=r"assigned to Analyst in the meantime\. Reload"):
        assign(**given, expected=None)
    assign(ticket_id=ticket.pk, agent=None, by=SYSTEM, at=NOON)
    with pytest.raises(ConflictError, match=r"unassigned in the meantime\. Reload"):
        assign(**given, expected=in_rocket.analyst.pk)
    assert Ticket.objects.get(pk=ticket.pk).assignee is None


@pytest.mark.parametrize("change", [{"role": "observer"}, {"is_active": False}])
def test_who_cannot_write_neither_assigns_nor_is_assigned(
    in_rocket: Cast, ticket: Ticket, change: dict[str, object]
) -> None:
    for name, value in change.items():
        setattr(in_rocket.colleague, name, value)
    with pytest.raises(NotAllowedError, match="but not be assigned"):
        assign(ticket_id=ticket.pk, agent=in_rocket.colleague, by=SYSTEM, at=NOON)
    by = Actor.of(in_rocket.colleague)
    with pytest.raises(NotAllowedError, match="but not change them"):
        assign(ticket_id=ticket.pk, agent=None, by=by, at=NOON)
    assert Ticket.objects.get(pk=ticket.pk).assignee == in_rocket.analyst


def test_customers_change_no_properties(in_rocket: Cast, ticket: Ticket) -> None:
    given = {"ticket_id": ticket.pk, "by": Actor.of(in_rocket.customer), "at": NOON}
    with pytest.raises(NotAllowedError):
        assign(**given, agent=None)
    with pytest.raises(NotAllowedError):
        change_priority(**given, priority=in_rocket.priorities["High"])
    with pytest.raises(NotAllowedError):
        change_department(**given, department=in_rocket.departments["trials"])
    with pytest.raises(NotAllowedError):
        add_participant(**given, contact=in_rocket.manager)


def test_setting_what_is_set_already_changes_nothing(in_rocket: Cast, ticket: Ticket) -> None:
    before = ticket.events.count()
    given = {"ticket_id": ticket.pk, "by": Actor.of(in_rocket.lead), "at": LATER}
    assign(**given, agent=in_rocket.analyst)
    change_priority(**given, priority=in_rocket.default_priority)
    change_department(**given, department=in_rocket.departments["paid"])
    assert ticket.events.count() == before
    assert Ticket.objects.get(pk=ticket.pk).updated_at == NOON


def test_a_priority_and_a_department_are_recorded_by_name(in_rocket: Cast, ticket: Ticket) -> None:
    given = {"ticket_id": ticket.pk, "by": Actor.of(in_rocket.lead), "at": LATER}
    change_priority(**given, priority=in_rocket.priorities["High"])
    change_department(**given, department=in_rocket.departments["trials"], why="A trial")
    priority = ticket.events.get(kind=EventKind.PRIORITY_CHANGED)
    department = ticket.events.filter(kind=EventKind.DEPARTMENT_CHANGED).latest("pk")
    assert priority.data == {"priority": ["Medium", "High"]}
    assert department.data == {"department": ["Paid Support", "Trials"], "why": "A trial"}
    stored = Ticket.objects.get(pk=ticket.pk)
    assert (stored.priority, stored.department, stored.assignee) == (
        in_rocket.priorities["High"],
        in_rocket.departments["trials"],
        in_rocket.analyst,
    )


def test_a_participant_is_added_once(in_rocket: Cast, ticket: Ticket) -> None:
    given = {"ticket_id": ticket.pk, "by": Actor.of(in_rocket.analyst), "at": NOON}
    for _ in range(2):
        add_participant(**given, contact=in_rocket.manager)
    assert Participant.objects.get(ticket=ticket).contact == in_rocket.manager
    event = ticket.events.get(kind=EventKind.PARTICIPANT_ADDED)
    assert event.data == {"contact": in_rocket.manager.pk, "name": str(in_rocket.manager)}


def test_a_deadline_is_set_cleared_and_left_alone(in_rocket: Cast, ticket: Ticket) -> None:
    for due_at, stored in ((LATER, LATER), (LATER, LATER), (None, NO_DEADLINE)):
        change = Change.open(ticket.pk, by=SYSTEM, at=NOON)
        set_deadline(change, due_at)
        change.save()
        assert Ticket.objects.get(pk=ticket.pk).due_at == stored
