"""State changes by hand: investigate, wait for the customer, close, reopen."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tickets.actors import Actor
from tickets.changes import Change
from tickets.events import EventKind
from tickets.models import CloseReason, Ticket
from tickets.rules.coverage import update_coverage
from tickets.rules.transitions import apply_transition
from tickets.services.owed_replies import keep_emergency


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
        keep_emergency(change)
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
