"""Routing to a department, then assignment to an agent, or visibly unassigned (M2, M13, M50)."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Agent, Level, Role
from routing.assignment import pick_agent
from routing.candidates import Candidates, list_candidates
from routing.rules import AccountFacts, choose_department
from tickets.access import can_see_ticket
from tickets.actors import SYSTEM
from tickets.changes import Change
from tickets.events import EventKind
from tickets.models import ACTIVE_STATES, NOBODY, OPEN_STATES, QueueRow, SweepKind, Ticket
from tickets.reasons import ReasonCode, make_reason
from tickets.services.properties import record_assignment, record_department
from tickets.sweeping import Sweep

BATCH = 100


def route_ticket(change: Change) -> Candidates:
    """Choose the department of a ticket by its account; return the candidates there."""
    ticket = change.ticket
    kind, reason = choose_department(_collect_facts(ticket), is_unverified=ticket.is_unverified)
    candidates = list_candidates(ticket, kind=kind)
    before, department = ticket.department, candidates.department
    if department is not None and department != before:
        change.set(department=department, route_reasons=[reason, *ticket.route_reasons[1:]])
        record_department(change, before=before, by=SYSTEM, reason=reason)
    return candidates


def _collect_facts(ticket: Ticket) -> AccountFacts | None:
    account = ticket.account
    if account is None:
        return None
    return AccountFacts(account.name, account.status, account.plan.name if account.plan else "")


def assign_next_agent(change: Change, *, candidates: Candidates | None = None) -> bool:
    """Assign a locked ticket to the next agent in rotation. Return False if no agent is available.

    candidates: those of its department, if the caller has read them already. If no agent is
    available, the ticket stays visibly unassigned, which is recorded once.
    """
    ticket, before = change.ticket, change.ticket.assignee
    agent, reason = pick_agent(
        candidates or list_candidates(ticket), level=Level(ticket.level), at=change.at
    )
    if agent is None:
        _leave_unassigned(change, before=before, reason=reason)
        return False
    change.set(assignee=agent, route_reasons=[*ticket.route_reasons[:1], reason])
    record_assignment(change, before=before, by=SYSTEM, reason=reason)
    return True


def _leave_unassigned(change: Change, *, before: Agent | None, reason: dict[str, str]) -> None:
    reasons = change.ticket.route_reasons
    if before is None and reason in reasons:
        return
    change.set(assignee=None, route_reasons=[*reasons[:1], reason])
    change.record(EventKind.LEFT_UNASSIGNED, {"reason": reason}, by=SYSTEM)


def unassign_non_member(change: Change, *, candidates: Candidates) -> None:
    """Reassign a locked ticket that a rule moved to a department hidden from its assignee.

    An assignment reveals a ticket, so a rule never assigns an agent to whom an agent couldn't
    assign it (tickets.services.assign). An open ticket goes to the next agent in rotation; a closed
    one only loses its assignee.
    """
    ticket, before = change.ticket, change.ticket.assignee
    if before is None or can_see_ticket(
        before, department_id=ticket.department_id, assignee_id=None
    ):
        return
    if ticket.status in OPEN_STATES:
        assign_next_agent(change, candidates=candidates)
        return
    change.set(assignee=None)
    reason = make_reason(
        ReasonCode.NOT_A_MEMBER, agent=str(before), department=str(ticket.department)
    )
    record_assignment(change, before=before, by=SYSTEM, reason=reason)


def list_unassigned_tickets() -> QuerySet[QueueRow]:
    """Return the tickets that need an assignee and have none."""
    return QueueRow.objects.filter(assignee_id=NOBODY, status__in=ACTIVE_STATES)


def assign_waiting_tickets(*, desk_id: int, at: datetime) -> int:
    """Assign up to BATCH unassigned tickets of the desk, oldest first; return how many were."""
    waiting = list_unassigned_tickets().filter(desk_id=desk_id).order_by("updated_at", "pk")
    sweep = Sweep(SweepKind.UNASSIGNED, waiting, desk_id=desk_id, at=at)
    return sweep.run_each(partial(_assign_waiting, at=at), batch=BATCH)


def _assign_waiting(ticket_id: int, *, at: datetime) -> bool:
    change = Change.open(ticket_id, by=SYSTEM, at=at)
    ticket = change.ticket
    if ticket.assignee_id is not None or ticket.status not in ACTIVE_STATES:
        return False
    is_assigned = assign_next_agent(change)
    change.save()
    return is_assigned


def list_stranded_tickets() -> QuerySet[QueueRow]:
    """Return the open tickets of agents who can't work on them: deactivated, or observers now."""
    gone = Agent.objects.filter(
        Q(is_active=False) | Q(role=Role.OBSERVER),
        pk=OuterRef("assignee_id"),
        desk_id=OuterRef("desk_id"),  # for the index of an agent's tickets
    )
    return QueueRow.objects.filter(Exists(gone), is_open=True)


def reassign_stranded_tickets(*, desk_id: int, at: datetime) -> int:
    """Reassign up to BATCH stranded tickets of the desk, or leave them unassigned (M13).

    Returns how many were handled. Each has its own transaction and is checked again under its
    lock, so that two workers share the work.
    """
    stranded = list_stranded_tickets().filter(desk_id=desk_id).order_by("updated_at", "pk")
    sweep = Sweep(SweepKind.STRANDED, stranded, desk_id=desk_id, at=at)
    return sweep.run_each(partial(_reassign, at=at), batch=BATCH)


def _reassign(ticket_id: int, *, at: datetime) -> bool:
    change = Change.open(ticket_id, by=SYSTEM, at=at)
    ticket = change.ticket
    if ticket.status not in OPEN_STATES or ticket.assignee is None or ticket.assignee.can_write:
        return False
    assign_next_agent(change)
    change.save()
    return True
