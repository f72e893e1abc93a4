"""Proof that a visitor is a known contact: by the website that vouches for them, or by a link."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.customers.handles import find_or_create_handle
from accounts.models import ContactHandle, HandleProof, Network
from channels_intake.connections.joining import prove_handle
from channels_intake.connectors.messenger.visitors import Visitor
from channels_intake.incoming.senders import get_or_create_contact
from channels_intake.mime.envelope import Address
from channels_intake.models import Connection


def get_scope(connection: Connection) -> str:
    """Return whose IDs a messenger's are: two websites may both have a user 42."""
    return str(connection.pk)


def find_handle(connection: Connection, visitor_id: str) -> ContactHandle | None:
    """Return a visitor's handle; None before their first message was processed."""
    return ContactHandle.objects.filter(
        desk_id=connection.desk_id,
        network=Network.MESSENGER,
        scope=get_scope(connection),
        external_id=visitor_id,
    ).first()


def find_visitor(connection: Connection, visitor_id: str) -> ContactHandle | None:
    """Return the handle of somebody who has written by a connection of any kind, or None."""
    mine = ContactHandle.objects.filter(desk_id=connection.desk_id, external_id=visitor_id)
    return mine.filter(conversations__connection=connection).first()


def accept_identity(connection: Connection, visitor: Visitor, *, at: datetime) -> None:
    """Make a visitor the contact whose address the website vouches for, once.

    Before their message is put on a ticket, so that it has the contact's account from the start.
    Nothing for a visitor without an address, and nothing if the handle is proven already.
    """
    if not visitor.is_signed_in or not visitor.email:
        return
    known = find_handle(connection, visitor.id)
    if known is not None and known.proof != HandleProof.NONE:
        return
    with transaction.atomic():
        handle = find_or_create_handle(
            desk_id=connection.desk_id,
            network=Network.MESSENGER,
            scope=get_scope(connection),
            external_id=visitor.id,
            name=visitor.name,
            at=at,
        )
    prove_address(handle, visitor.email, connection=connection, name=visitor.name, at=at)


def prove_address(
    handle: ContactHandle, email: str, *, connection: Connection, name: str, at: datetime
) -> bool:
    """Join a handle to the contact of an address that was just proven. Return False if it was."""
    with transaction.atomic():
        contact = get_or_create_contact(connection.desk, Address(email, name))
    return prove_handle(handle_id=handle.pk, contact=contact, proof=HandleProof.EMAIL, at=at)
