"""Handling of customers who don't reply: a reminder, then the ticket closes (M17, M110)."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db.models import QuerySet

from tickets.actors import SYSTEM
from tickets.changes import Change
from tickets.events import EventKind
from tickets.models import CloseReason, QueueRow, State, SweepKind, Ticket
from tickets.rules.transitions import apply_transition
from tickets.sweeping import Sweep

BATCH = 100


def close_silent(*, desk_id: int, at: datetime) -> int:
    """Close up to BATCH tickets of the desk whose customer didn't reply; return how many.

    Each ticket is locked and checked again under the lock: a reply that came first has moved it out
    of Waiting, so the reply always wins. Concurrent workers share the work and close nothing twice.
    """
    due = QueueRow.objects.filter(desk_id=desk_id, close_at__lte=at).values("pk")
    silent = Ticket.objects.filter(
        pk__in=due, desk_id=desk_id, status=State.WAITING, close_at__lte=at
    )
    sweep = Sweep(SweepKind.CLOSE_SILENT, silent.order_by("pk"), desk_id=desk_id, at=at)
    return sweep.run_together(partial(_close, at=at), batch=BATCH)


def _close(silent: QuerySet[Ticket], *, at: datetime) -> int:
    tickets = _lock(silent)
    for ticket in tickets:
        change, reason = Change(ticket, by=SYSTEM, at=at), CloseReason.SILENCE.value
        status = apply_transition(change, "close_for_silence", reason=reason)
        change.touch()
        change.record(EventKind.TICKET_CLOSED, {"status": status, "reason": reason})
        change.save()
    return len(tickets)


def remind_silent(*, desk_id: int, at: datetime) -> int:
    """Remind up to BATCH customers of the desk whose ticket is about to close; return how many.

    Each wait has one reminder.
    """
    due = QueueRow.objects.filter(desk_id=desk_id, remind_at__lte=at).values("pk")
    silent = Ticket.objects.filter(
        pk__in=due, desk_id=desk_id, status=State.WAITING, remind_at__lte=at, close_at__gt=at
    )
    sweep = Sweep(SweepKind.REMIND_SILENT, silent.order_by("pk"), desk_id=desk_id, at=at)
    return sweep.run_together(partial(_remind, at=at), batch=BATCH)


def _remind(silent: QuerySet[Ticket], *, at: datetime) -> int:
    tickets = _lock(silent)
    for ticket in tickets:
        change = Change(ticket, by=SYSTEM, at=at)
        change.set(remind_at=None)
        closes_at = ticket.close_at.isoformat() if ticket.close_at else ""
        change.record(EventKind.CUSTOMER_REMINDED, {"closes_at": closes_at})
        change.save()
    return len(tickets)


def _lock(due: QuerySet[Ticket]) -> list[Ticket]:
    """Lock the tickets that are still due, and that no other worker holds."""
    locked = due.select_for_update(of=("self",), skip_locked=True, no_key=True)
    return list(locked.select_related("desk"))
