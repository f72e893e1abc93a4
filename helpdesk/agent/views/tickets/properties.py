"""Changes of a ticket's assignee, status, priority, product and department, one small form each.

A page sends the value it showed as "expected". If the property has another value by now, nothing
changes. A change of assignee, priority, product or department can be undone from its message.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.db.models import Model
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Agent
from helpdesk.agent.forms import DepartmentForm, PriorityForm, ProductForm, ProductLineForm
from helpdesk.agent.permissions import AgentRequest, agent_action
from helpdesk.agent.redirects import apply_change, redirect_to_ticket
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.shared.numbers import parse_number
from helpdesk.shared.undo import Undo
from tickets.actors import Actor
from tickets.errors import ServiceError
from tickets.models import State, Ticket
from tickets.services import (
    assign,
    change_department,
    change_priority,
    change_product,
    change_product_line,
    change_status,
)

STATE_AFTER = {"investigate": State.INVESTIGATING, "wait_for_customer": State.WAITING}


@agent_action
def set_assignee(request: AgentRequest, number: int) -> HttpResponse:
    """Assign the ticket to the agent in the field "assignee", or unassign it."""
    ticket = get_ticket_for_change(request.agent, number)
    chosen = request.POST.get("assignee", "")
    agent = Agent.objects.filter(
        desk=request.desk, pk=parse_number(chosen) or 0, is_active=True
    ).first()
    if chosen and agent is None:
        text = _("That agent isn't active at this desk. Choose another assignee.")
        return redirect_to_ticket(request, number, error=ServiceError(text))
    return _change(
        request,
        ticket,
        partial(assign, agent=agent),
        success=_("Assigned to %(agent)s.") % {"agent": agent}
        if agent
        else _("Ticket unassigned."),
        undo=_build_undo("assignee", number, before=ticket.assignee_id, after=agent),
    )


@agent_action
def set_status(request: AgentRequest, number: int) -> HttpResponse:
    """Make the state change in the field "move"; only those that need no form."""
    ticket = get_ticket_for_change(request.agent, number)
    move = request.POST.get("move", "")
    if move not in STATE_AFTER:
        text = _("That status change doesn't exist. Reload the page and try again.")
        return redirect_to_ticket(request, number, error=ServiceError(text))
    return apply_change(
        request,
        number,
        lambda: change_status(
            ticket_id=ticket.pk, move=move, by=Actor.of(request.agent), at=timezone.now()
        ),
        success=_("Status changed to %(status)s.")
        % {"status": request.desk.word_for(STATE_AFTER[move])},
    )


@agent_action
def set_priority(request: AgentRequest, number: int) -> HttpResponse:
    """Set the priority in the field "priority"."""
    ticket = get_ticket_for_change(request.agent, number)
    form = PriorityForm(request.POST, ticket=ticket)
    if not form.is_valid():
        text = _("That priority doesn't exist at this desk. Choose another one.")
        return redirect_to_ticket(request, number, error=ServiceError(text))
    chosen = form.cleaned_data["priority"]
    return _change(
        request,
        ticket,
        partial(change_priority, priority=chosen),
        success=_("Priority changed to %(priority)s.") % {"priority": chosen},
        undo=_build_undo("priority", number, before=ticket.priority_id, after=chosen),
    )


@agent_action
def set_product(request: AgentRequest, number: int) -> HttpResponse:
    """Set the product in the field "product", or none."""
    ticket = get_ticket_for_change(request.agent, number)
    form = ProductForm(request.POST, desk=request.desk)
    if not form.is_valid():
        text = _("That product doesn't exist at this desk. Choose another one.")
        return redirect_to_ticket(request, number, error=ServiceError(text))
    chosen = form.cleaned_data["product"]
    return _change(
        request,
        ticket,
        partial(change_product, product=chosen),
        success=_("Product changed to %(product)s.") % {"product": chosen}
        if chosen
        else _("Product removed."),
        undo=_build_undo("product", number, before=ticket.product_id, after=chosen),
    )


@agent_action
def set_product_line(request: AgentRequest, number: int) -> HttpResponse:
    """Set the product line in the field "product_line", or the account's own."""
    ticket = get_ticket_for_change(request.agent, number)
    form = ProductLineForm(request.POST, desk=request.desk)
    if not form.is_valid():
        text = _("That product line doesn't exist at this desk. Choose another one.")
        return redirect_to_ticket(request, number, error=ServiceError(text))
    chosen = form.cleaned_data["product_line"]
    return _change(
        request,
        ticket,
        partial(change_product_line, line=chosen),
        success=_("Product line changed to %(line)s.") % {"line": chosen}
        if chosen
        else _("Product line removed. The account's own line applies again."),
        undo=_build_undo("product_line", number, before=ticket.product_line_id, after=chosen),
    )


@agent_action
def set_department(request: AgentRequest, number: int) -> HttpResponse:
    """Move the ticket to the department in the field "department"."""
    ticket = get_ticket_for_change(request.agent, number)
    form = DepartmentForm(request.POST, desk=request.desk)
    if not form.is_valid():
        text = _("That department doesn't exist at this desk. Choose another one.")
        return redirect_to_ticket(request, number, error=ServiceError(text))
    chosen, before = form.cleaned_data["department"], ticket.department_id
    return _change(
        request,
        ticket,
        partial(change_department, department=chosen),
        success=_("Moved to %(department)s.") % {"department": chosen},
        # A ticket can't be moved back to no department.
        undo=_build_undo("department", number, before=before, after=chosen) if before else None,
    )


def _change(
    request: AgentRequest,
    ticket: Ticket,
    change: Callable[..., Ticket],
    *,
    success: str,
    undo: Undo | None,
) -> HttpResponse:
    """Apply a change if the property has the value that the page showed."""
    by, at, expected = Actor.of(request.agent), timezone.now(), _get_expected(request)
    return apply_change(
        request,
        ticket.number,
        lambda: change(ticket_id=ticket.pk, by=by, at=at, expected=expected),
        success=success,
        undo=undo,
    )


def _get_expected(request: AgentRequest) -> int | bool | None:
    """Return the id that the page showed, None for no one, or False if it doesn't matter."""
    expected = request.POST.get("expected")
    return False if expected is None else parse_number(expected)


def _build_undo(name: str, number: int, *, before: int | None, after: Model | None) -> Undo | None:
    """Return the way back to the row with the id ``before``, or None if nothing changed."""
    left = after.pk if after else None
    if before == left:
        return None
    return Undo(
        action=reverse(f"agent:{name}", args=[number]),
        name=name,
        value=str(before or ""),
        expected=str(left or ""),
    )
