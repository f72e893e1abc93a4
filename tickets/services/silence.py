"""Silence in Waiting for Customer: a reminder, then the close (M17, M110)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from tickets import events
from tickets.actors import SYSTEM
from tickets.models import CloseReason, State, Ticket
from tickets.transitions import apply_transition

BATCH = 100


def close_silent(*, desk_id: int, at: datetime) -> int:
    """Close up to BATCH tickets of the desk whose customer kept silent; gives how many.

    Each ticket is locked and looked at again under the lock: a customer's answer that came first has moved it
    out of Waiting, so the answer always wins. Two closers share the work and close nothing twice.
    """
    with transaction.atomic():
        silent = _locked(
            Ticket.objects.filter(desk_id=desk_id, status=State.WAITING, close_at__lte=at)
        )
        for ticket in silent:
            status = apply_transition(
                ticket, "close_for_silence", by=SYSTEM, at=at, reason=CloseReason.SILENCE
            )
            ticket.updated_at = at
            ticket.save()
            data = {"status": status, "reason": CloseReason.SILENCE.value}
            events.record(
                ticket=ticket, kind=events.EventKind.TICKET_CLOSED, by=SYSTEM, at=at, data=data
            )
    return len(silent)


def remind_silent(*, desk_id: int, at: datetime) -> int:
    """Remind up to BATCH customers of the desk whose ticket is about to close; each wait has one reminder."""
    with transaction.atomic():
        silent = _locked(
            Ticket.objects.filter(
                desk_id=desk_id, status=State.WAITING, remind_at__lte=at, close_at__gt=at
            )
        )
        for ticket in silent:
            ticket.remind_at = None
            ticket.save(update_fields=["remind_at"])
            closes_at = ticket.close_at.isoformat() if ticket.close_at else ""
            data = {"closes_at": closes_at}
            events.record(
                ticket=ticket, kind=events.EventKind.CUSTOMER_REMINDED, by=SYSTEM, at=at, data=data
            )
    return len(silent)


def _locked(due: QuerySet[Ticket]) -> list[Ticket]:
    return list(
        due.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .select_related("desk")
        .order_by("pk")[:BATCH]
    )
