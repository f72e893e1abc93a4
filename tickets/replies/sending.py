"""Send replies that are due. Nothing is lost with a worker, and nothing is sent twice.

Each is sent in the transaction that deletes its row, under the ticket's lock. A reply whose ticket
was closed in the meantime, or that a service refuses, is held, and its author is notified. So is a
scheduled one that would cross a customer's message, and any whose recipients have changed. One that
needs approval waits for it (approving.py).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import OperationalError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.failures import capture_failure
from accounts.models import Agent
from accounts.tokens.lookup import can_act
from tickets.access import can_see_ticket
from tickets.actors import SYSTEM, Actor
from tickets.changes import Change
from tickets.errors import (
    ConflictError,
    InvalidTransitionError,
    NewerMessageError,
    NotAllowedError,
    ServiceError,
)
from tickets.events import EventKind
from tickets.models import Channel, HeldReason, Message, PendingReply, State, Ticket
from tickets.replies.recipients import have_recipients_changed
from tickets.replies.unsent_files import NotStoredError, delete_unsent, read_unsent
from tickets.services.replying import reply

BATCH = 50
PATIENCE = timedelta(minutes=10)  # with a database or a storage that is away for a moment

log = structlog.get_logger(__name__)


def list_due_replies(at: datetime) -> QuerySet[PendingReply]:
    """Return the replies that are due, not held, and wait for nobody's approval."""
    due = PendingReply.objects.filter(held_at__isnull=True, send_at__lte=at)
    return due.filter(awaits_approval=False)


def send_due_replies(*, desk_id: int, at: datetime) -> int:
    """Send up to BATCH due replies of a desk. Return how many were sent or held."""
    due = list_due_replies(at).filter(desk_id=desk_id).order_by("send_at", "pk")
    ids = list(due.values_list("pk", flat=True)[:BATCH])
    return sum(send_if_due(reply_id=reply_id, at=at) for reply_id in ids)


def send_if_due(*, reply_id: int, at: datetime) -> bool:
    """Send a reply if it is due, or hold it. Return False if there was nothing to do.

    It may run twice at once: the second run waits for the ticket and finds the row gone.
    """

    def keep(error: str) -> None:
        with transaction.atomic():
            pending = lock_reply(reply_id, list_due_replies(at))
            if pending is not None:
                _hold(pending, HeldReason.FAILED, at=at)

    with capture_failure(keep, event="pending_reply_failed", reply=reply_id):
        try:
            return _send_or_hold(reply_id, at=at)
        except (OperationalError, NotStoredError) as error:
            if not _may_wait(reply_id, at):
                raise
            log.warning("pending_reply_waits", reply=reply_id, error=type(error).__name__)
            return False
    return True


def _may_wait(reply_id: int, at: datetime) -> bool:
    """Return True while a reply is tried again after a deadlock, or while the storage is away."""
    return PendingReply.objects.filter(pk=reply_id, send_at__gt=at - PATIENCE).exists()


def send_now(*, ticket_id: int, reply_id: int, agent: Agent, at: datetime) -> bool:
    """Send a scheduled or held reply at once, for its author.

    Returns False if it waits for approval again: what was approved isn't what would be sent now.
    Raises ConflictError if it was sent or undone by now, and the errors of tickets.services.reply.
    """
    with transaction.atomic():
        pending = lock_reply(reply_id, PendingReply.objects.filter(ticket=ticket_id))
        if pending is None:
            raise ConflictError(_("This reply was already sent or canceled."))
        if pending.author_id != agent.pk:
            raise NotAllowedError(_("Only its author can send this reply."))
        if _is_approval_outdated(pending):
            pending.is_scheduled = False
            _ask_approval(pending, at=at)
            return False
        if pending.held_reason != HeldReason.RECIPIENTS and have_recipients_changed(pending):
            raise ConflictError(
                _(
                    "The people who get this reply have changed since it was written. Choose"
                    " “Edit”, check who gets it, and send it again."
                )
            )
        send_reply(pending, then=pending.then, at=at)
    return True


def _is_approval_outdated(pending: PendingReply) -> bool:
    """Return True for a trainee's reply that was held, or crossed, since it was approved."""
    if not pending.author.needs_approval or pending.awaits_approval:
        return False
    return pending.approver_id is None or pending.held_at is not None or _is_crossed(pending)


def _send_or_hold(reply_id: int, *, at: datetime) -> bool:
    with transaction.atomic():
        pending = lock_reply(reply_id, list_due_replies(at))
        if pending is None:
            return False
        if pending.author.needs_approval and pending.approver_id is None:
            _ask_approval(pending, at=at)
            return True
        reason = _find_obstacle(pending)
        if reason is not None:
            _hold(pending, reason, at=at)
            return True
        try:
            with transaction.atomic():
                send_reply(pending, then=_choose_status(pending), at=at)
        except NotStoredError:
            raise
        except ServiceError as error:
            _hold(pending, HeldReason.REFUSED, detail=str(error), at=at)
    return True


def lock_reply(reply_id: int, among: QuerySet[PendingReply]) -> PendingReply | None:
    """Lock the reply's ticket, which comes first in the lock order; then return the reply."""
    ticket_id = among.filter(pk=reply_id).values_list("ticket_id", flat=True).first()
    if ticket_id is None:
        return None
    locked = Ticket.objects.filter(pk=ticket_id).select_for_update(no_key=True)
    list(locked.values_list("pk", flat=True))
    found = among.filter(pk=reply_id).select_related(
        "ticket__desk", "author__desk", "author__user", "approver"
    )
    return found.first()


def _find_obstacle(pending: PendingReply) -> HeldReason | None:
    ticket = pending.ticket
    if ticket.status == State.CLOSED and not pending.was_closed:
        return HeldReason.CLOSED
    sees = can_see_ticket(
        pending.author, department_id=ticket.department_id, assignee_id=ticket.assignee_id
    )
    if not can_act(pending.author) or not pending.author.can_write or not sees:
        return HeldReason.NO_ACCESS
    return HeldReason.RECIPIENTS if have_recipients_changed(pending) else None


def _choose_status(pending: PendingReply) -> str:
    """Return what becomes of the ticket: as the author chose, unless the customer wrote since.

    The author hasn't read that, so it neither closes nor waits. Raises NewerMessageError for a
    scheduled reply, which may be hours old.
    """
    if not _is_crossed(pending):
        return pending.then
    if pending.is_scheduled:
        raise NewerMessageError(
            _("A new message arrived while you were writing. Read it, then send your reply again.")
        )
    return ""


def _is_crossed(pending: PendingReply) -> bool:
    newer = Message.objects.filter(
        ticket=pending.ticket_id,
        contact__isnull=False,
        is_automatic=False,
        created_at__gt=pending.created_at,
    )
    return newer.exists()


def send_reply(pending: PendingReply, *, then: str, at: datetime) -> None:
    """Send a reply of a locked ticket and delete its row. then: as in tickets.services.reply."""
    update_at = pending.next_update_at
    sent: dict[str, Any] = {
        "ticket_id": pending.ticket_id,
        "agent": pending.author,
        "text": pending.text,
        "files": read_unsent(pending.files.all()),
        "next_update_at": update_at if update_at and update_at > at else None,
        "channel": Channel(pending.channel),
        "via": pending.via,
        "approver": pending.approver,
        "at": at,
    }
    try:
        with transaction.atomic():
            reply(**sent, then=then)
    except InvalidTransitionError:  # a colleague moved the ticket meanwhile: their choice stays
        reply(**sent, then="")
    delete_unsent(pending.files.all())
    pending.delete()


def _ask_approval(pending: PendingReply, *, at: datetime) -> None:
    """Let a trainee's reply wait for approval. One that was given or held before is forgotten."""
    pending.awaits_approval, pending.approver = True, None
    pending.held_at, pending.held_reason, pending.held_detail = None, "", ""
    pending.save()
    change = Change.open(pending.ticket_id, by=Actor.of(pending.author), at=at)
    change.record(EventKind.APPROVAL_ASKED, {"author": pending.author_id})
    change.save()


def _hold(pending: PendingReply, reason: HeldReason, *, at: datetime, detail: str = "") -> None:
    pending.held_at, pending.held_reason, pending.held_detail = at, reason.value, detail
    pending.save(update_fields=["held_at", "held_reason", "held_detail"])
    change = Change.open(pending.ticket_id, by=SYSTEM, at=at)
    data = {"why_held": reason.value, "author": pending.author_id}
    change.record(EventKind.REPLY_HELD, data)
    change.save()
