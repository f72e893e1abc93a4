"""Changing what a ticket is filed under: person, department, priority, participants."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import Agent, Contact, Department
from tickets import events
from tickets.access import can_see_ticket
from tickets.actors import SYSTEM, Actor
from tickets.errors import ConflictError, NotAllowedError
from tickets.models import NO_DEADLINE, Participant, Priority, Ticket
from tickets.saving import save_fields
from tickets.services.common import lock_ticket, require_writer


def assign(
    *,
    ticket_id: int,
    agent: Agent | None,
    by: Actor,
    at: datetime,
    why: str = "",
    expected: int | bool | None = False,
) -> Ticket:
    """Give a ticket to an agent, or to nobody.

    expected: the id of the agent (or None) whom the caller believes to have it; ConflictError when it is somebody
    else by now. False for "whoever has it". Raises NotAllowedError for an observer, on either side.
    """
    if by != SYSTEM:
        require_writer(by)
    if agent is not None and not agent.can_write:
        raise NotAllowedError(f"{agent} may read tickets, not work on them.")
    with transaction.atomic():
        ticket = lock_ticket(ticket_id)
        before = ticket.assignee
        if expected is not False and ticket.assignee_id != expected:
            raise ConflictError(f"{before or 'Nobody'} has this ticket by now.")
        if before == agent:
            return ticket
        _require_sight(agent, ticket)
        ticket.assignee = agent
        ticket.updated_at = at
        ticket.save(update_fields=["assignee", "updated_at"])
        record_assignment(ticket, before=before, by=by, at=at, why=why)
    return ticket


def _require_sight(agent: Agent | None, ticket: Ticket) -> None:
    """Nobody is given what is hidden from them: to be assigned would show it."""
    if agent and not can_see_ticket(agent, department_id=ticket.department_id, assignee_id=None):
        raise NotAllowedError(
            f"{agent} is no member of {ticket.department}, whose tickets only members see."
        )


def record_assignment(
    ticket: Ticket, *, before: Agent | None, by: Actor, at: datetime, why: str
) -> None:
    """Write the event of an assignment that has been carried out."""
    after = ticket.assignee
    data = {
        "assignee": [before and before.pk, after and after.pk],
        "names": [str(before or ""), str(after or "")],
        "why": why,
    }
    events.record(ticket=ticket, kind=events.EventKind.ASSIGNED, by=by, at=at, data=data)


def change_priority(*, ticket_id: int, priority: Priority, by: Actor, at: datetime) -> Ticket:
    """Set another priority; the clock is planned again from its start (M36)."""
    require_writer(by)
    with transaction.atomic():
        ticket = lock_ticket(ticket_id)
        before = ticket.priority
        if before == priority:
            return ticket
        ticket.priority = priority
        ticket.updated_at = at
        ticket.save(update_fields=["priority", "updated_at"])
        data = {"priority": [before.name, priority.name]}
        events.record(
            ticket=ticket, kind=events.EventKind.PRIORITY_CHANGED, by=by, at=at, data=data
        )
    return ticket


def change_department(
    *, ticket_id: int, department: Department, by: Actor, at: datetime, why: str = ""
) -> Ticket:
    """Move a ticket to another department, by hand or by rule."""
    if by != SYSTEM:
        require_writer(by)
    with transaction.atomic():
        ticket = lock_ticket(ticket_id)
        before = ticket.department
        if before == department:
            return ticket
        ticket.department = department
        ticket.updated_at = at
        ticket.save(update_fields=["department", "updated_at"])
        data = {"department": [before.name if before else "", department.name], "why": why}
        events.record(
            ticket=ticket, kind=events.EventKind.DEPARTMENT_CHANGED, by=by, at=at, data=data
        )
    return ticket


def add_participant(*, ticket_id: int, contact: Contact, by: Actor, at: datetime) -> None:
    """Let somebody else get the ticket's public mail: only by a person's click, never by a mail's CC."""
    require_writer(by)
    with transaction.atomic():
        ticket = lock_ticket(ticket_id)
        _, is_new = Participant.objects.get_or_create(
            desk_id=ticket.desk_id, ticket=ticket, contact=contact, defaults={"added_at": at}
        )
        if is_new:
            data = {"contact": contact.pk, "name": str(contact)}
            events.record(
                ticket=ticket, kind=events.EventKind.PARTICIPANT_ADDED, by=by, at=at, data=data
            )


def set_deadline(ticket: Ticket, due_at: datetime | None) -> None:
    """Keep on a ticket when its running promise comes due, or (None) that none runs: queues are sorted by it.

    For the clock's follower (sla), in the transaction of the event; what an answer or the close ends, they end.
    """
    wanted = due_at or NO_DEADLINE
    if ticket.due_at != wanted:
        ticket.due_at = wanted
        save_fields(ticket, "due_at")
