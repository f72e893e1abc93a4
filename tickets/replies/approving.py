"""Approval of trainees' replies: approve, edit and send, or send back with a reason.

Any agent who can change the ticket and needs no approval themselves decides. Until then, nothing of
the reply is on the ticket: neither its text, nor its status, nor a response for the clocks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Agent
from tickets.actors import Actor
from tickets.changes import Change
from tickets.errors import ConflictError, InvalidValueError, NotAllowedError
from tickets.events import EventKind
from tickets.models import PendingReply, State
from tickets.replies.recipients import describe_recipients, have_recipients_changed
from tickets.replies.sending import lock_reply, send_reply
from tickets.replies.undoing import restore_draft
from tickets.services.common import require_text, require_writer
from tickets.services.merged import find_end
from tickets.services.replying import require_latest


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The page as an approver saw it.

    last_message: the newest one. has_new_recipients, is_closed: what changed since it was written.
    """

    last_message: int | None = None
    has_new_recipients: bool = False
    is_closed: bool = False


def can_approve(agent: Agent) -> bool:
    """Return True if this agent may approve the replies of others (on tickets that they see)."""
    return agent.can_write and not agent.needs_approval


def list_waiting_for_approval(desk_id: int) -> QuerySet[PendingReply]:
    """Return the replies of a desk that wait for approval, on tickets of all departments."""
    return PendingReply.objects.filter(desk_id=desk_id, awaits_approval=True)


def get_waiting_reply(*, ticket_id: int, reply_id: int, agent: Agent) -> PendingReply:
    """Return a reply for the one who decides about it. Raises NotAllowedError and ConflictError."""
    _require_approver(agent)
    found = PendingReply.objects.filter(ticket=ticket_id, pk=reply_id, awaits_approval=True)
    pending = found.select_related("author__user", "author__desk").first()
    if pending is None:
        raise ConflictError(_too_late())
    return pending


def approve_reply(
    *,
    ticket_id: int,
    reply_id: int,
    agent: Agent,
    at: datetime,
    seen: Seen,
    text: str | None = None,
) -> bool:
    """Approve a reply and send it. Return False if it is scheduled, so it is sent at its time.

    text: the reply as the approver has edited it. On a ticket that was closed since, it is sent and
    the ticket stays closed. Raises NotAllowedError, ConflictError if it was sent or withdrawn by
    now, NewerMessageError if the customer wrote something that the approver has not seen, or
    ConflictError for other recipients or a closed ticket, and the errors of tickets.services.reply.
    """
    _require_approver(agent)
    with transaction.atomic():
        pending = _lock(ticket_id, reply_id)
        require_latest(ticket_id, seen.last_message)
        _require_seen_recipients(pending, seen)
        _require_seen_closing(pending, seen)
        is_edited = text is not None and text != pending.text
        if text is not None:
            require_text(text, tuple(pending.files.all()))
            pending.text = text
        _record(pending, EventKind.REPLY_APPROVED, agent, at=at, is_edited=is_edited)
        pending.awaits_approval, pending.approver = False, agent
        if pending.is_scheduled and pending.send_at > at:
            pending.recipients = describe_recipients(pending.ticket)
            pending.was_closed = _is_closed(pending)
            pending.created_at = at  # a customer's message from now on holds it
            pending.save()
            return False
        send_reply(pending, then=pending.then, at=at)
    return True


def return_reply(
    *,
    ticket_id: int,
    reply_id: int,
    agent: Agent,
    why: str,
    place: str,
    fields: Mapping[str, str],
    at: datetime,
) -> None:
    """Send a reply back to its author, whose draft it becomes again. why: what to change.

    place, fields: as in undo_reply. Raises NotAllowedError, InvalidValueError without a reason, and
    ConflictError if it was sent or withdrawn by now.
    """
    _require_approver(agent)
    if not why.strip():
        raise InvalidValueError("why", _("Say what to change."))
    with transaction.atomic():
        pending = _lock(ticket_id, reply_id)
        restore_draft(pending, place, fields, at=at)
        _record(pending, EventKind.REPLY_RETURNED, agent, at=at, why=why.strip())
        pending.delete()


def _require_approver(agent: Agent) -> None:
    require_writer(Actor.of(agent))
    if not can_approve(agent):
        raise NotAllowedError(_("Your own replies need approval, so you can't approve others."))


def _lock(ticket_id: int, reply_id: int) -> PendingReply:
    among = PendingReply.objects.filter(ticket=ticket_id, awaits_approval=True)
    pending = lock_reply(reply_id, among)
    if pending is None:
        raise ConflictError(_too_late())
    return pending


def _too_late() -> str:
    return _("Too late: this reply was already sent, returned, or withdrawn.")


def _require_seen_recipients(pending: PendingReply, seen: Seen) -> None:
    if have_recipients_changed(pending) and not seen.has_new_recipients:
        raise ConflictError(
            _(
                "The people who get this reply have changed since it was written. Check them, then"
                " approve it again."
            )
        )


def _require_seen_closing(pending: PendingReply, seen: Seen) -> None:
    if _is_closed(pending) and not (pending.was_closed or seen.is_closed):
        raise ConflictError(
            _(
                "The ticket was closed since this reply was written. If it should still be sent,"
                " approve it again."
            )
        )


def _is_closed(pending: PendingReply) -> bool:
    return find_end(pending.ticket).status == State.CLOSED


def _record(
    pending: PendingReply, kind: EventKind, agent: Agent, *, at: datetime, **facts: object
) -> None:
    change = Change.open(pending.ticket_id, by=Actor.of(agent), at=at)
    told = {name: value for name, value in facts.items() if value}
    change.record(kind, {"author": pending.author_id, **told})
    change.save()
