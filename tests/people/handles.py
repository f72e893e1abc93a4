"""Somebody who writes by a channel: a handle with its contact, conversation, ticket and message."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.customers.handles import find_or_create_handle
from accounts.models import Contact, ContactHandle, HandleProof, Network
from channels_intake.models import ChannelMessage, Connection, Conversation
from channels_intake.models.connections import ConnectionKind, Direction, PartState
from tests.cast import NOON, Cast
from tickets.models import Message, Ticket

PSID = "7012345678901234"


@dataclass
class Stranger:
    """A person known by a handle alone, and what they wrote."""

    handle: ContactHandle
    contact: Contact
    conversation: Conversation
    ticket: Ticket
    message: Message


def make_handle(
    cast: Cast,
    external_id: str = PSID,
    *,
    network: Network = Network.FACEBOOK,
    name: str = "Maria Jones",
) -> ContactHandle:
    """Return the handle of a person at a network, new or known."""
    return find_or_create_handle(
        desk_id=cast.desk.pk,
        network=network,
        scope="page-1",
        external_id=external_id,
        name=name,
        at=NOON,
    )


def write_by_handle(cast: Cast, handle: ContactHandle, text: str = "Where is it?") -> Stranger:
    """Open a ticket as the acceptance of an item does."""
    connection, _ = Connection.objects.get_or_create(
        desk=cast.desk, kind=ConnectionKind.FACEBOOK, name="Our page"
    )
    conversation = Conversation.objects.create(
        desk=cast.desk,
        connection=connection,
        external_id=f"t-{handle.external_id}",
        handle=handle,
        created_at=NOON,
    )
    if handle.proof == HandleProof.NONE:
        handle.contact.account_id = None
    ticket = cast.open_ticket(contact=handle.contact, channel="facebook", text=text)
    message = Message.objects.get(ticket=ticket)
    ChannelMessage.objects.create(
        desk=cast.desk,
        connection=connection,
        conversation=conversation,
        direction=Direction.IN,
        external_id=f"mid.{ticket.number}",
        message=message,
        state=PartState.RECEIVED,
        written_at=NOON,
        changed_at=NOON,
    )
    conversation.ticket = ticket
    conversation.save()
    return Stranger(handle, handle.contact, conversation, ticket, message)
