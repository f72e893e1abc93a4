"""State changes by hand: investigate, wait for the customer, escalate, close, reopen."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import Level
from tickets.actors import Actor
from tickets.changes import Change
from tickets.coverage import update_coverage
from tickets.events import EventKind
from tickets.models import CloseReason, Ticket
from tickets.transitions import apply_transition

NEXT_LEVEL = {Level.L1: Level.L2, Level.L2: Level.RND, Level.RND: Level.RND}


def change_status(*, ticket_id: int, move: str, by: Actor, at: datetime) -> Ticket:
    """Investigate or wait for the customer. Raises NotAllowedError, InvalidTransitionError."""
    return _apply(ticket_id, move, EventKind.STATUS_CHANGED, by=by, at=at, data={"move": move})


def close(
    *, ticket_id: int, by: Actor, at: datetime, reason: CloseReason | str = CloseReason.SOLVED
) -> Ticket:
    """Close a ticket for a stated reason (M20). Raises NotAllowedError, InvalidTransitionError."""
    value = CloseReason(reason).value
    return _apply(
        ticket_id,
        "close",
        EventKind.TICKET_CLOSED,
        by=by,
        at=at,
        data={"reason": value},
        reason=value,
    )


def reopen(*, ticket_id: int, by: Actor, at: datetime) -> Ticket:
    """Reopen a closed ticket. Raises NotAllowedError, InvalidTransitionError."""
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at)
        status = apply_transition(change, "reopen")
        change.touch()
        # The account's terms may be others by now: only open tickets follow them.
        data = {"status": status} | update_coverage(change)
        change.record(EventKind.TICKET_REOPENED, data)
        change.save()
    return change.ticket


def escalate(*, ticket_id: int, by: Actor, at: datetime, why: str = "") -> Ticket:
    """Escalate a ticket (M8, M9, M18): state Escalated, level L1 to L2 to R&D."""
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at)
        before = Level(change.ticket.level)
        status = apply_transition(change, "escalate")
        change.set(level=NEXT_LEVEL[before])
        change.touch()
        level = [before.value, NEXT_LEVEL[before].value]
        change.record(EventKind.ESCALATED, {"status": status, "level": level, "why": why})
        change.save()
    return change.ticket


def _apply(
    ticket_id: int,
    transition_name: str,
    kind: EventKind,
    *,
    by: Actor,
    at: datetime,
    data: dict[str, object] | None = None,
    reason: str = "",
) -> Ticket:
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at)
        status = apply_transition(change, transition_name, reason=reason)
        change.touch()
        change.record(kind, {"status": status, **(data or {})})
        change.save()
    return change.ticket
