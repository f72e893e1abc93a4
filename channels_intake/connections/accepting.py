"""Acceptance of items: a message onto its ticket, and what happened to it at the vendor.

The same for all channels. Items arrive twice, late and in any order: a key of the vendor's IDs
makes one message of them, and what is older than the state known changes nothing.
"""

from __future__ import annotations

from datetime import datetime
from functools import singledispatch

from accounts.customers.handles import find_or_create_handle
from accounts.match_reasons import MatchCode, make_reason
from accounts.models import ContactHandle, HandleProof
from accounts.places.languages import find_language
from channels_intake.connections.contract import (
    Deleted,
    Echo,
    Edited,
    Ended,
    Incoming,
    Item,
    Progress,
)
from channels_intake.connections.registry import get_connector
from channels_intake.incoming.senders import get_default_priority
from channels_intake.models.connections import (
    ChannelMessage,
    Connection,
    Conversation,
    Direction,
    PartState,
)
from tickets.actors import Actor
from tickets.attachments.files import NewFile
from tickets.models import Message, Ticket
from tickets.sentences.remarks import Remark
from tickets.services import (
    NewMessage,
    NewTicket,
    NotReopenableError,
    Origin,
    add_customer_message,
    open_with_message,
)

MAX_SUBJECT = 80
FURTHER = {
    PartState.QUEUED: 0,
    PartState.SENT: 1,
    PartState.DELIVERED: 2,
    PartState.READ: 3,
    PartState.FAILED: 4,
}


def lock_conversation(connection: Connection, external_id: str, *, at: datetime) -> Conversation:
    """Return the locked conversation with this ID, new or known. Run in a transaction."""
    key = {"connection": connection, "external_id": external_id[:190]}
    new = Conversation(desk_id=connection.desk_id, created_at=at, **key)
    Conversation.objects.bulk_create([new], ignore_conflicts=True)
    free = Conversation.objects.select_for_update(of=("self",), no_key=True)
    return free.select_related("ticket", "handle").get(**key)


@singledispatch
def accept(
    item: Item,
    connection: Connection,
    files: tuple[NewFile, ...],
    remarks: tuple[Remark, ...],
    *,
    at: datetime,
) -> None:
    """Apply one item of a stored event. The caller has opened the transaction, in the desk.

    files: of a message, already fetched. remarks: on those that couldn't be.
    """
    raise NotImplementedError(type(item))


@accept.register
def _accept_message(
    item: Incoming,
    connection: Connection,
    files: tuple[NewFile, ...],
    remarks: tuple[Remark, ...],
    *,
    at: datetime,
) -> None:
    conversation = lock_conversation(connection, item.conversation_id, at=at)
    if ChannelMessage.objects.filter(connection=connection, external_id=item.external_id).exists():
        return
    is_history = connection.silent_until is not None and item.at < connection.silent_until
    message = None
    if not is_history:
        handle = conversation.handle or _find_handle(connection, item, at=at)
        message = _put_on_ticket(connection, conversation, handle, item, files, remarks, at=at)
        conversation.handle, conversation.ticket = handle, message.ticket
        conversation.window_from = max(item.at, conversation.window_from or item.at)
    conversation.is_public = item.is_public
    conversation.data = {**conversation.data, **item.data}
    conversation.save(update_fields=["handle", "ticket", "window_from", "is_public", "data"])
    ChannelMessage.objects.create(
        desk_id=connection.desk_id,
        connection=connection,
        conversation=conversation,
        direction=Direction.IN,
        external_id=item.external_id,
        message=message,
        state=PartState.RECEIVED,
        written_at=item.at,
        changed_at=at,
    )


def _find_handle(connection: Connection, item: Incoming, *, at: datetime) -> ContactHandle:
    return find_or_create_handle(
        desk_id=connection.desk_id,
        network=get_connector(connection.kind).get_network(connection),
        scope=item.person.scope,
        external_id=item.person.external_id,
        name=item.person.name,
        at=at,
    )


def _put_on_ticket(
    connection: Connection,
    conversation: Conversation,
    handle: ContactHandle,
    item: Incoming,
    files: tuple[NewFile, ...],
    remarks: tuple[Remark, ...],
    *,
    at: datetime,
) -> Message:
    new = NewMessage(
        text=item.text,
        channel=get_connector(connection.kind).channel,
        files=files,
        remarks=remarks,
    )
    ticket = conversation.ticket
    if ticket is not None:
        try:
            contact = handle.contact
            return add_customer_message(ticket_id=ticket.pk, contact=contact, new=new, at=at)
        except NotReopenableError:
            pass
    opened = NewTicket(
        subject=item.subject or _shorten(item.text),
        message=new,
        origin=_get_origin(connection, handle),
        priority=get_default_priority(connection.desk),
        follow_up_of=ticket,
        product=ticket.product if ticket else None,
        language=find_language(item.language),
    )
    return open_with_message(desk=connection.desk, new=opened, by=Actor.of(handle.contact), at=at)


def _get_origin(connection: Connection, handle: ContactHandle) -> Origin:
    """Return the requester. Only a proven handle brings its contact's account along."""
    contact = handle.contact
    if handle.proof == HandleProof.NONE:
        return Origin(contact, None, False, (make_reason(MatchCode.HANDLE, name=str(handle)),))
    reason = make_reason(MatchCode.PROVEN_HANDLE, name=str(handle), address=str(contact))
    return Origin(contact, contact.account_id, False, (reason,))


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MAX_SUBJECT else f"{line[:MAX_SUBJECT].rsplit(' ', 1)[0]}…"


@accept.register
def _note_edit(
    item: Edited,
    connection: Connection,
    files: tuple[NewFile, ...],
    remarks: tuple[Remark, ...],
    *,
    at: datetime,
) -> None:
    raise NotImplementedError


@accept.register
def _note_deletion(
    item: Deleted,
    connection: Connection,
    files: tuple[NewFile, ...],
    remarks: tuple[Remark, ...],
    *,
    at: datetime,
) -> None:
    known = ChannelMessage.objects.filter(connection=connection, external_id=item.external_id)
    known.update(state=PartState.DELETED, changed_at=at)


@accept.register
def _note_echo(
    item: Echo,
    connection: Connection,
    files: tuple[NewFile, ...],
    remarks: tuple[Remark, ...],
    *,
    at: datetime,
) -> None:
    raise NotImplementedError


@accept.register
def _note_progress(
    item: Progress,
    connection: Connection,
    files: tuple[NewFile, ...],
    remarks: tuple[Remark, ...],
    *,
    at: datetime,
) -> None:
    raise NotImplementedError


@accept.register
def _note_end(
    item: Ended,
    connection: Connection,
    files: tuple[NewFile, ...],
    remarks: tuple[Remark, ...],
    *,
    at: datetime,
) -> None:
    raise NotImplementedError


def list_tickets(handle: ContactHandle) -> list[Ticket]:
    """Return the tickets that a handle's conversations are on."""
    return [one.ticket for one in handle.conversations.select_related("ticket") if one.ticket]
