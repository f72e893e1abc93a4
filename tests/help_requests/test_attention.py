"""Requests for attention: who can ask, who is told, who decides."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Account, Agent, AgentDepartment, Department, Visibility
from accounts.tenancy import desk_scope
from helpdesk.shared.attention import list_attentive_leads
from routing.models import OnCallRota, OnCallTurn, Shift
from tests.cast import NOON, Cast
from tickets.attention.access import get_attention_for_agent, list_attention_for_agent
from tickets.attention.asking import ask_attention
from tickets.attention.deciding import decide_attention
from tickets.errors import ConflictError, InvalidValueError, NotAllowedError
from tickets.models import AttentionRequest, Notification, Ticket
from tickets.notifications import describe_notification
from tickets.timeline import describe_event


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    return in_rocket.open_ticket()


def ask(cast: Cast, **more: Any) -> AttentionRequest:
    """Ask as an executive who reads along."""
    given = {"agent": cast.observer, "why": "The board asks", "urgency": "now", "at": NOON} | more
    return ask_attention(leads=list_attentive_leads(cast.desk, NOON), **given)


def decide(cast: Cast, asked: AttentionRequest, **more: Any) -> AttentionRequest:
    given = {"agent": cast.lead, "is_accepted": True, "why": "On it", "at": NOON} | more
    return decide_attention(attention_id=asked.pk, **given)


def test_the_lead_is_asked_and_decides_with_a_reason(in_rocket: Cast, ticket: Ticket) -> None:
    asked = ask(in_rocket, ticket_id=ticket.pk)
    assert asked.account == in_rocket.account
    (told,) = Notification.objects.filter(kind="attention.asked")
    assert told.agent == in_rocket.lead
    assert describe_notification(told) == "Observer asks for attention on RC-1001."
    decide(in_rocket, asked)
    (heard,) = Notification.objects.filter(kind="attention.accepted")
    assert heard.agent == in_rocket.observer
    kinds = ticket.events.filter(kind__startswith="attention.").order_by("pk")
    assert [event.data.get("why") for event in kinds] == ["The board asks", "On it"]
    with pytest.raises(ConflictError, match="Lead already decided"):
        decide(in_rocket, asked, agent=in_rocket.admin, is_accepted=False)


def test_an_account_as_a_whole_has_no_ticket(in_rocket: Cast) -> None:
    asked = ask(in_rocket, account=in_rocket.account)
    decide(in_rocket, asked, is_accepted=False, why="They are fine")
    declined = Notification.objects.get(kind="attention.declined")
    assert describe_notification(declined).endswith(f"attention on {in_rocket.account.name}.")


def test_who_can_ask(in_rocket: Cast, ticket: Ticket) -> None:
    with pytest.raises(NotAllowedError, match="Escalate the ticket instead"):
        ask(in_rocket, agent=in_rocket.analyst, ticket_id=ticket.pk)
    Account.objects.filter(pk=in_rocket.account.pk).update(success_manager=in_rocket.analyst)
    assert ask(in_rocket, agent=in_rocket.analyst, ticket_id=ticket.pk)
    other = in_rocket.other_account
    with pytest.raises(NotAllowedError):
        ask(in_rocket, agent=in_rocket.analyst, account=other)


def test_one_request_waits_at_a_time(in_rocket: Cast, ticket: Ticket) -> None:
    asked = ask(in_rocket, ticket_id=ticket.pk)
    with pytest.raises(ConflictError, match="already been requested"):
        ask(in_rocket, ticket_id=ticket.pk)
    assert ask(in_rocket, account=in_rocket.account)
    with pytest.raises(ConflictError):
        ask(in_rocket, account=in_rocket.account)
    decide(in_rocket, asked)
    assert ask(in_rocket, ticket_id=ticket.pk)


def test_reasons_are_needed_and_only_leads_decide(in_rocket: Cast, ticket: Ticket) -> None:
    with pytest.raises(InvalidValueError):
        ask(in_rocket, ticket_id=ticket.pk, why=" ")
    asked = ask(in_rocket, ticket_id=ticket.pk)
    with pytest.raises(InvalidValueError):
        decide(in_rocket, asked, why=" ", is_accepted=False)
    for agent in (in_rocket.analyst, in_rocket.observer):
        with pytest.raises(NotAllowedError):
            decide(in_rocket, asked, agent=agent)


def test_accepting_needs_no_reason(in_rocket: Cast, ticket: Ticket) -> None:
    decide(in_rocket, ask(in_rocket, ticket_id=ticket.pk), why="")
    (decided,) = ticket.events.filter(kind="attention.decided")
    assert describe_event(decided, in_rocket.desk) == "Lead accepted the request for attention."


def test_it_is_as_visible_as_its_ticket_and_never_to_another_desk(
    in_rocket: Cast, ticket: Ticket, matter: Cast
) -> None:
    asked = ask(in_rocket, ticket_id=ticket.pk)
    about_account = ask(in_rocket, account=in_rocket.account)
    Department.objects.filter(pk=ticket.department_id).update(visibility=Visibility.MEMBERS)
    AgentDepartment.objects.filter(agent=in_rocket.colleague).delete()
    Ticket.objects.filter(pk=ticket.pk).update(assignee=in_rocket.analyst)
    assert list(list_attention_for_agent(in_rocket.colleague)) == [about_account]
    assert set(list_attention_for_agent(in_rocket.lead)) == {asked, about_account}
    with desk_scope(matter.desk), pytest.raises(AttentionRequest.DoesNotExist):
        get_attention_for_agent(matter.admin, asked.pk)


@pytest.fixture
def second(in_rocket: Cast) -> Agent:
    """A second lead."""
    in_rocket.level_two.role = "lead"
    in_rocket.level_two.save(update_fields=["role"])
    return in_rocket.level_two


def test_all_leads_on_shift_are_told(in_rocket: Cast, second: Agent) -> None:
    assert list_attentive_leads(in_rocket.desk, NOON) == sorted([in_rocket.lead.pk, second.pk])


def test_a_lead_off_shift_is_not_told(in_rocket: Cast, second: Agent) -> None:
    Shift.objects.filter(agent=second).delete()
    assert list_attentive_leads(in_rocket.desk, NOON) == [in_rocket.lead.pk]


def test_if_no_lead_is_on_shift_all_are_told(in_rocket: Cast, second: Agent) -> None:
    Shift.objects.all().delete()
    assert list_attentive_leads(in_rocket.desk, NOON) == sorted([in_rocket.lead.pk, second.pk])


def test_the_lead_on_call_comes_first(in_rocket: Cast, second: Agent) -> None:
    rota = OnCallRota.objects.create(desk=in_rocket.desk, name="Leads")
    OnCallTurn.objects.create(
        desk=in_rocket.desk,
        rota=rota,
        agent=second,
        planned_agent=second,
        start_at=NOON - timedelta(hours=1),
        end_at=NOON + timedelta(hours=1),
    )
    assert list_attentive_leads(in_rocket.desk, NOON) == [second.pk]
