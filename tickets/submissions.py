"""Doing the work of a form once, however often the form is sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from accounts.models import Contact, Desk
from tickets.models import SubmittedForm, Ticket


def submit_once(
    *, desk: Desk, contact: Contact | None, token: str, at: datetime, work: Callable[[], Ticket]
) -> tuple[Ticket, bool]:
    """Run ``work`` for the first sending of a form; gives its ticket, and whether this sending was the first.

    The token stands in the rendered form and counts per person, so nobody can learn anything from another's.
    Two sendings at once are put in order by the unique key: the second waits for the first to commit. When
    ``work`` raises, nothing is kept and the form may be sent again.
    """
    with transaction.atomic():
        form, is_first = SubmittedForm.objects.get_or_create(
            desk=desk, contact=contact, token=token, defaults={"created_at": at}
        )
        if is_first:
            form.ticket = work()
            form.save(update_fields=["ticket"])
    assert form.ticket is not None  # noqa: S101 (set in the transaction that made the row)
    return form.ticket, is_first
