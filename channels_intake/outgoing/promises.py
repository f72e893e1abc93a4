"""Response times that customers were promised, and which changes are worth an email (M43)."""

from __future__ import annotations

from datetime import datetime, timedelta

from channels_intake.models import MailKind, MailState, OutgoingEmail
from channels_intake.outgoing.facts import Facts
from tickets.models import Ticket, TicketEvent

PROMISING = (MailKind.RECEIPT, MailKind.PHONE, MailKind.PROMISE)
TOLERANCE = timedelta(minutes=1)  # rounding; any other later time is worth an email
MUCH_EARLIER = timedelta(hours=1)
HOLD = timedelta(minutes=1)  # an email waits this long, so that a change can be undone


def find_last_promise(ticket: Ticket) -> OutgoingEmail | None:
    """Return the last email that promised the requester a response time or withdrew it."""
    emails = OutgoingEmail.objects.filter(ticket=ticket, contact=ticket.contact, kind__in=PROMISING)
    return emails.order_by("-pk").first()


def is_worth_an_email(last: OutgoingEmail, due_at: datetime | None, *, only_worse: bool) -> bool:
    """Return True if a new response time differs enough from the last one that was promised.

    That is a later time, none anymore, one again after that, or a much earlier one.
    only_worse: for new terms, which change many tickets at once.
    """
    was = last.promised_at
    if was is None:
        return due_at is not None and last.kind == MailKind.PROMISE and not only_worse
    if due_at is None or due_at - was > TOLERANCE:
        return True
    return not only_worse and was - due_at >= MUCH_EARLIER


def withdraw_held_promises(event: TicketEvent, facts: Facts) -> None:
    """Drop emails about a new response time that are still held when something newer happens."""
    composed = facts.sent.get(event.ticket_id, ())
    if all(mail.kind != MailKind.PROMISE for mail in composed):
        return
    held = OutgoingEmail.objects.filter(
        ticket=event.ticket_id,
        kind=MailKind.PROMISE,
        state=MailState.QUEUED,
        attempts=0,
        next_try_at__gt=event.at,
    )
    if held.exclude(event=event).delete()[0]:
        facts.forget_sent()
