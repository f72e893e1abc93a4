"""Asking an engineering group: who can, what changes, who is told."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import AgentDepartment, Department, Visibility
from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tests.help_requests.helpers import HOUR, ask, deliver_all, make_group
from tickets.errors import ConflictError, InvalidValueError, NotAllowedError
from tickets.events import EventKind
from tickets.help_requests.access import get_request_for_agent, list_requests_for_agent
from tickets.help_requests.asking import withdraw_request
from tickets.models import HelpRequest, HelpState, Notification, Ticket
from tickets.notifications import describe_notification

STAYS = ("status", "level", "assignee_id", "department_id", "unanswered_since", "due_at")


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    return in_rocket.open_ticket()


def list_told(kind: str) -> set[str]:
    told = Notification.objects.filter(event__kind=kind).select_related("agent")
    return {notification.agent.name for notification in told}


def test_a_question_leaves_the_ticket_where_it_is(in_rocket: Cast, ticket: Ticket) -> None:
    before = Ticket.objects.values(*STAYS).get(pk=ticket.pk)
    asked = ask(in_rocket, ticket, make_group(in_rocket))
    assert Ticket.objects.values(*STAYS).get(pk=ticket.pk) == before
    assert (asked.state, asked.due_at, asked.warn_at) == ("open", NOON + 4 * HOUR, NOON + 3 * HOUR)
    event = ticket.events.get(kind=EventKind.HELP_REQUESTED)
    assert event.data["group"] == "Server team"
    assert "Is 4 GB enough" not in str(event.data)


def test_the_members_of_the_group_are_notified_once(in_rocket: Cast, ticket: Ticket) -> None:
    ask(in_rocket, ticket, make_group(in_rocket, in_rocket.level_two, in_rocket.analyst))
    for _run in range(2):
        deliver_all(ticket)
    assert list_told(EventKind.HELP_REQUESTED) == {in_rocket.level_two.name}  # not who asked
    sentence = describe_notification(Notification.objects.get(event__kind="help.requested"))
    assert sentence == "Analyst asks your group for help with RC-1001."


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"question": "  "}, InvalidValueError),
        ({"agent": "observer"}, NotAllowedError),
    ],
)
def test_what_is_refused(
    in_rocket: Cast, ticket: Ticket, change: dict[str, Any], error: type[Exception]
) -> None:
    group = make_group(in_rocket)
    if "agent" in change:
        change["agent"] = getattr(in_rocket, change["agent"])
    with pytest.raises(error):
        ask(in_rocket, ticket, group, **change)
    assert not HelpRequest.objects.exists()


def test_a_group_that_is_closed_or_cannot_see_the_ticket_is_refused(
    in_rocket: Cast, ticket: Ticket
) -> None:
    with pytest.raises(InvalidValueError, match="no longer takes questions"):
        ask(in_rocket, ticket, make_group(in_rocket, name="Old", is_active=False))
    group = make_group(in_rocket, in_rocket.colleague)
    Department.objects.filter(pk=ticket.department_id).update(visibility=Visibility.MEMBERS)
    AgentDepartment.objects.filter(agent=in_rocket.colleague).delete()
    Ticket.objects.filter(pk=ticket.pk).update(assignee=in_rocket.analyst)
    with pytest.raises(InvalidValueError, match="Nobody in Server team can see this ticket"):
        ask(in_rocket, ticket, group)


def test_a_request_is_as_visible_as_its_ticket(in_rocket: Cast, ticket: Ticket) -> None:
    asked = ask(in_rocket, ticket, make_group(in_rocket))
    assert get_request_for_agent(in_rocket.colleague, asked.pk) == asked
    Department.objects.filter(pk=ticket.department_id).update(visibility=Visibility.MEMBERS)
    AgentDepartment.objects.filter(agent=in_rocket.colleague).delete()
    Ticket.objects.filter(pk=ticket.pk).update(assignee=in_rocket.analyst)
    stranger = type(in_rocket.colleague).objects.get(pk=in_rocket.colleague.pk)
    assert not list_requests_for_agent(stranger).exists()


def test_the_second_desk_sees_nothing(rocket: Cast, matter: Cast) -> None:
    with desk_scope(rocket.desk):
        asked = ask(rocket, rocket.open_ticket(), make_group(rocket))
    with desk_scope(matter.desk), pytest.raises(HelpRequest.DoesNotExist):
        get_request_for_agent(matter.admin, asked.pk)


def test_the_one_who_asked_can_withdraw_with_a_reason_and_others_cannot(
    in_rocket: Cast, ticket: Ticket
) -> None:
    asked = ask(in_rocket, ticket, make_group(in_rocket))
    given = {"help_id": asked.pk, "at": NOON}
    with pytest.raises(NotAllowedError):
        withdraw_request(agent=in_rocket.colleague, why="No", **given)
    with pytest.raises(InvalidValueError):
        withdraw_request(agent=in_rocket.analyst, why=" ", **given)
    withdraw_request(agent=in_rocket.analyst, why="Found it myself", **given)
    asked.refresh_from_db()
    assert (asked.state, asked.warn_at) == (HelpState.WITHDRAWN, None)
    with pytest.raises(ConflictError, match="Analyst has already ended this request"):
        withdraw_request(agent=in_rocket.lead, why="Again", **given)
    assert ticket.events.filter(kind=EventKind.HELP_WITHDRAWN).count() == 1
