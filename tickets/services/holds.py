"""Holds: until a time, a ticket isn't closed for inactivity, and most of its clocks pause.

A hold never pauses the first response or a promised update. It ends at its time, by an agent, when
the customer writes, or when the ticket is closed.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tickets.actors import SYSTEM, Actor
from tickets.changes import Change
from tickets.errors import ConflictError
from tickets.events import EventKind
from tickets.models import HoldEnd, QueueRow, State, SweepKind, Ticket
from tickets.rules.transitions import list_silence_times
from tickets.services.common import MAX_REASON, clean_line, require_writer
from tickets.services.owed_replies import require_future
from tickets.sweeping import Sweep

BATCH = 100


def hold_ticket(*, ticket_id: int, by: Actor, until: datetime, why: str, at: datetime) -> Ticket:
    """Put a ticket on hold until a time, or move the end of its hold.

    Raises NotAllowedError, ConflictError for a closed ticket, and InvalidValueError for an end that
    isn't within the next year or a missing or too long reason.
    """
    require_writer(by)
    reason = clean_line(
        why, field="why", limit=MAX_REASON, missing=_("Enter why the ticket is on hold.")
    )
    require_future(until, at=at, field="until")
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at)
        ticket, before = change.ticket, change.ticket.hold_until
        if ticket.status == State.CLOSED:
            raise ConflictError(_("This ticket is closed. Reopen it first."))
        change.set(hold_until=until, hold_reason=reason)
        _move_silence(change)
        change.touch()
        facts = {"until": until.isoformat(), "why": reason}
        if before is not None:
            facts["was_until"] = before.isoformat()
        change.record(EventKind.HOLD_STARTED, facts)
        change.save()
    return ticket


def end_hold(*, ticket_id: int, by: Actor, at: datetime) -> bool:
    """End a ticket's hold early. Return False if it wasn't on hold."""
    require_writer(by)
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at)
        ended = end_hold_of(change, HoldEnd.BY_AGENT)
        if ended:
            change.touch()
            change.save()
    return ended


def end_hold_of(change: Change, cause: HoldEnd) -> bool:
    """End the hold of a locked ticket as part of a change. Return False if it had none."""
    ticket = change.ticket
    if ticket.hold_until is None:
        return False
    facts = {"until": ticket.hold_until.isoformat(), "cause": cause.value}
    change.set(hold_until=None, hold_reason="")
    _move_silence(change)
    change.record(EventKind.HOLD_ENDED, facts)
    return True


def _move_silence(change: Change) -> None:
    """Move the reminder and the closing of a waiting ticket to what its hold allows."""
    ticket = change.ticket
    if ticket.status == State.WAITING and ticket.waiting_since is not None:
        is_reminded = ticket.remind_at is None
        times = list_silence_times(ticket, since=ticket.waiting_since, at=change.at)
        change.set(close_at=times.close_at, remind_at=None if is_reminded else times.remind_at)


def end_due_holds(*, desk_id: int, at: datetime) -> int:
    """End up to BATCH holds of the desk whose time has come; return how many."""
    due = QueueRow.objects.filter(desk_id=desk_id, hold_until__lte=at).values("pk")
    held = Ticket.objects.filter(pk__in=due, desk_id=desk_id, hold_until__lte=at)
    sweep = Sweep(SweepKind.END_HOLDS, held.order_by("pk"), desk_id=desk_id, at=at)
    return sweep.run_together(partial(_end_due, at=at), batch=BATCH)


def _end_due(held: QuerySet[Ticket], *, at: datetime) -> int:
    locked = held.select_for_update(of=("self",), skip_locked=True, no_key=True)
    tickets = list(locked.select_related("desk"))
    for ticket in tickets:
        change = Change(ticket, by=SYSTEM, at=at)
        end_hold_of(change, HoldEnd.TIME)
        change.save()
    return len(tickets)
