"""Moving a ticket through its states by hand: investigate, wait, escalate, close, reopen."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import Level
from tickets import events
from tickets.actors import Actor
from tickets.models import CloseReason, Ticket
from tickets.services.common import lock_ticket
from tickets.transitions import apply_transition

NEXT_LEVEL = {Level.L1: Level.L2, Level.L2: Level.RND, Level.RND: Level.RND}


def change_status(*, ticket_id: int, move: str, by: Actor, at: datetime) -> Ticket:
    """Investigate or wait for the customer. Raises NotAllowedError, InvalidTransitionError."""
    return _move(
        ticket_id, move, kind=events.EventKind.STATUS_CHANGED, by=by, at=at, data={"move": move}
    )


def close(
    *, ticket_id: int, by: Actor, at: datetime, reason: CloseReason | str = CloseReason.SOLVED
) -> Ticket:
    """Close a ticket for a stated reason (M20). Raises NotAllowedError, InvalidTransitionError."""
    reason = CloseReason(reason)
    data: dict[str, object] = {"reason": reason.value}
    return _move(
        ticket_id,
        "close",
        kind=events.EventKind.TICKET_CLOSED,
        by=by,
        at=at,
        reason=reason,
        data=data,
    )


def reopen(*, ticket_id: int, by: Actor, at: datetime) -> Ticket:
    """Take a closed ticket up again. Raises NotAllowedError, InvalidTransitionError."""
    return _move(ticket_id, "reopen", kind=events.EventKind.TICKET_REOPENED, by=by, at=at)


def escalate(*, ticket_id: int, by: Actor, at: datetime, why: str = "") -> Ticket:
    """Send a ticket one level up (M8, M9, M18): state Escalated, level L1 to L2 to R&D."""
    with transaction.atomic():
        ticket = lock_ticket(ticket_id)
        before = Level(ticket.level)
        status = apply_transition(ticket, "escalate", by=by, at=at)
        ticket.level = NEXT_LEVEL[before]
        _save(ticket, at)
        data = {"status": status, "level": [before.value, ticket.level], "why": why}
        events.record(ticket=ticket, kind=events.EventKind.ESCALATED, by=by, at=at, data=data)
    return ticket


def _move(
    ticket_id: int,
    move: str,
    *,
    kind: events.EventKind,
    by: Actor,
    at: datetime,
    reason: str = "",
    data: dict[str, object] | None = None,
) -> Ticket:
    with transaction.atomic():
        ticket = lock_ticket(ticket_id)
        status = apply_transition(ticket, move, by=by, at=at, reason=reason)
        _save(ticket, at)
        events.record(
            ticket=ticket, kind=kind, by=by, at=at, data={"status": status, **(data or {})}
        )
    return ticket


def _save(ticket: Ticket, at: datetime) -> None:
    ticket.updated_at = at
    ticket.save()
