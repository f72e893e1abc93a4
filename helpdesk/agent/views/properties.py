"""Changing what a ticket is filed under: person, status, priority, department. Each is one small form."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone

from accounts.models import Agent
from helpdesk.agent.forms import DepartmentForm, PriorityForm
from helpdesk.agent.permissions import AgentRequest, agent_action
from helpdesk.agent.redirects import apply_change, redirect_to_ticket
from helpdesk.agent.ticket_queries import get_ticket_for_change
from helpdesk.shared.numbers import parse_number
from tickets.actors import Actor
from tickets.errors import ServiceError
from tickets.models import State
from tickets.services import assign, change_department, change_priority, change_status

STATE_AFTER = {"investigate": State.INVESTIGATING, "wait_for_customer": State.WAITING}


@agent_action
def set_assignee(request: AgentRequest, number: int) -> HttpResponse:
    """Give the ticket to the agent of the field "assignee", or to nobody; to whom it went meanwhile, not away."""
    ticket = get_ticket_for_change(request.agent, number)
    chosen = request.POST.get("assignee", "")
    agent = Agent.objects.filter(
        desk=request.desk, pk=parse_number(chosen) or 0, is_active=True
    ).first()
    if chosen and agent is None:
        return redirect_to_ticket(
            request, number, refusal=ServiceError("There is no such person at this desk.")
        )
    expected = request.POST.get("expected")
    return apply_change(
        request,
        number,
        lambda: assign(
            ticket_id=ticket.pk,
            agent=agent,
            by=Actor.of(request.agent),
            at=timezone.now(),
            expected=False if expected is None else parse_number(expected),
        ),
        told=f"{agent} has it now." if agent else "Nobody has it now.",
    )


@agent_action
def set_status(request: AgentRequest, number: int) -> HttpResponse:
    """Make the move of the field "move": those that need no words."""
    ticket = get_ticket_for_change(request.agent, number)
    move = request.POST.get("move", "")
    if move not in STATE_AFTER:
        return redirect_to_ticket(request, number, refusal=ServiceError("There is no such move."))
    return apply_change(
        request,
        number,
        lambda: change_status(
            ticket_id=ticket.pk, move=move, by=Actor.of(request.agent), at=timezone.now()
        ),
        told=f"The ticket is now {request.desk.word_for(STATE_AFTER[move])}.",
    )


@agent_action
def set_priority(request: AgentRequest, number: int) -> HttpResponse:
    ticket = get_ticket_for_change(request.agent, number)
    form = PriorityForm(request.POST, desk=request.desk)
    if not form.is_valid():
        return redirect_to_ticket(
            request, number, refusal=ServiceError("There is no such priority at this desk.")
        )
    chosen = form.cleaned_data["priority"]
    by, at = Actor.of(request.agent), timezone.now()
    return apply_change(
        request,
        number,
        lambda: change_priority(ticket_id=ticket.pk, priority=chosen, by=by, at=at),
        told=f"The priority is now {chosen}.",
    )


@agent_action
def set_department(request: AgentRequest, number: int) -> HttpResponse:
    ticket = get_ticket_for_change(request.agent, number)
    form = DepartmentForm(request.POST, desk=request.desk)
    if not form.is_valid():
        return redirect_to_ticket(
            request, number, refusal=ServiceError("There is no such department at this desk.")
        )
    chosen = form.cleaned_data["department"]
    by, at = Actor.of(request.agent), timezone.now()
    return apply_change(
        request,
        number,
        lambda: change_department(ticket_id=ticket.pk, department=chosen, by=by, at=at),
        told=f"The ticket is in {chosen} now.",
    )
