"""Proof that a visitor is a known contact, by a link in an email.

What a website vouches for is proven as for every channel (connections/incoming/proving.py).
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import ContactHandle, HandleProof
from channels_intake.connections.incoming.proving import find_proven_contact
from channels_intake.connections.joining import prove_handle
from channels_intake.models import Connection


def get_scope(connection: Connection) -> str:
    """Return whose IDs a messenger's are: two websites may both have a user 42."""
    return str(connection.pk)


def find_visitor(connection: Connection, visitor_id: str) -> ContactHandle | None:
    """Return the handle of somebody who has written by a connection of any kind, or None."""
    mine = ContactHandle.objects.filter(desk_id=connection.desk_id, external_id=visitor_id)
    return mine.filter(conversations__connection=connection).first()


def prove_address(
    handle: ContactHandle, email: str, *, connection: Connection, name: str, at: datetime
) -> bool:
    """Join a handle to the contact of an address that was just proven. Return False if it was.

    Also False for an address of the desk's own.
    """
    with transaction.atomic():
        contact = find_proven_contact(connection.desk, email, name)
    if contact is None or not contact.can_get_email:
        return False
    return prove_handle(handle_id=handle.pk, contact=contact, proof=HandleProof.EMAIL, at=at)
