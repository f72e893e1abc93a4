"""Replies and updates that the desk owes a customer."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tickets.actors import SYSTEM, Actor
from tickets.changes import Change
from tickets.errors import ConflictError, InvalidValueError
from tickets.events import EventKind
from tickets.models import Emergency, EmergencyState, State, Ticket, TicketEvent
from tickets.rules.transitions import apply_transition
from tickets.services.common import MAX_REASON, clean_line, require_writer
from tickets.writes import update_row

MAX_PROMISE = timedelta(days=366)
# Events that begin the promise of an update, or end it.
PROMISE_KINDS = (
    EventKind.UPDATE_PROMISED,
    EventKind.PROMISE_WITHDRAWN,
    EventKind.AGENT_REPLIED,
    EventKind.TICKET_CLOSED,
    EventKind.TICKET_MERGED,
)


def mark_no_reply_needed(*, ticket_id: int, by: Actor, at: datetime) -> Ticket:
    """Say that the customer's last messages need no reply, such as a thank-you.

    An Open ticket then waits for the customer again. Raises NotAllowedError; ConflictError if
    nothing is unanswered, or if the customer never got a first response: only a reply is one.
    """
    require_writer(by)
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at)
        ticket, since = change.ticket, change.ticket.unanswered_since
        if since is None:
            raise ConflictError(_("No message from the customer is waiting for a reply."))
        if ticket.first_responded_at is None:
            raise ConflictError(
                _("The customer hasn't had a first response yet. Reply, or close the ticket.")
            )
        facts: dict[str, object] = {"since": since.isoformat()}
        if ticket.status == State.OPEN:
            facts["status"] = apply_transition(change, "wait_for_customer")
        change.set(unanswered_since=None)
        change.touch()
        change.record(EventKind.NO_REPLY_NEEDED, facts)
        change.save()
    return ticket


def promise_update(
    *, ticket_id: int, by: Actor, due_at: datetime, at: datetime, why: str = ""
) -> Ticket:
    """Promise the customer an update by a time. It replaces an earlier promise.

    Raises NotAllowedError, ConflictError for a closed ticket, InvalidValueError for a past time.
    """
    require_writer(by)
    require_future(due_at, at=at, field="due_at")
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at)
        if change.ticket.status == State.CLOSED:
            raise ConflictError(_("This ticket is closed. Reopen it first."))
        record_promise(change, due_at, why=why)
        change.touch()
        change.save()
    return change.ticket


def promise_callback(*, ticket_id: int, due_at: datetime, why: str, at: datetime) -> Ticket:
    """Promise, for the desk, that a caller whom nobody took is called back by a time.

    Does nothing to a closed ticket, or to one that owes an update sooner.
    """
    with transaction.atomic():
        change = Change.open(ticket_id, by=SYSTEM, at=at)
        owed = find_open_promise(change.ticket)
        is_sooner = owed is not None and datetime.fromisoformat(owed.data["due_at"]) <= due_at
        if change.ticket.status == State.CLOSED or is_sooner:
            return change.ticket
        record_promise(change, due_at, why=why)
        change.touch()
        change.save()
    return change.ticket


def record_promise(
    change: Change, due_at: datetime, *, why: str = "", is_automatic: bool = False
) -> None:
    """Record the promise of an update as part of a change; sla starts its clock.

    is_automatic: the desk promises it, because the change's actor, a customer, asked for help.
    """
    facts = {"due_at": due_at.isoformat(), "why": clean_line(why, field="why", limit=MAX_REASON)}
    automatic = {"is_automatic": True} if is_automatic else {}
    change.record(EventKind.UPDATE_PROMISED, facts | automatic)


def record_decision_promise(change: Change) -> None:
    """Promise that an emergency is decided about within the desk's time for it."""
    wait = change.ticket.desk.get_emergency_wait("decision")
    record_promise(change, change.at + wait, is_automatic=True)


def keep_emergency(change: Change) -> None:
    """Promise a decision anew where a reply or the closing has ended the promise of one."""
    if change.ticket.emergency == EmergencyState.REPORTED:
        record_decision_promise(change)


def resume_emergency(change: Change) -> None:
    """Ask for a decision again if the customer's message adds information an emergency lacked."""
    if change.ticket.emergency != EmergencyState.INFORMATION:
        return
    waiting = Emergency.objects.filter(ticket=change.ticket, state=EmergencyState.INFORMATION)
    emergency = waiting.first()
    if emergency is None:
        return
    emergency.state = EmergencyState.REPORTED
    change.write(update_row(emergency, "emergency", ["state"]))
    change.set(emergency=EmergencyState.REPORTED)
    change.record(EventKind.EMERGENCY_REPORTED, {"emergency": emergency.pk})
    record_decision_promise(change)


def withdraw_promise(*, ticket_id: int, by: Actor, at: datetime) -> Ticket:
    """Withdraw the promise of an update. Does nothing to a ticket without one.

    The customer no longer sees it; the history keeps both. Raises NotAllowedError, and
    ConflictError if it is the promise to decide about an emergency.
    """
    require_writer(by)
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at)
        if find_open_promise(change.ticket) is None:
            return change.ticket
        if change.ticket.emergency == EmergencyState.REPORTED:
            raise ConflictError(
                _("Decide about the emergency first. The customer is waiting for your decision.")
            )
        change.touch()
        change.record(EventKind.PROMISE_WITHDRAWN)
        change.save()
    return change.ticket


def find_open_promise(ticket: Ticket, *, before: TicketEvent | None = None) -> TicketEvent | None:
    """Return the event of the promised update that a ticket still owes, or None.

    A reply keeps a promise, and the closing ends it. before: as of just before this event.
    """
    events = TicketEvent.objects.filter(ticket=ticket, kind__in=PROMISE_KINDS)
    if before is not None:
        events = events.filter(pk__lt=before.pk)
    latest = events.order_by("-pk").first()
    is_open = latest is not None and latest.kind == EventKind.UPDATE_PROMISED
    return latest if is_open else None


def require_future(due_at: datetime, *, at: datetime, field: str) -> None:
    """Raise InvalidValueError for a chosen time that isn't in the future, or too far in it."""
    if due_at <= at:
        raise InvalidValueError(field, _("Choose a time in the future."))
    if due_at > at + MAX_PROMISE:
        raise InvalidValueError(field, _("Choose a time within a year."))
