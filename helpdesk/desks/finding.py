"""The desk that a command names."""

from __future__ import annotations

from django.core.management.base import CommandError

from accounts.models import Desk


def find_desk_or_refuse(slug: str) -> Desk:
    """The desk of a slug; CommandError with the slugs that there are."""
    desk = Desk.objects.filter(slug=slug).first()
    if desk is None:
        known = ", ".join(Desk.objects.order_by("slug").values_list("slug", flat=True)[:20])
        raise CommandError(f"No desk is called “{slug}”. There are: {known or 'none'}.")
    return desk
