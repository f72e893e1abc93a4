"""Handles of people at networks: found or made, and given to a known contact by proof only.

Whose tickets follow is channels_intake/connections/joining.py's to decide.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import translation

from accounts.audit import Actor, record_audit
from accounts.models import Agent, AuditAction, Contact, ContactHandle, HandleProof, Network

MAX_NAME = 120


def find_or_create_handle(
    *, desk_id: int, network: Network, scope: str, external_id: str, name: str, at: datetime
) -> ContactHandle:
    """Return the handle of a person at a network, with its contact.

    Somebody new becomes a contact of their own, without an account and an email address: a name
    proves nothing. A known handle takes the name that the network shows now. The row stays locked
    until the caller's transaction ends, so that nobody joins it to another contact while its
    message is put on a ticket.
    """
    key: dict[str, Any] = {
        "desk_id": desk_id,
        "network": network,
        "scope": scope,
        "external_id": external_id,
    }
    with transaction.atomic(savepoint=False):
        handle = _lock(key).first() or _create(key, name[:MAX_NAME], at)
        if name and handle.name != name[:MAX_NAME]:
            _rename(handle, name[:MAX_NAME])
    return handle


def _lock(key: dict[str, Any]) -> QuerySet[ContactHandle]:
    # The contact is read afterwards: a join would look at the one from before a wait for the lock.
    return ContactHandle.objects.filter(**key).select_for_update(no_key=True)


def _create(key: dict[str, Any], name: str, at: datetime) -> ContactHandle:
    try:
        with transaction.atomic():  # so that a contact that nobody needs goes, too
            shown = name or _get_number(key)
            contact = Contact.objects.create(email="", name=shown, desk_id=key["desk_id"])
            return ContactHandle.objects.create(**key, contact=contact, name=name, created_at=at)
    except IntegrityError:  # another worker was faster
        return _lock(key).get()


def _get_number(key: dict[str, Any]) -> str:
    """Return the phone number of a caller, by which agents know them; "" at other networks."""
    return str(key["external_id"])[:MAX_NAME] if key["network"] == Network.PHONE else ""


def _rename(handle: ContactHandle, name: str) -> None:
    """Store a new name, also as the contact's own if it was taken from the handle."""
    contact, taken = handle.contact, {"", handle.name, handle.external_id}
    handle.name = name
    handle.save(update_fields=["name"])
    if contact.is_known_by_handle and contact.name in taken:
        contact.name = name
        contact.save(update_fields=["name"])


def give_handle(
    handle: ContactHandle,
    contact: Contact,
    *,
    proof: HandleProof,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> None:
    """Store that a locked handle is this contact's, and why. Its tickets are the caller's affair.

    by: the agent who decided it, or the contact who proved it.
    """
    before, handle.contact = handle.contact_id, contact
    is_proven = proof != HandleProof.NONE
    handle.proof, handle.proven_at = proof, at if is_proven else None
    handle.proven_by = by if isinstance(by, Agent) and is_proven else None
    handle.reason = reason
    handle.save(update_fields=["contact", "proof", "proven_at", "proven_by", "reason"])
    record_audit(
        desk=handle.desk_id,
        by=by,
        action=AuditAction.HANDLE_JOINED if isinstance(by, Agent) else AuditAction.HANDLE_PROVEN,
        about=contact,
        target=describe_handle(handle),
        detail={
            "handle": handle.pk,
            "contact": [before, contact.pk],
            "proof": proof.value,
            "reason": reason,
            "at": at.isoformat(),
        },
    )


def describe_handle(handle: ContactHandle) -> str:
    """Return the network and the name there as records keep them, in no reader's language."""
    with translation.override(None):
        return str(handle)


def delete_unused(contact: Contact) -> bool:
    """Delete a person of whom nothing is left after their handle went to another contact.

    Whoever has an address, a sign-in, another handle or anything on a ticket stays.
    """
    if not contact.is_known_by_handle or any(
        relation.related_model._base_manager.filter(**{relation.field.name: contact}).exists()
        for relation in contact._meta.related_objects
    ):
        return False
    contact.delete()
    return True
