"""Handles of people at networks: found or made, and joined to a known contact by proof only."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import Contact, ContactHandle, Network


def find_or_create_handle(
    *, desk_id: int, network: Network, scope: str, external_id: str, name: str, at: datetime
) -> ContactHandle:
    """Return the handle of a person at a network, with its contact.

    Somebody new becomes a contact of their own, without an account and an email address: a name
    proves nothing. A known handle takes the name that the network shows now.
    """
    key = {"desk_id": desk_id, "network": network, "scope": scope, "external_id": external_id}
    with transaction.atomic():
        handle = ContactHandle.objects.filter(**key).select_related("contact").first()
        if handle is None:
            contact = Contact.objects.create(desk_id=desk_id, email="", name=name[:120])
            made = ContactHandle(**key, contact=contact, name=name[:120], created_at=at)
            ContactHandle.objects.bulk_create([made], ignore_conflicts=True)
            handle = ContactHandle.objects.select_related("contact").get(**key)
            if handle.contact_id != contact.pk:  # another worker was faster
                contact.delete()
        elif name and handle.name != name[:120]:
            handle.name = name[:120]
            handle.save(update_fields=["name"])
    return handle
