"""Placing tickets: department first, then a person, or visibly nobody (M2, M13, M50)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet

from accounts.models import Agent, Level, Role
from routing.assignment import pick_agent
from routing.candidates import Crew, list_candidates
from routing.models import Rotation
from routing.rules import AccountFacts, choose_department
from tickets import events
from tickets.access import can_see_ticket
from tickets.actors import SYSTEM
from tickets.models import OPEN_STATES, State, Ticket
from tickets.saving import save_fields
from tickets.services.common import lock_ticket
from tickets.services.properties import record_assignment

BATCH = 100
STATES_NEEDING_ASSIGNEE = (State.OPEN, State.INVESTIGATING, State.ESCALATED)


def route_ticket(ticket: Ticket, *, at: datetime) -> Crew:
    """Find the department of a ticket by its account, and say why; the caller saves it. Gives who works there."""
    kind, why = choose_department(_facts(ticket), is_unverified=ticket.is_unverified)
    crew = list_candidates(ticket, kind=kind)
    before, department = ticket.department, crew.department
    if department is None or department == before:
        return crew
    ticket.department = department
    ticket.route_reasons = [why, *ticket.route_reasons[1:]]
    data = {"department": [before.name if before else "", department.name], "why": why}
    events.record(
        ticket=ticket, kind=events.EventKind.DEPARTMENT_CHANGED, by=SYSTEM, at=at, data=data
    )
    return crew


def _facts(ticket: Ticket) -> AccountFacts | None:
    account = ticket.account
    if account is None:
        return None
    return AccountFacts(account.name, account.status, account.plan.name if account.plan else "")


def assign_next_agent(ticket: Ticket, *, at: datetime, crew: Crew | None = None) -> bool:
    """Give a locked ticket to whose turn it is; gives whether anybody was found.

    crew: who works for its department, when the caller has read that already. When nobody is there the ticket
    waits visibly unassigned, and the event of it is written once.
    """
    before = ticket.assignee
    agent, why = pick_agent(crew or list_candidates(ticket), level=Level(ticket.level), at=at)
    if agent is None:
        _leave_unplaced(ticket, before=before, why=why, at=at)
        return False
    ticket.assignee = agent
    _remember_why(ticket, why)
    record_assignment(ticket, before=before, by=SYSTEM, at=at, why=why)
    return True


def unassign_non_member(ticket: Ticket, *, at: datetime, crew: Crew) -> None:
    """Give a locked ticket that a rule has filed anew to one of its department when it is hidden from who has it.

    To be assigned shows a ticket, so a rule hands nothing to whom a hand could not (tickets.services.assign). What
    is done waits for nobody: it loses its assignee only.
    """
    before = ticket.assignee
    if before is None or can_see_ticket(
        before, department_id=ticket.department_id, assignee_id=None
    ):
        return
    if ticket.status in OPEN_STATES:
        assign_next_agent(ticket, at=at, crew=crew)
        return
    ticket.assignee = None
    save_fields(ticket, "assignee")
    why = f"{before} is no member of {ticket.department}, whose tickets only members see."
    record_assignment(ticket, before=before, by=SYSTEM, at=at, why=why)


def _leave_unplaced(ticket: Ticket, *, before: Agent | None, why: str, at: datetime) -> None:
    if before is None and why in ticket.route_reasons:
        return
    ticket.assignee = None
    _remember_why(ticket, why)
    events.record(
        ticket=ticket, kind=events.EventKind.LEFT_UNASSIGNED, by=SYSTEM, at=at, data={"why": why}
    )


def _remember_why(ticket: Ticket, why: str) -> None:
    ticket.route_reasons = [*ticket.route_reasons[:1], why]
    save_fields(ticket, "assignee", "department", "route_reasons")


def list_unassigned_tickets() -> QuerySet[Ticket]:
    """Tickets that need somebody and have nobody."""
    return Ticket.objects.filter(assignee__isnull=True, status__in=STATES_NEEDING_ASSIGNEE)


def assign_waiting_tickets(*, desk_id: int, at: datetime) -> int:
    """Place up to BATCH unassigned tickets of the desk, oldest first; gives how many were placed."""
    waiting = list_unassigned_tickets().filter(desk_id=desk_id).order_by("updated_at", "pk")
    return sum(_place_one(pk, at=at) for pk in waiting.values_list("pk", flat=True)[:BATCH])


def _place_one(ticket_id: int, *, at: datetime) -> bool:
    with transaction.atomic():
        ticket = lock_ticket(ticket_id)
        still_waits = ticket.assignee_id is None and ticket.status in STATES_NEEDING_ASSIGNEE
        return still_waits and assign_next_agent(ticket, at=at)


def list_stranded_tickets() -> QuerySet[Ticket]:
    """Undone tickets of agents who work on none any more: switched off, or observers by now."""
    gone = Q(assignee__is_active=False) | Q(assignee__role=Role.OBSERVER)
    # The desk twice, for the index of an agent's tickets.
    return Ticket.objects.filter(gone, status__in=OPEN_STATES, desk_id=F("assignee__desk_id"))


def reassign_stranded_tickets(*, desk_id: int, at: datetime) -> int:
    """Give up to BATCH stranded tickets of the desk to whose turn it is, or to nobody, visibly; gives how many (M13).

    Each is done for itself and looked at again under its lock, so that two at once share the work.
    """
    stranded = list_stranded_tickets().filter(desk_id=desk_id).order_by("updated_at", "pk")
    return sum(_place_anew(pk, at=at) for pk in stranded.values_list("pk", flat=True)[:BATCH])


def _place_anew(ticket_id: int, *, at: datetime) -> bool:
    with transaction.atomic():
        ticket = lock_ticket(ticket_id)
        if ticket.status not in OPEN_STATES or ticket.assignee is None or ticket.assignee.can_write:
            return False
        assign_next_agent(ticket, at=at)
    return True


def set_away(*, agent: Agent, is_away: bool, at: datetime) -> None:
    """Say that an agent takes no new tickets for now, or again; whoever comes back gets what waits."""
    Rotation.objects.update_or_create(
        desk_id=agent.desk_id, agent=agent, defaults={"is_away": is_away}
    )
    if not is_away:
        assign_waiting_tickets(desk_id=agent.desk_id, at=at)
