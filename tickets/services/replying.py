"""The agent's public reply, which every interface and every held-back reply ends in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.models import Agent
from tickets.actors import Actor
from tickets.attachments.files import NewFile, attach_files
from tickets.changes import Change
from tickets.errors import NewerMessageError
from tickets.events import EventKind
from tickets.markup.markdown import render_markdown
from tickets.models import Channel, CloseReason, Message, State
from tickets.rules.transitions import apply_transition
from tickets.services.common import (
    NewMessage,
    add_message,
    require_no_approval,
    require_text,
    require_writer,
)
from tickets.services.merged import follow_merges, open_unmerged, require_same_readers
from tickets.services.owed_replies import keep_emergency, record_promise, require_future

AFTER_REPLY = {
    "waiting": "wait_for_customer",
    "investigating": "investigate",
    "closed": "close",
}


def reply(
    *,
    ticket_id: int,
    agent: Agent,
    text: str,
    at: datetime,
    html: str = "",
    files: tuple[NewFile, ...] = (),
    then: str = "waiting",
    next_update_at: datetime | None = None,
    last_seen_message: int | None = None,
    channel: Channel = Channel.AGENT,
    via: str = "",
    approver: Agent | None = None,
) -> Message:
    """Send a public reply; the ticket then waits for the customer (M16), or does as ``then`` says.

    On a merged ticket it goes to the one that continues it, if the requester is the same.

    html: as in NewMessage; by default that of the text, which may be Markdown.
    then: "waiting", "investigating", "closed", or "" to leave the state alone.
    next_update_at: when the customer will hear again, which starts a clock (not with "closed"). If
        an emergency is still undecided, the desk's time for that by default.
    last_seen_message: the ID of the newest public message that the agent has seen. Raises
        NewerMessageError if a newer one arrived, so that no reply crosses an unread message.
    channel: PHONE for what was said in a call, which the email then repeats.
    via: "channel" for the conversation that the ticket came in by, "email", or "" for the usual.
    approver: the colleague who has approved the text. Raises NeedsApprovalError without one if the
        agent needs it.

    Also raises NotAllowedError, InvalidTransitionError, EmptyTextError, and InvalidValueError, such
    as for a reply that the channel doesn't take.
    """
    require_writer(Actor.of(agent))
    require_text(text, files)
    if next_update_at is not None:
        require_future(next_update_at, at=at, field="next_update_at")
    new = NewMessage(text=text, html=html or render_markdown(text), files=files, channel=channel)

    def send(end_id: int) -> Message:
        with transaction.atomic():
            change = _open_for_reply(end_id, ticket_id, agent, last_seen_message, at=at)
            message = record_reply(
                change,
                agent,
                new,
                then=then,
                next_update_at=next_update_at,
                via=via,
                approver=approver,
            )
            change.save(is_last=not files)
            attach_files(files, to=message, at=at)
        return message

    return follow_merges(ticket_id, send)


def _open_for_reply(
    ticket_id: int, written_to: int, agent: Agent, last_seen: int | None, *, at: datetime
) -> Change:
    """Lock the ticket for a reply to ``written_to``, and refuse one that would cross a message."""
    change = open_unmerged(ticket_id, by=Actor.of(agent), at=at, new=Message)
    require_same_readers(change.ticket, written_to, agent)
    require_latest(ticket_id, last_seen)
    return change


def record_reply(
    change: Change,
    agent: Agent,
    new: NewMessage,
    *,
    then: str,
    next_update_at: datetime | None = None,
    via: str = "",
    approver: Agent | None = None,
) -> Message:
    """Add a public reply as part of a change that was opened for a new Message. See ``reply``.

    Every message of an agent to a customer passes here, so here it is that trainees need approval.
    """
    if approver is None:
        require_no_approval(agent)
    ticket, is_first = change.ticket, change.ticket.first_responded_at is None
    placed = place_reply(change, new, via)
    message = add_message(change, new, change.reserved, author=agent)
    change.set(
        first_responded_at=ticket.first_responded_at or change.at,
        unanswered_since=None,
    )
    data: dict[str, object] = {"message": message.pk, "is_first": is_first, **placed}
    if then:
        reason = CloseReason.SOLVED.value if then == "closed" else ""
        data["status"] = apply_transition(change, AFTER_REPLY[then], reason=reason)
    change.touch()
    change.record(EventKind.AGENT_REPLIED, data)
    if ticket.status == State.CLOSED:
        return message
    if next_update_at is not None:
        record_promise(change, next_update_at)
    else:
        keep_emergency(change)
    return message


def place_reply(change: Change, new: NewMessage, via: str) -> dict[str, Any]:
    """Return what the event says of the way that a reply takes. Raises InvalidValueError.

    Channels belong to a higher layer, so settings name the function (REPLY_WAY). What was said in a
    call goes nowhere.
    """
    if new.channel == Channel.PHONE:
        return {}
    place = import_string(settings.REPLY_WAY)
    placed: dict[str, Any] = place(
        change.ticket, via=via, text=new.text, files=new.files, at=change.at
    )
    return placed


def require_latest(ticket_id: int, last_seen_message: int | None) -> None:
    """Raise NewerMessageError if a public message arrived after the last one that was seen."""
    if last_seen_message is None:
        return
    newer = Message.objects.filter(
        ticket_id=ticket_id, pk__gt=last_seen_message, is_automatic=False
    )
    if newer.exists():
        raise NewerMessageError(
            _("A new message arrived while you were writing. Read it, then send your reply again.")
        )
