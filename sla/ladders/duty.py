"""Agents that a step alerts. Rotas belong to routing, so settings name the functions (LADDER_DUTY).

``on_call(ticket, at)`` returns the agents on call for a ticket, ``leads(desk_id)`` the IDs of the
leads, ``gaps(desk, start, end)`` the times in which nobody is on call, each with its level, and
``channel(desk, ticket)`` True if a chat channel gets the steps for the team; of any ticket if None.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import Agent, Desk
from sla.ladders.schedule import StepTerms
from sla.models import Action
from tickets.access import can_see_ticket
from tickets.models import Ticket


class Alerted(NamedTuple):
    """The agents that a step alerts. is_fallback: the leads, because it found nobody else."""

    agents: Sequence[Agent] = ()
    is_fallback: bool = False


class Gap(NamedTuple):
    """A time in which nobody is on call. level: of the tickets that it is about; "" for all."""

    start: datetime
    end: datetime
    level: str = ""


def find_alerted(step: StepTerms, ticket: Ticket, at: datetime) -> Alerted:
    """Return the agents to alert: the leads if a step finds nobody, so no step is silent."""
    if step.action == Action.REASSIGN:  # routing tells the leads if nobody is on shift
        return Alerted()
    if step.action == Action.CHANNEL and has_channel(ticket):
        return Alerted()
    find = _FIND.get(step.action)
    found = [one for one in find(step, ticket, at) if _can_help(one, ticket)] if find else []
    if found:
        return Alerted(found)
    return Alerted(_list_leads(step, ticket, at), is_fallback=True)


def has_channel(ticket: Ticket) -> bool:
    """Return True if a chat channel is told of a ticket's steps; before it exists, of any."""
    return bool(_call("channel", ticket.desk, None if ticket._state.adding else ticket))


def _can_help(agent: Agent, ticket: Ticket) -> bool:
    """Return True for an active agent who may see the ticket."""
    return agent.is_active and can_see_ticket(
        agent, department_id=ticket.department_id, assignee_id=ticket.assignee_id
    )


def _list_assignee(step: StepTerms, ticket: Ticket, at: datetime) -> list[Agent]:
    return [ticket.assignee] if ticket.assignee else []


def _list_on_call(step: StepTerms, ticket: Ticket, at: datetime) -> list[Agent]:
    return list(_call("on_call", ticket, at))


def _list_leads(step: StepTerms, ticket: Ticket, at: datetime) -> list[Agent]:
    return _get_agents(list_leads(ticket.desk_id))


def _list_managers(step: StepTerms, ticket: Ticket, at: datetime) -> list[Agent]:
    account = ticket.account
    named = [account.account_manager_id, account.success_manager_id] if account else []
    return _get_agents(named) or _list_named(step, ticket, at)


def _list_named(step: StepTerms, ticket: Ticket, at: datetime) -> list[Agent]:
    return _get_agents([step.agent_id])


def _get_agents(ids: Iterable[int | None]) -> list[Agent]:
    known = [one for one in ids if one]
    return list(Agent.objects.filter(pk__in=known).order_by("pk")) if known else []


_FIND = {
    Action.ASSIGNEE.value: _list_assignee,
    Action.PAGE.value: _list_on_call,
    Action.LEAD.value: _list_leads,
    Action.MANAGER.value: _list_managers,
    Action.EXECUTIVE.value: _list_named,
}


def list_leads(desk_id: int) -> list[int]:
    """Return the IDs of a desk's leads; of its admins if it has none."""
    return list(_call("leads", desk_id))


def list_gaps(desk: Desk, start: datetime, end: datetime) -> list[Gap]:
    """Return the times from ``start`` to ``end`` in which nobody is on call."""
    return [Gap(*gap) for gap in _call("gaps", desk, start, end)]


def _call(name: str, *given: object) -> Any:
    return import_string(settings.LADDER_DUTY[name])(*given)
