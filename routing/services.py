"""Routing to a department, then assignment to an agent, or visibly unassigned (M2, M13, M50)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial, reduce
from operator import or_
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Agent, Role
from routing.assignment import pick_agent
from routing.candidates import Candidates, list_candidates
from routing.handover.notes import make_note
from routing.handover.offers import offer_ticket
from routing.handover.rows import end_handover, record_handover
from routing.models import HandoverCause, TraceCause
from routing.rules.live import apply_decision, decide
from tickets.access import can_see_ticket
from tickets.actors import SYSTEM
from tickets.changes import Change
from tickets.events import EventKind
from tickets.models import ACTIVE_STATES, NOBODY, OPEN_STATES, QueueRow, SweepKind, Ticket
from tickets.sentences.reasons import ReasonCode, make_reason
from tickets.services.properties import record_assignment, record_department
from tickets.sweeping import Sweep

BATCH = 500
MAX_PASSES = 20  # batches in which nobody can take any
# What tickets ask for: whoever can take one can take the others of the same needs.
NEEDS = (
    "department_id",
    "level",
    "priority_id",
    "ticket__required_skills",
    "ticket__emergency",
)


def route_ticket(change: Change, *, cause: TraceCause, kept: Collection[str] = ()) -> Candidates:
    """Try the routing rules on a ticket, and set its department; return the candidates there.

    If no rule names a department, the account decides. kept: kinds of actions that an agent has
    decided by hand.
    """
    ticket, decision = change.ticket, decide(change, kept=kept)
    department_id = apply_decision(change, decision, cause=cause)
    before, candidates = ticket.department, list_candidates(ticket, department_id=department_id)
    department = candidates.department
    if department is not None and department != before:
        reason = decision.reason
        change.set(department=department, route_reasons=[reason, *ticket.route_reasons[1:]])
        record_department(change, before=before, by=SYSTEM, reason=reason)
    return candidates


def route_again(change: Change, *, cause: TraceCause, kept: Collection[str] = ()) -> None:
    """Route an open or closed ticket again; it stays with its assignee if that is still right.

    A ticket at another level goes to the next agent there.
    """
    department, level = change.ticket.department_id, change.ticket.level
    candidates = route_ticket(change, cause=cause, kept=kept)
    if change.ticket.level != level:
        assign_next_agent(change, candidates=candidates)
    elif change.ticket.department_id != department:
        unassign_non_member(change, candidates=candidates)


def assign_next_agent(
    change: Change, *, candidates: Candidates | None = None, without: Collection[int] = ()
) -> bool:
    """Assign a locked ticket to the next agent. Return False if no agent is available.

    candidates: those of its department, if the caller has read them already. without: IDs of agents
    who don't get it. If no agent is available, the ticket stays visibly unassigned, which is
    recorded once.
    """
    ticket, before = change.ticket, change.ticket.assignee
    pick = pick_agent(candidates or list_candidates(ticket), ticket, at=change.at, without=without)
    if pick.agent is None:
        _leave_unassigned(change, before=before, reason=pick.reason)
        return False
    assign_to(change, pick.agent, pick.reason)
    offer_ticket(change)
    return True


def reassign_unacknowledged(ticket_id: int, *, held_by: int | None, at: datetime) -> bool:
    """Assign a ticket to another agent who is there. Return False if nobody else is.

    held_by: the assignee who didn't acknowledge; with another one by now, nothing happens.
    """
    with transaction.atomic():
        change = Change.open(ticket_id, by=SYSTEM, at=at)
        ticket = change.ticket
        if ticket.status not in OPEN_STATES or ticket.assignee_id != held_by:
            return True
        without = [held_by] if held_by else []
        pick = pick_agent(list_candidates(ticket), ticket, at=at, without=without)
        if pick.agent is None:
            return False
        assign_to(change, pick.agent, pick.reason)
        offer_ticket(change)
        change.save()
    return True


def assign_to(change: Change, agent: Agent, reason: dict[str, Any]) -> None:
    """Assign a locked ticket to an agent for a rule's reason. A lent ticket is theirs then."""
    before, reasons = change.ticket.assignee, change.ticket.route_reasons
    change.set(assignee=agent, owner=None, route_reasons=[*reasons[:1], reason])
    record_assignment(change, before=before, by=SYSTEM, reason=reason)


def _leave_unassigned(change: Change, *, before: Agent | None, reason: dict[str, Any]) -> None:
    """Unassign a ticket. Only a new cause is recorded; its time and numbers are kept up to date."""
    reasons = change.ticket.route_reasons
    if before is None and reason in reasons:
        return
    is_known = before is None and reason["code"] in {_get_code(one) for one in reasons}
    change.set(assignee=None, owner=None, route_reasons=[*reasons[:1], reason])
    if not is_known:
        change.record(EventKind.LEFT_UNASSIGNED, {"reason": reason}, by=SYSTEM)


def _get_code(reason: object) -> str:
    return str(reason.get("code")) if isinstance(reason, dict) else ""


def unassign_non_member(change: Change, *, candidates: Candidates) -> None:
    """Reassign a locked ticket that a rule moved to a department hidden from its assignee.

    An assignment reveals a ticket, so a rule never assigns an agent to whom an agent couldn't
    assign it (tickets.services.assign). An open ticket goes to the next agent in rotation; a closed
    one only loses its assignee.
    """
    ticket, before = change.ticket, change.ticket.assignee
    if before is None or _may_see(before, ticket):
        return
    if ticket.status in OPEN_STATES:
        assign_next_agent(change, candidates=candidates)
        return
    change.set(assignee=None, owner=None)
    reason = make_reason(
        ReasonCode.NOT_A_MEMBER, agent=str(before), department=str(ticket.department)
    )
    record_assignment(change, before=before, by=SYSTEM, reason=reason)


def _may_see(agent: Agent, ticket: Ticket) -> bool:
    """Return True if the agent sees the ticket without being its assignee."""
    return can_see_ticket(agent, department_id=ticket.department_id, assignee_id=None)


def list_unassigned_tickets() -> QuerySet[QueueRow]:
    """Return the tickets that need an assignee and have none."""
    return QueueRow.objects.filter(assignee_id=NOBODY, status__in=ACTIVE_STATES)


def assign_waiting_tickets(*, desk_id: int, at: datetime) -> int:
    """Assign up to BATCH unassigned tickets of the desk, by due time; return how many were.

    After a ticket that no agent can take, those that ask for the same are left out, so that they
    don't keep others waiting: of a batch in which nobody can take any, the next one is tried.
    """
    waiting = list_unassigned_tickets().filter(desk_id=desk_id).order_by("due_at", "pk")
    hopeless: dict[str, Q] = {}
    for _pass in range(MAX_PASSES):
        left = waiting.exclude(reduce(or_, hopeless.values())) if hopeless else waiting
        known = len(hopeless)
        done, is_full = _assign_batch(left, hopeless, desk_id=desk_id, at=at)
        if done or not is_full or len(hopeless) == known:
            return done
    return 0


def _assign_batch(
    waiting: QuerySet[QueueRow], hopeless: dict[str, Q], *, desk_id: int, at: datetime
) -> tuple[int, bool]:
    """Assign a batch; add what nobody can take to "hopeless".

    Returns how many were assigned, and True if there may be more tickets.
    """
    found = waiting.values_list("pk", *NEEDS)[:BATCH]
    asked = {pk: dict(zip(NEEDS, needs, strict=True)) for pk, *needs in found}

    def place(ticket_id: int) -> int:
        need = asked.get(ticket_id)
        if need is not None and str(need) in hopeless:
            return 0
        is_assigned = _assign_waiting(ticket_id, at=at)
        if not is_assigned and need is not None:
            hopeless[str(need)] = Q(**need)
        return is_assigned

    sweep = Sweep(SweepKind.UNASSIGNED, waiting, desk_id=desk_id, at=at)
    return sweep.run_each(place, batch=BATCH), len(asked) == BATCH


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
    owner = ticket.owner
    if owner is not None and owner.can_write and _may_see(owner, ticket):
        _give_to_owner(change, owner)
    else:
        _hand_over_for_good(change)
    change.save()
    return True


def _give_to_owner(change: Change, owner: Agent) -> None:
    """Give a lent ticket back. If its owner is off shift and it can't wait, it is lent again."""
    holder = str(change.ticket.assignee)
    reason = make_reason(ReasonCode.HOLDER_LEFT, agent=str(owner), holder=holder)
    assign_to(change, owner, reason)
    end_handover(change)


def _hand_over_for_good(change: Change) -> None:
    """Assign a ticket of an agent who left to the next one, with a note if there is work to do."""
    ticket, sender = change.ticket, change.ticket.assignee
    note = make_note(ticket) if ticket.status in ACTIVE_STATES else None
    assign_next_agent(change)
    if note is not None:
        record_handover(change, sender=sender, cause=HandoverCause.DEPARTURE, note=note)
