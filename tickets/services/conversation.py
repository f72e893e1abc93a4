"""Messages on a ticket: the customer's message, the agent's reply, the internal note."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.models import Agent, Contact
from tickets.actors import Actor
from tickets.attachments.files import NewFile, attach_files, clean_file_name
from tickets.changes import Change
from tickets.errors import ConflictError, NewerMessageError
from tickets.events import EventKind
from tickets.markup.markdown import render_markdown
from tickets.models import Channel, CloseReason, HoldEnd, Message, Note, State
from tickets.notes.mentions import find_mentions, write_mentions
from tickets.rules.coverage import update_coverage
from tickets.rules.transitions import apply_transition
from tickets.search.documents import add_to_search
from tickets.services.common import (
    NewMessage,
    add_message,
    add_row,
    require_no_approval,
    require_text,
    require_writer,
    share_lock_contact,
)
from tickets.services.holds import end_hold_of
from tickets.services.merged import (
    find_via,
    follow_merges,
    open_unmerged,
    require_same_readers,
    require_visible,
)
from tickets.services.owed_replies import (
    keep_emergency,
    record_promise,
    require_future,
    resume_emergency,
)
from tickets.work.waking import wake_agents

AFTER_REPLY = {
    "waiting": "wait_for_customer",
    "investigating": "investigate",
    "closed": "close",
}


class NotReopenableError(ConflictError):
    """The ticket can't be reopened; the caller opens a linked one."""


def add_customer_message(
    *, ticket_id: int, contact: Contact, new: NewMessage, at: datetime
) -> Message:
    """Add a customer's message: the ticket is Open again (M14) and no longer closes automatically.

    An automatic message (out of office, bounce) is kept and changes no state. Raises
    NotReopenableError if the closed ticket can't be reopened anymore; then the caller opens a
    follow-up. Raises ConflictError for a person who was erased. What is written to a merged ticket
    goes to the one that continues it.
    """
    return follow_merges(
        ticket_id,
        lambda end_id: _add_customer_message(end_id, ticket_id, contact=contact, new=new, at=at),
    )


def _add_customer_message(
    ticket_id: int, written_to: int, *, contact: Contact, new: NewMessage, at: datetime
) -> Message:
    with transaction.atomic():
        share_lock_contact(contact)
        change = open_unmerged(ticket_id, by=Actor.of(contact), at=at, new=Message)
        ticket = change.ticket
        if ticket.status == State.CLOSED and not new.is_automatic and not ticket.is_reopenable(at):
            raise NotReopenableError(_("This ticket is closed and can't be reopened."))
        via_id = find_via(ticket, contact, written_to)
        message = add_message(change, new, change.reserved, author=contact, via_id=via_id)
        data: dict[str, object] = {"message": message.pk}
        kind, was_closed = EventKind.MACHINE_RESPONDED, ticket.status == State.CLOSED
        if not new.is_automatic:
            kind = EventKind.CUSTOMER_RESPONDED
            change.set(unanswered_since=ticket.unanswered_since or at)
            end_hold_of(change, HoldEnd.CUSTOMER_RESPONDED)
            wake_agents(change)
            data["status"] = apply_transition(change, "customer_responds")
            if was_closed:  # the account's terms may be others by now
                data |= update_coverage(change)
        change.touch()
        change.record(kind, data, channel=str(new.channel))
        if kind == EventKind.CUSTOMER_RESPONDED:
            if was_closed:
                keep_emergency(change)
            resume_emergency(change)
        change.save(is_last=not new.files)
        attach_files(new.files, to=message, at=at)
    return message


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

    html: as in NewMessage; by default that of the text, which may be Markdown.
    then: "waiting", "investigating", "closed", or "" to leave the state alone. next_update_at: when
    the customer will hear again, which starts a clock (not with "closed"); if an emergency is still
    undecided, the desk's time for that by default. last_seen_message:
    the id of the newest public message that the agent has seen; raises NewerMessageError if a newer
    one arrived, so that no reply crosses an unread message. channel: PHONE for what was said in a
    call, which the email then repeats. via: "channel" for the conversation that the ticket came in
    by, "email", or "" for the usual way. approver: the colleague who has approved the text; raises
    NeedsApprovalError without one if the agent needs it. Also raises NotAllowedError,
    InvalidTransitionError, EmptyTextError, and InvalidValueError, such as for a reply that the
    channel doesn't take. On a merged ticket it goes to the one that continues it, if the requester
    is the same.
    """
    by = Actor.of(agent)
    require_writer(by)
    require_text(text, files)
    if next_update_at is not None:
        require_future(next_update_at, at=at, field="next_update_at")
    new = NewMessage(text=text, html=html or render_markdown(text), files=files, channel=channel)

    def add(end_id: int) -> Message:
        with transaction.atomic():
            change = open_unmerged(end_id, by=by, at=at, new=Message)
            require_same_readers(change.ticket, ticket_id, agent)
            require_latest(end_id, last_seen_message)
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

    return follow_merges(ticket_id, add)


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


def add_note(
    *, ticket_id: int, agent: Agent, text: str, at: datetime, files: tuple[NewFile, ...] = ()
) -> Note:
    """Add an internal note (M15). Only agents see it. It doesn't count as a response.

    On a merged ticket it goes to the one that continues it. Colleagues whom it mentions are
    notified and watch the ticket from now on. Raises InvalidValueError for a mention of a person
    who can't see the ticket.
    """
    require_writer(Actor.of(agent))
    require_text(text, files)
    return follow_merges(
        ticket_id, lambda end_id: _add_note(end_id, ticket_id, agent, text, files, at=at)
    )


def _add_note(
    ticket_id: int,
    written_to: int,
    agent: Agent,
    text: str,
    files: tuple[NewFile, ...],
    *,
    at: datetime,
) -> Note:
    with transaction.atomic():
        change = open_unmerged(ticket_id, by=Actor.of(agent), at=at, new=Note)
        require_visible(change.ticket, written_to, agent)
        note = Note(
            id=change.reserved,
            desk_id=change.ticket.desk_id,
            ticket=change.ticket,
            agent=agent,
            body_text=text,
            created_at=at,
        )
        add_row(change, note, "note")
        mentions = find_mentions(change.ticket, text, author=agent)
        data: dict[str, object] = {"note": note.pk}
        if mentions:
            change.write(write_mentions(change.ticket, note.pk, mentions, at=at))
            data["mentions"] = [mention.agent_id for mention in mentions]
            wake_agents(change, [mention.agent_id for mention in mentions])
        names = [clean_file_name(file.name) for file in files]
        add_to_search(change, text, names, is_note=True)
        change.touch()
        change.record(EventKind.NOTE_ADDED, data)
        change.save(is_last=not files)
        attach_files(files, to=note, at=at)
    return note
