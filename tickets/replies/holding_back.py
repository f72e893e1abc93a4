"""Hold a reply back until it can't be undone, until a time, or until a colleague approves it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Agent, Desk
from tickets.actors import Actor
from tickets.attachments.files import NewFile
from tickets.changes import Change
from tickets.errors import ConflictError, InvalidValueError
from tickets.events import EventKind
from tickets.models import Channel, Message, PendingReply, State
from tickets.queueing import Queue, TaskName, send_after_commit_and_delay
from tickets.replies.recipients import describe_recipients
from tickets.replies.unsent_files import store_unsent
from tickets.rules.transitions import require_transition
from tickets.services.common import NewMessage, require_text, require_writer
from tickets.services.merged import find_end, require_same_readers
from tickets.services.owed_replies import require_future
from tickets.services.replying import AFTER_REPLY, place_reply, reply, require_latest

SEND_REPLY = TaskName("tickets.tasks.send_pending_reply", queue=Queue.INTERACTIVE)
MAX_PENDING = 20  # replies of a ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReply:
    """A reply that was written. The fields are those of tickets.services.reply, and two more.

    send_at: when it is sent; None for at once. is_scheduled: the author chose that time, so the
    ticket's history says it.
    """

    ticket_id: int
    agent: Agent
    text: str
    files: tuple[NewFile, ...] = ()
    then: str = "waiting"
    next_update_at: datetime | None = None
    last_seen_message: int | None = None
    channel: Channel = Channel.AGENT
    via: str = ""
    send_at: datetime | None = None
    is_scheduled: bool = False


def get_undo_time(desk: Desk) -> timedelta:
    """Return how long a reply of the desk can be undone; zero if it is sent at once."""
    return timedelta(seconds=desk.undo_seconds)


def submit_reply(new: NewReply, *, at: datetime) -> Message | PendingReply:
    """Send a reply, or hold it back if it has a time or needs approval. Raises as these do."""
    if new.send_at is not None or new.agent.needs_approval:
        return hold_back_reply(new, at=at)
    return reply(
        ticket_id=new.ticket_id,
        agent=new.agent,
        text=new.text,
        files=new.files,
        then=new.then,
        next_update_at=new.next_update_at,
        last_seen_message=new.last_seen_message,
        channel=new.channel,
        via=new.via,
        at=at,
    )


def hold_back_reply(new: NewReply, *, at: datetime) -> PendingReply:
    """Store a reply to be sent later, or once it is approved. The ticket stays as it is until then.

    The errors are those of tickets.services.reply: what can't be sent now isn't accepted for later.
    Also raises ConflictError if too many replies of the ticket wait, and NotStoredError.
    """
    require_writer(Actor.of(new.agent))
    require_text(new.text, new.files)
    _require_times(new, at=at)
    with transaction.atomic():
        change = Change.open(new.ticket_id, by=Actor.of(new.agent), at=at)
        _require_sendable(change, new)
        pending = _store(change, new)
        store_unsent(new.files, to=pending, at=at)
        _record(change, pending)
    return pending


def queue_reply(pending: PendingReply, *, seconds: float) -> None:
    """Queue the task that sends a reply once it is due. The sweep finds what the queue loses."""
    send_after_commit_and_delay(
        SEND_REPLY, seconds=seconds, desk_id=pending.desk_id, reply_id=pending.pk
    )


def _require_times(new: NewReply, *, at: datetime) -> None:
    send_at, next_update_at = new.send_at or at, new.next_update_at
    if new.send_at is not None:
        require_future(new.send_at, at=at, field="send_at")
    if next_update_at is not None:
        if next_update_at <= send_at:
            raise InvalidValueError("next_update_at", _("Choose a time after the reply is sent."))
        require_future(next_update_at, at=send_at, field="next_update_at")


def _require_sendable(change: Change, new: NewReply) -> None:
    require_same_readers(find_end(change.ticket), new.ticket_id, new.agent)
    require_latest(new.ticket_id, new.last_seen_message)
    message = NewMessage(text=new.text, files=new.files, channel=new.channel)
    place_reply(change, message, new.via)
    if new.then:
        require_transition(change, AFTER_REPLY[new.then])
    _require_few(new.ticket_id)


def _require_few(ticket_id: int) -> None:
    if PendingReply.objects.filter(ticket_id=ticket_id).count() >= MAX_PENDING:
        text = ngettext(
            "This ticket already has %(count)s pending reply. Send or cancel it first.",
            "This ticket already has %(count)s pending replies. Send or cancel one first.",
            MAX_PENDING,
        )
        raise ConflictError(text % {"count": MAX_PENDING})


def _store(change: Change, new: NewReply) -> PendingReply:
    ticket = change.ticket
    return PendingReply.objects.create(
        desk_id=ticket.desk_id,
        ticket=ticket,
        author=new.agent,
        text=new.text,
        then=new.then,
        next_update_at=new.next_update_at,
        channel=new.channel,
        via=new.via,
        was_closed=ticket.status == State.CLOSED,
        created_at=change.at,
        send_at=new.send_at or change.at,
        is_scheduled=new.is_scheduled,
        awaits_approval=new.agent.needs_approval,
        recipients=describe_recipients(ticket),
    )


def _record(change: Change, pending: PendingReply) -> None:
    if not pending.awaits_approval and not pending.is_scheduled:
        queue_reply(pending, seconds=(pending.send_at - change.at).total_seconds())
        return
    if pending.awaits_approval:
        change.record(EventKind.APPROVAL_ASKED, {"author": pending.author_id})
    else:
        change.record(EventKind.REPLY_SCHEDULED, {"send_at": pending.send_at.isoformat()})
    change.save()
