"""Messages of customers, and internal notes. Replies of agents are in replying.py."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Agent, Contact
from tickets.actors import Actor
from tickets.attachments.files import NewFile, attach_files, clean_file_name
from tickets.errors import ConflictError
from tickets.events import EventKind
from tickets.models import HoldEnd, Message, Note, State
from tickets.notes.mentions import find_mentions, write_mentions
from tickets.rules.coverage import update_coverage
from tickets.rules.transitions import apply_transition
from tickets.search.documents import add_to_search
from tickets.services.common import (
    NewMessage,
    add_message,
    add_row,
    require_text,
    require_writer,
    share_lock_contact,
)
from tickets.services.holds import end_hold_of
from tickets.services.merged import (
    find_via,
    follow_merges,
    open_unmerged,
    require_visible,
)
from tickets.services.owed_replies import keep_emergency, resume_emergency
from tickets.work.waking import wake_agents


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
