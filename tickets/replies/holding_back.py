"""Hold a reply back: for the desk's seconds to undo it, or until a time that its author chose."""

from __future__ import annotations

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
from tickets.models import Channel, PendingReply, State
from tickets.queueing import Queue, TaskName, send_after_commit_and_delay
from tickets.replies.unsent_files import store_unsent
from tickets.rules.transitions import require_transition
from tickets.services.common import NewMessage, require_text, require_writer
from tickets.services.conversation import AFTER_REPLY, place_reply, require_latest
from tickets.services.owed_replies import require_future

SEND_REPLY = TaskName("tickets.tasks.send_pending_reply", queue=Queue.INTERACTIVE)
MAX_PENDING = 20  # replies of a ticket


def get_undo_time(desk: Desk) -> timedelta:
    """Return how long a reply of the desk can be undone; zero if it is sent at once."""
    return timedelta(seconds=desk.undo_seconds)


def hold_back_reply(
    *,
    ticket_id: int,
    agent: Agent,
    text: str,
    at: datetime,
    send_at: datetime,
    is_scheduled: bool = False,
    files: tuple[NewFile, ...] = (),
    then: str = "waiting",
    next_update_at: datetime | None = None,
    last_seen_message: int | None = None,
    via: str = "",
) -> PendingReply:
    """Store a reply to be sent at a time. The ticket stays as it is until then.

    is_scheduled: the author chose the time, so the ticket's history says it. The others are those
    of tickets.services.reply, and so are the errors: what can't be sent now isn't accepted for
    later. Also raises ConflictError if too many replies of the ticket wait, and NotStoredError.
    """
    require_writer(Actor.of(agent))
    require_text(text, files)
    require_future(send_at, at=at, field="send_at")
    _require_update_after(next_update_at, send_at=send_at)
    with transaction.atomic():
        change = Change.open(ticket_id, by=Actor.of(agent), at=at)
        require_latest(ticket_id, last_seen_message)
        place_reply(change, NewMessage(text=text, files=files, channel=Channel.AGENT), via)
        if then:
            require_transition(change, AFTER_REPLY[then])
        _require_few(ticket_id)
        pending = PendingReply.objects.create(
            desk_id=change.ticket.desk_id,
            ticket=change.ticket,
            author=agent,
            text=text,
            then=then,
            next_update_at=next_update_at,
            via=via,
            was_closed=change.ticket.status == State.CLOSED,
            created_at=at,
            send_at=send_at,
            is_scheduled=is_scheduled,
        )
        store_unsent(files, to=pending, at=at)
        if is_scheduled:
            change.record(EventKind.REPLY_SCHEDULED, {"send_at": send_at.isoformat()})
            change.save()
        else:
            queue_reply(pending, seconds=(send_at - at).total_seconds())
    return pending


def queue_reply(pending: PendingReply, *, seconds: float) -> None:
    """Queue the task that sends a reply once it is due. The sweep finds what the queue loses."""
    send_after_commit_and_delay(
        SEND_REPLY, seconds=seconds, desk_id=pending.desk_id, reply_id=pending.pk
    )


def _require_update_after(next_update_at: datetime | None, *, send_at: datetime) -> None:
    if next_update_at is not None:
        if next_update_at <= send_at:
            raise InvalidValueError("next_update_at", _("Choose a time after the reply is sent."))
        require_future(next_update_at, at=send_at, field="next_update_at")


def _require_few(ticket_id: int) -> None:
    if PendingReply.objects.filter(ticket_id=ticket_id).count() >= MAX_PENDING:
        text = ngettext(
            "This ticket already has %(count)s pending reply. Send or cancel it first.",
            "This ticket already has %(count)s pending replies. Send or cancel one first.",
            MAX_PENDING,
        )
        raise ConflictError(text % {"count": MAX_PENDING})
