"""What is said on a ticket: the customer's answer, the agent's reply, the internal note."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import Agent, Contact
from tickets import events
from tickets.actors import Actor
from tickets.errors import ConflictError
from tickets.files import NewFile, attach_files
from tickets.models import NO_DEADLINE, Message, Note, State
from tickets.services.common import (
    NewMessage,
    add_message,
    lock_ticket,
    require_text,
    require_writer,
    share_lock_contact,
)
from tickets.transitions import apply_transition

AFTER_REPLY = {
    "waiting": "wait_for_customer",
    "investigating": "investigate",
    "closed": "close",
}


class NotReopenableError(ConflictError):
    """The ticket can no longer be reopened by an answer; a linked one has to be opened."""


def add_customer_message(
    *, ticket_id: int, contact: Contact, new: NewMessage, at: datetime
) -> Message:
    """Add what the customer wrote: the ticket is Open again (M14), and no longer closes for silence.

    An automatic message (out of office, bounce) is kept and moves nothing. Raises NotReopenableError when an answer
    no longer reopens the ticket; then the caller opens a follow-up. Raises ConflictError for a person who is erased.
    """
    by = Actor.of(contact)
    with transaction.atomic():
        share_lock_contact(contact)
        ticket = lock_ticket(ticket_id)
        if ticket.status == State.CLOSED and not new.is_automatic and not ticket.is_reopenable(at):
            raise NotReopenableError("This ticket is closed for good.")
        message = add_message(ticket, new, author=contact, at=at)
        data: dict[str, object] = {"message": message.pk}
        kind = events.EventKind.MACHINE_RESPONDED
        if not new.is_automatic:
            kind = events.EventKind.CUSTOMER_RESPONDED
            data["status"] = apply_transition(ticket, "customer_responds", by=by, at=at)
        ticket.updated_at = at
        ticket.save()
        events.record(ticket=ticket, kind=kind, by=by, at=at, channel=str(new.channel), data=data)
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
    last_seen_message: int | None = None,
) -> Message:
    """Answer the customer publicly; the ticket then waits for the customer (M16), or as ``then`` says.

    then: "waiting", "investigating", "closed" or "" for no move. last_seen_message: the id of the newest public
    message that the agent had before the eyes; ConflictError is raised when a newer one stands there, so that no
    answer crosses an unread one. Raises NotAllowedError, InvalidTransitionError, EmptyTextError.
    """
    by = Actor.of(agent)
    require_writer(by)
    require_text(text, files)
    with transaction.atomic():
        ticket = lock_ticket(ticket_id)
        _refuse_if_overtaken(ticket_id, last_seen_message)
        is_first = ticket.first_responded_at is None
        new = NewMessage(text=text, html=html, files=files, channel="agent")
        message = add_message(ticket, new, author=agent, at=at)
        ticket.first_responded_at = ticket.first_responded_at or at
        ticket.due_at = NO_DEADLINE
        data: dict[str, object] = {"message": message.pk, "is_first": is_first}
        if then:
            move = AFTER_REPLY[then]
            reason = "solved" if move == "close" else ""
            data["status"] = apply_transition(ticket, move, by=by, at=at, reason=reason)
        ticket.updated_at = at
        ticket.save()
        events.record(ticket=ticket, kind=events.EventKind.AGENT_REPLIED, by=by, at=at, data=data)
    return message


def _refuse_if_overtaken(ticket_id: int, last_seen_message: int | None) -> None:
    if last_seen_message is None:
        return
    newer = Message.objects.filter(
        ticket_id=ticket_id, pk__gt=last_seen_message, is_automatic=False
    )
    if newer.exists():
        raise ConflictError("A new message arrived while you wrote. Read it, then send again.")


def add_note(
    *, ticket_id: int, agent: Agent, text: str, at: datetime, files: tuple[NewFile, ...] = ()
) -> Note:
    """Write an internal note (M15): seen by the desk's people only; neither a response nor a move."""
    by = Actor.of(agent)
    require_writer(by)
    require_text(text, files)
    with transaction.atomic():
        ticket = lock_ticket(ticket_id)
        note = Note.objects.create(
            desk_id=ticket.desk_id, ticket=ticket, agent=agent, body_text=text, created_at=at
        )
        attach_files(files, to=note, at=at)
        ticket.updated_at = at
        ticket.save(update_fields=["updated_at"])
        events.record(
            ticket=ticket, kind=events.EventKind.NOTE_ADDED, by=by, at=at, data={"note": note.pk}
        )
    return note
