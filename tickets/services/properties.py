"""Properties of a ticket: assignee, department, priority, participants."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import Agent, Contact, Department, Product, ProductLine
from tickets.access import can_see_ticket
from tickets.actors import SYSTEM, Actor
from tickets.changes import Change
from tickets.defects.marks import queue_updates
from tickets.errors import ConflictError, NotAllowedError
from tickets.events import EventKind
from tickets.models import NO_DEADLINE, Participant, Priority, Ticket
from tickets.rules.coverage import update_coverage
from tickets.sentences.reasons import ReasonCode, describe_reason, make_reason
from tickets.services.common import require_writer

# The id that the caller saw as the property's value, None if it saw none, or False for any. If the
# property has another value by now, the service raises ConflictError.
Expected = int | bool | None


def assign(
    *,
    ticket_id: int,
    agent: Agent | None,
    by: Actor,
    at: datetime,
    why: str = "",
    expected: Expected = False,
) -> Ticket:
    """Assign a ticket to an agent, or to no one.

    Raises NotAllowedError if the actor can't change tickets, or the agent can't work on this one;
    ConflictError for another assignee than expected.
    """
    if by != SYSTEM:
        require_writer(by)
    if agent is not None and not agent.can_be_assigned:
        raise NotAllowedError(
            _("%(name)s can read tickets but not be assigned to them.") % {"name": agent}
        )
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at)
        ticket, before = change.ticket, change.ticket.assignee
        _check_expected(expected, before, _describe_assignee(before))
        if before == agent and ticket.owner_id is None:
            return ticket
        _require_visible(agent, ticket)
        change.set(assignee=agent, owner=None)
        change.touch()
        record_assignment(change, before=before, by=by, why=why)
        change.save()
    return ticket


def _check_expected(expected: Expected, before: Model | None, text: str) -> None:
    """Raise ConflictError with this text if the property isn't what the caller saw."""
    if expected is not False and expected != (before.pk if before else None):
        raise ConflictError(text)


def _describe_assignee(agent: Agent | None) -> str:
    if agent is None:
        return _("This ticket was unassigned in the meantime. Reload the page and try again.")
    return _(
        "This ticket was assigned to %(name)s in the meantime. Reload the page and try again."
    ) % {"name": agent}


def _require_visible(agent: Agent | None, ticket: Ticket) -> None:
    """Raise NotAllowedError if the ticket is hidden from the agent: assignment would reveal it."""
    if agent and not can_see_ticket(agent, department_id=ticket.department_id, assignee_id=None):
        raise NotAllowedError(
            describe_reason(
                make_reason(
                    ReasonCode.NOT_A_MEMBER, agent=str(agent), department=str(ticket.department)
                )
            )
        )


def record_assignment(
    change: Change,
    *,
    before: Agent | None,
    by: Actor,
    why: str = "",
    reason: dict[str, Any] | None = None,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Record an assignment that has been made. why: an agent's words; reason: a rule's.

    more: further data of the event.
    """
    after = change.ticket.assignee
    data = {
        "assignee": [before and before.pk, after and after.pk],
        "names": [str(before or ""), str(after or "")],
        **(more or {}),
    }
    change.record(EventKind.ASSIGNED, data | _explain(why, reason), by=by)


def _explain(why: str, reason: dict[str, str] | None = None) -> dict[str, object]:
    return {"reason": reason} if reason else {"why": why}


def change_priority(
    *,
    ticket_id: int,
    priority: Priority,
    by: Actor,
    at: datetime,
    expected: Expected = False,
) -> Ticket:
    """Set another priority; the clock is rescheduled from its start (M36).

    Raises ConflictError for another one than expected.
    """
    require_writer(by)
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at)
        before = change.ticket.priority
        text = _("The priority was changed to %(name)s in the meantime. Choose again if needed.")
        _check_expected(expected, before, text % {"name": before})
        if before != priority:
            change.set(priority=priority)
            change.touch()
            names = [before.name, priority.name]
            change.record(EventKind.PRIORITY_CHANGED, {"priority": names} | update_coverage(change))
            change.save()
    return change.ticket


def change_product(
    *,
    ticket_id: int,
    product: Product | None,
    by: Actor,
    at: datetime,
    expected: Expected = False,
) -> Ticket:
    """Set the product the ticket is about, or None; the promise follows (M68).

    Raises ConflictError for another one than expected.
    """
    require_writer(by)
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at)
        before = change.ticket.product
        text = _("The product was changed to %(name)s in the meantime. Choose again if needed.")
        _check_expected(expected, before, text % {"name": before or _("Not set")})
        if before != product:
            change.set(product=product)
            change.touch()
            names = [before.name if before else "", product.name if product else ""]
            change.record(EventKind.PRODUCT_CHANGED, {"product": names} | update_coverage(change))
            change.save()
    return change.ticket


def change_product_line(
    *,
    ticket_id: int,
    line: ProductLine | None,
    by: Actor,
    at: datetime,
    expected: Expected = False,
) -> Ticket:
    """Set the product line whose fix the customer waits for, or None for the account's own.

    Raises ConflictError for another one than expected.
    """
    require_writer(by)
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at)
        before = change.ticket.product_line
        text = _("The product line was changed to %(name)s in the meantime. Choose again.")
        _check_expected(expected, before, text % {"name": before or _("Same as the account")})
        if before != line:
            change.set(product_line=line)
            change.touch()
            names = [str(before or ""), str(line or "")]
            change.record(EventKind.PRODUCT_LINE_CHANGED, {"line": names})
            change.save()
            queue_updates()
    return change.ticket


def change_department(
    *,
    ticket_id: int,
    department: Department,
    by: Actor,
    at: datetime,
    why: str = "",
    expected: Expected = False,
) -> Ticket:
    """Move a ticket to another department by hand.

    Raises ConflictError for another one than expected.
    """
    if by != SYSTEM:
        require_writer(by)
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at)
        before = change.ticket.department
        text = _("The ticket was moved to %(name)s in the meantime. Choose again if needed.")
        _check_expected(expected, before, text % {"name": before or _("No department")})
        if before != department:
            change.set(department=department)
            change.touch()
            record_department(change, before=before, by=by, why=why)
            change.save()
    return change.ticket


def record_department(
    change: Change,
    *,
    before: Department | None,
    by: Actor,
    why: str = "",
    reason: dict[str, str] | None = None,
) -> None:
    """Record a move to another department. why: an agent's words; reason: a rule's."""
    after = change.ticket.department
    data = {"department": [before.name if before else "", after.name if after else ""]}
    change.record(EventKind.DEPARTMENT_CHANGED, data | _explain(why, reason), by=by)


def add_participant(*, ticket_id: int, contact: Contact, by: Actor, at: datetime) -> None:
    """Add a follower (CC) who gets the public emails. An email's CC alone never does this."""
    require_writer(by)
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at)
        ticket = change.ticket
        _participant, is_new = Participant.objects.get_or_create(
            desk_id=ticket.desk_id, ticket=ticket, contact=contact, defaults={"added_at": at}
        )
        if is_new:
            data = {"contact": contact.pk, "name": str(contact)}
            change.record(EventKind.PARTICIPANT_ADDED, data)
            change.save()


def remove_participant(*, ticket_id: int, contact: Contact, by: Actor, at: datetime) -> bool:
    """Remove a follower (CC). Return False if the contact did not follow the ticket."""
    require_writer(by)
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at)
        follows = Participant.objects.filter(ticket=change.ticket, contact=contact)
        removed, _rows = follows.delete()
        if removed:
            data = {"contact": contact.pk, "name": str(contact)}
            change.record(EventKind.PARTICIPANT_REMOVED, data)
            change.save()
    return bool(removed)


def set_deadline(change: Change, due_at: datetime | None, kind: str = "first_response") -> None:
    """Set the earliest deadline and its kind of clock, or None. Queues are sorted by it.

    For the follower of sla. A closed ticket has none.
    """
    ticket = change.ticket
    wanted = (due_at, kind) if due_at else (NO_DEADLINE, "")
    if (ticket.due_at, ticket.due_kind) != wanted:
        change.set(due_at=wanted[0], due_kind=wanted[1])
