"""Find the desk, and the person at a desk, that a management command names."""

from __future__ import annotations

from django.core.management.base import CommandError

from accounts.matching import normalize_email
from accounts.models import Contact, Desk
from accounts.tenancy import desk_scope

MAX_LISTED_DESKS = 20


def get_desk(slug: str) -> Desk:
    """Return the desk with this slug, or raise CommandError and list the slugs that exist."""
    desk = Desk.objects.filter(slug=slug).first()
    if desk is None:
        slugs = Desk.objects.order_by("slug").values_list("slug", flat=True)[:MAX_LISTED_DESKS]
        raise CommandError(
            f"There is no desk “{slug}”. Existing desks: {', '.join(slugs) or 'none'}."
        )
    return desk


def get_contact(desk: Desk, identifier: str) -> Contact:
    """Return a desk's contact by email address or by primary key, or raise CommandError."""
    people = Contact.objects.filter(desk=desk)
    if identifier.isdecimal():
        kind, found = "number", people.filter(pk=int(identifier))
    else:
        kind, found = "address", people.with_any_email(normalize_email(identifier))
    with desk_scope(desk):
        contact = found.first()
    if contact is None:
        raise CommandError(f"{desk.name} has no contact with the {kind} {identifier}.")
    return contact
