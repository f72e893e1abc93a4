"""What is said on a ticket: the customer's answer, the agent's reply, the internal note."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import Agent, Contact
from tickets import log
from tickets.actors import Actor
from tickets.errors import Overtaken
from tickets.files import NewFile, attach_files
from tickets.models import NO_DEADLINE, Message, Note, State
from tickets.moves import make_move
from tickets.services.common import (
    NewMessage,
    add_message,
    hold_contact,
    lock_ticket,
    require_text,
    require_writer,
)

AFTER_REPLY = {
    "waiting": "wait_for_customer",
    "investigating": "investigate",
    "closed": "close",
}


class ClosedForGood(Overtaken):
    """The ticket can no longer be reopened by an answer; a linked one has to be opened."""


def add_customer_message(
    *, ticket_id: int, contact: Contact, new: NewMessage, at: datetime
) -> Message:
    """Add what the customer wrote: the ticket is Open again (M14), and no longer closes for silence.

    An automatic message (out of office, bounce) is kept and moves nothing. Raises ClosedForGood when an answer
    no longer reopens the ticket; then the caller opens a follow-up. Raises Overtaken for a person who is erased.
    """
    by = Actor.of(contact)
    with transaction.atomic():
        hold_contact(contact)
        ticket = lock_ticket(ticket_id)
        if ticket.status == State.CLOSED and not new.is_automatic and not ticket.is_reopenable(at):
            raise ClosedForGood("This ticket is closed for good.")
        message = add_message(ticket, new, author=contact, at=at)
        data: dict[str, object] = {"message": message.pk}
        kind = log.Kind.MACHINE_RESPONDED
        if not new.is_automatic:
            kind = log.Kind.CUSTOMER_RESPONDED
            data["status"] = make_move(ticket, "customer_responds", by=by, at=at)
        ticket.updated_at = at
        ticket.save()
        log.record(ticket=ticket, kind=kind, by=by, at=at, channel=str(new.channel), data=data)
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
    message that the agent had before the eyes; Overtaken is raised when a newer one stands there, so that no
    answer crosses an unread one. Raises NotAllowed, IllegalMove, EmptyText.
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
            data["status"] = make_move(ticket, move, by=by, at=at, reason=reason)
        ticket.updated_at = at
        ticket.save()
        log.record(ticket=ticket, kind=log.Kind.AGENT_REPLIED, by=by, at=at, data=data)
    return message


def _refuse_if_overtaken(ticket_id: int, last_seen_message: int | None) -> None:
    if last_seen_message is None:
        return
    newer = Message.objects.filter(
        ticket_id=ticket_id, pk__gt=last_seen_message, is_automatic=False
    )
    if newer.exists():
        raise Overtaken("A new message arrived while you wrote. Read it, then send again.")


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
        log.record(ticket=ticket, kind=log.Kind.NOTE_ADDED, by=by, at=at, data={"note": note.pk})
    return note
