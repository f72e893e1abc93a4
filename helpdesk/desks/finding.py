"""The desk, and the person of a desk, that a command names."""

from __future__ import annotations

from django.core.management.base import CommandError

from accounts.matching import normalize_email
from accounts.models import Contact, Desk
from accounts.tenancy import desk_scope


def find_desk_or_refuse(slug: str) -> Desk:
    """The desk of a slug; CommandError with the slugs that there are."""
    desk = Desk.objects.filter(slug=slug).first()
    if desk is None:
        known = ", ".join(Desk.objects.order_by("slug").values_list("slug", flat=True)[:20])
        raise CommandError(f"No desk is called “{slug}”. There are: {known or 'none'}.")
    return desk


def find_contact_or_refuse(desk: Desk, named: str) -> Contact:
    """The contact of an address at a desk, or of the number of their row; else CommandError."""
    who = {"pk": int(named)} if named.isdecimal() else {"email": normalize_email(named)}
    with desk_scope(desk):
        contact = Contact.objects.filter(desk=desk, **who).first()
    if contact is None:
        raise CommandError(
            f"Nobody at {desk.name} has the {'number' if 'pk' in who else 'address'} {named}."
        )
    return contact
