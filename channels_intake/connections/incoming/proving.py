"""Proof of a handle by an email address that the vendor has verified, such as at a sign-in."""

from __future__ import annotations

from datetime import datetime

from accounts.matching import match_sender, normalize_email
from accounts.models import Contact, ContactHandle, Desk, HandleProof
from channels_intake.connections.contract import Person
from channels_intake.connections.joining import prove_handle
from channels_intake.incoming.senders import get_or_create_contact, read_sender
from channels_intake.mime.envelope import Address


def prove_by_email(
    handle: ContactHandle, person: Person, *, desk: Desk, at: datetime
) -> ContactHandle:
    """Return the handle, given to the contact with the person's verified address if there is one.

    A handle that is proven already stays with its contact. The desk's own mailboxes and agents are
    no customers.
    """
    email = normalize_email(person.email) if person.email else ""
    if not email or handle.proof != HandleProof.NONE:
        return handle
    contact = find_proven_contact(desk, email, person.name)
    if contact is None or not contact.can_get_email:
        return handle
    prove_handle(handle_id=handle.pk, contact=contact, proof=HandleProof.EMAIL, at=at)
    return ContactHandle.objects.select_related("contact").get(pk=handle.pk)


def find_proven_contact(desk: Desk, email: str, name: str) -> Contact | None:
    """Return the contact with a verified address; a new one belongs to its domain's account.

    None for an address of the desk's own.
    """
    sender = read_sender(desk, email)
    if sender.is_mailbox or sender.is_agent:
        return None
    if sender.contact is not None:
        return sender.contact
    found = match_sender(
        email,
        "pass",
        contacts={},
        domains=sender.domains,
        match_unverified=True,
        free_domains=desk.free_domains,
    )
    return get_or_create_contact(desk, Address(email, name), account_id=found.account_id)
