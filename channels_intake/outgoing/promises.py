"""What a customer was told about the first response, and which changes are worth an email (M43)."""

from __future__ import annotations

from datetime import datetime, timedelta

from channels_intake.models import MailKind, OutgoingEmail
from tickets.models import Ticket

TELLING = (MailKind.RECEIPT, MailKind.PHONE, MailKind.PROMISE)
TOLERANCE = timedelta(minutes=1)  # a later time is always told, but for rounding
MUCH_EARLIER = timedelta(hours=1)


def find_told(ticket: Ticket) -> OutgoingEmail | None:
    """Return the last email that told the requester a response time, or that there is none."""
    emails = OutgoingEmail.objects.filter(ticket=ticket, contact=ticket.contact, kind__in=TELLING)
    return emails.order_by("-pk").first()


def is_worth_telling(told: OutgoingEmail, due_at: datetime | None, *, only_worse: bool) -> bool:
    """Return True if a new response time differs enough from the one that was told.

    Worth it are: a later time, none anymore, one again after that, and one that is much earlier.
    only_worse: for new terms, which change many tickets at once.
    """
    was = told.promised_at
    if was is None:
        return due_at is not None and told.kind == MailKind.PROMISE and not only_worse
    if due_at is None or due_at - was > TOLERANCE:
        return True
    return not only_worse and was - due_at >= MUCH_EARLIER
