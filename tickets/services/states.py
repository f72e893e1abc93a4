"""State changes by hand: investigate, wait for the customer, close, reopen."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tickets.actors import Actor
from tickets.changes import Change
from tickets.events import EventKind
from tickets.models import CloseReason, ClosingReason, Ticket
from tickets.rules.coverage import update_coverage
from tickets.rules.transitions import apply_transition
from tickets.services.owed_replies import keep_emergency


def change_status(*, ticket_id: int, move: str, by: Actor, at: datetime) -> Ticket:
    """Investigate or wait for the customer. Raises NotAllowedError, InvalidTransitionError."""
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at)
        status = apply_transition(change, move)
        change.touch()
        change.record(EventKind.STATUS_CHANGED, {"status": status, "move": move})
        change.save()
    return change.ticket


def close(
    *,
    ticket_id: int,
    by: Actor,
    at: datetime,
    reason: CloseReason | str = CloseReason.SOLVED,
    own: ClosingReason | None = None,
) -> Ticket:
    """Close a ticket for a stated reason (M20). Raises NotAllowedError, InvalidTransitionError.

    own: one of the desk's own reasons, which says if it counts as solved.
    """
    if own is not None:
        reason = CloseReason.SOLVED if own.is_solution else CloseReason.OTHER
    value = CloseReason(reason).value
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at)
        facts: dict[str, object] = {"status": apply_transition(change, "close", reason=value)}
        facts["reason"] = value
        if own is not None:
            change.set(own_close_reason_id=own.pk)
            facts["own"] = own.name
        change.touch()
        change.record(EventKind.TICKET_CLOSED, facts)
        change.save()
    return change.ticket


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
