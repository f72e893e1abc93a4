"""Acceptance of items: a message onto its ticket, and what happened to it at the vendor.

The same for all channels. Items arrive twice, late and in any order: a key of the vendor's IDs
makes one message of them, and what is older than the state known changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.customers.handles import find_or_create_handle
from accounts.match_reasons import MatchCode, make_reason
from accounts.models import ContactHandle, HandleProof
from accounts.models.fields import clean_line
from accounts.places.languages import find_language
from channels_intake.connections.contract import Incoming
from channels_intake.connections.ids import fit_id
from channels_intake.connections.incoming.fetching import NOTHING, Fetched
from channels_intake.connections.incoming.proving import prove_by_email
from channels_intake.connections.registry import get_connector
from channels_intake.connections.texts import make_body, make_subject
from channels_intake.incoming.senders import get_default_priority
from channels_intake.models.connections import (
    ChannelMessage,
    Connection,
    Conversation,
    Direction,
    PartState,
)
from tickets.actors import Actor
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
from tickets.services.tags import get_or_create_tags

TAGS = "tags"  # in an item's data: names of tags for a new ticket


class TooEarlyError(Exception):
    """The message that an item is about hasn't arrived. Its text is the vendor's ID of it."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A connection, and the time at which its items are accepted."""

    connection: Connection
    at: datetime

    @property
    def desk_id(self) -> int:
        return self.connection.desk_id


def lock_conversation(connection: Connection, external_id: str, *, at: datetime) -> Conversation:
    """Return the locked conversation with this ID, new or known. Run in a transaction."""
    key = {"connection": connection, "external_id": fit_id(external_id)}
    new = Conversation(desk_id=connection.desk_id, created_at=at, **key)
    Conversation.objects.bulk_create([new], ignore_conflicts=True)
    free = Conversation.objects.select_for_update(of=("self",), no_key=True)
    return free.select_related("ticket", "handle").get(**key)


def find_message(connection: Connection, external_id: str) -> ChannelMessage | None:
    """Return the message with this ID of the vendor, with its conversation."""
    known = ChannelMessage.objects.filter(connection=connection, external_id=fit_id(external_id))
    return known.select_related("message", "conversation").first()


def is_history(connection: Connection, at: datetime) -> bool:
    """Return True for what was written before the connection was made. It opens no ticket."""
    return connection.silent_until is not None and at < connection.silent_until


def accept_message(item: Incoming, arrival: Arrival, fetched: Fetched = NOTHING) -> None:
    """Put a customer's message on its ticket, once. The caller has opened the transaction.

    What is older than the connection is stored without a ticket.
    """
    connection, at = arrival.connection, arrival.at
    conversation = lock_conversation(connection, item.conversation_id, at=at)
    if find_message(connection, item.external_id):
        return
    message = None
    if not is_history(connection, item.at):
        message = _put_on_ticket(arrival, conversation, item, fetched)
    _continue(conversation, item, message, at=at)
    ChannelMessage.objects.create(
        desk_id=arrival.desk_id,
        connection=connection,
        conversation=conversation,
        direction=Direction.IN,
        external_id=fit_id(item.external_id),
        message=message,
        state=PartState.RECEIVED,
        written_at=item.at,
        changed_at=at,
    )
    if message is not None:
        get_connector(connection.kind).watch(conversation, message, at=at)


def _continue(
    conversation: Conversation, item: Incoming, message: Message | None, *, at: datetime
) -> None:
    """Save what a message says of its conversation. message: None for history."""
    if message is not None:
        # One of a merged ticket stays there: replies on the other ticket aren't for its customer.
        conversation.ticket_id = message.via_id or message.ticket_id
        wrote_at = min(item.at, at)  # a vendor's clock that is fast gives no longer window
        conversation.window_from = max(wrote_at, conversation.window_from or wrote_at)
        if conversation.ended_at is not None and item.at > conversation.ended_at:
            conversation.ended_at = None  # the customer goes on
    conversation.is_public = item.is_public
    conversation.data = {**conversation.data, **item.data}
    conversation.save(
        update_fields=["handle", "ticket", "window_from", "is_public", "data", "ended_at"]
    )


def _find_handle(arrival: Arrival, item: Incoming) -> ContactHandle:
    connector, person = get_connector(arrival.connection.kind), item.person
    handle = find_or_create_handle(
        desk_id=arrival.desk_id,
        network=connector.get_network(arrival.connection),
        scope=person.scope,
        external_id=fit_id(person.external_id),
        name=clean_line(person.name),
        at=arrival.at,
    )
    if not connector.proves_author:
        return handle
    return prove_by_email(handle, person, desk=arrival.connection.desk, at=arrival.at)


def _put_on_ticket(
    arrival: Arrival, conversation: Conversation, item: Incoming, fetched: Fetched
) -> Message:
    """Add a message to the conversation's ticket, or open one. Sets the conversation's handle.

    In a public thread, others may write, too: each message has its own author.
    """
    handle, ticket = _find_handle(arrival, item), conversation.ticket
    if conversation.handle_id is None:  # also after its person was erased
        conversation.handle, ticket = handle, None
    new = _make_message(arrival, item, fetched)
    if ticket is not None:
        try:
            contact = handle.contact
            return add_customer_message(
                ticket_id=ticket.pk, contact=contact, new=new, at=arrival.at
            )
        except NotReopenableError:
            pass
    return _open_ticket(arrival, handle, item, new, follow_up_of=ticket)


def _make_message(arrival: Arrival, item: Incoming, fetched: Fetched) -> NewMessage:
    body = make_body(item.text, has_files=bool(fetched.files or fetched.remarks))
    remarks: tuple[Remark, ...] = (*body.remarks, *fetched.remarks)
    channel = get_connector(arrival.connection.kind).channel
    files = (*body.files, *fetched.files)
    return NewMessage(text=body.text, channel=channel, files=files, remarks=remarks)


def _open_ticket(
    arrival: Arrival,
    handle: ContactHandle,
    item: Incoming,
    new: NewMessage,
    *,
    follow_up_of: Ticket | None,
) -> Message:
    desk = arrival.connection.desk
    opened = NewTicket(
        subject=make_subject(item, new.text, desk),
        message=new,
        origin=_get_origin(handle, arrival.connection),
        priority=get_default_priority(desk),
        follow_up_of=follow_up_of,
        product=follow_up_of.product if follow_up_of else None,
        language=find_language(item.language),
        tags=get_or_create_tags(desk, item.data.get(TAGS, ())),
    )
    return open_with_message(desk=desk, new=opened, by=Actor.of(handle.contact), at=arrival.at)


def _get_origin(handle: ContactHandle, connection: Connection) -> Origin:
    """Return the requester. Only a proven handle brings its contact's account along."""
    contact = handle.contact
    is_proven = handle.proof != HandleProof.NONE
    if not (is_proven and get_connector(connection.kind).proves_author):
        return Origin(contact, None, False, (make_reason(MatchCode.HANDLE, name=str(handle)),))
    reason = make_reason(MatchCode.PROVEN_HANDLE, name=str(handle), address=str(contact))
    return Origin(contact, contact.account_id, False, (reason,))
