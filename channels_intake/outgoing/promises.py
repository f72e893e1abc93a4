"""Times that customers were promised, and emails about those that got later (M43).

The events of the ticket say what moved, because sla is a sibling package that must not be imported.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime

from channels_intake.models import MailKind, MailState, OutgoingEmail
from channels_intake.outgoing.automatic_mail import can_send_promise
from channels_intake.outgoing.composing import compose_mail
from channels_intake.outgoing.facts import Facts
from tickets.events import EventKind
from tickets.models import OPEN_STATES, Ticket, TicketEvent
from tickets.services.owed_replies import find_open_promise

PROMISING = (MailKind.RECEIPT, MailKind.PHONE, MailKind.PROMISE)
TOLERANCE = timedelta(minutes=1)  # rounding; any other later time is worth an email
MUCH_EARLIER = timedelta(hours=1)
HOLD = timedelta(minutes=1)  # an email waits this long, so that a change can be undone

# Values of sla.models: ClockKind, ReplanCause.
FIRST_RESPONSE = "first_response"
LATER_CLOCKS = ("next_response", "update")
REPLAN_CAUSES = ("targets", "policy", "calendar")
# Causes whose own event is composed for by compose_new_promise.
OWN_EVENTS = (EventKind.PRIORITY_CHANGED, EventKind.PRODUCT_CHANGED, EventKind.TERMS_CHANGED)
PROMISES = (EventKind.UPDATE_PROMISED, EventKind.PROMISE_WITHDRAWN)

Mails = Iterable[OutgoingEmail | None]


def find_last_promise(ticket: Ticket) -> OutgoingEmail | None:
    """Return the last email that promised the requester a first response or withdrew it."""
    emails = OutgoingEmail.objects.filter(ticket=ticket, contact=ticket.contact, kind__in=PROMISING)
    return emails.exclude(event__kind__in=PROMISES).order_by("-pk").first()


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


def compose_new_promise(event: TicketEvent, facts: Facts) -> Mails:
    """Email the customer if a change moved the first response that they were promised.

    The SLA clock has followed the change in its transaction. The last promised time is compared
    with the current one, so an event delivered twice sends nothing. The email is held for a
    minute: a change that is undone until then sends nothing, either.
    """
    withdraw_held_promises(event, facts)
    by_terms = event.kind == EventKind.TERMS_CHANGED
    return _compose_first(
        event, facts, cause=event.kind, only_worse=by_terms, is_one_of_many=by_terms
    )


def compose_moved_promise(event: TicketEvent, facts: Facts) -> Mails:
    """Email the customer if a promised time got later, whatever caused it, or ended.

    Once per ticket and change, and once per person and change of SLA settings.
    """
    clock, cause = event.data.get("clock", FIRST_RESPONSE), event.data.get("cause", "")
    is_one_of_many = cause in REPLAN_CAUSES or cause == EventKind.TERMS_CHANGED
    if clock == FIRST_RESPONSE and cause not in OWN_EVENTS:
        withdraw_held_promises(event, facts)
        return _compose_first(
            event, facts, cause=cause, only_worse=True, is_one_of_many=is_one_of_many
        )
    if clock not in LATER_CLOCKS or event.ticket.first_responded_at is None:
        return []
    times = (_read_time(event, "was_due_at"), _read_time(event, "due_at"))
    return _compose_later(event, facts, clock, times, cause=cause, is_one_of_many=is_one_of_many)


def compose_moved_update(event: TicketEvent, facts: Facts) -> Mails:
    """Email the customer if an agent moved or withdrew a promised update without replying."""
    earlier = find_open_promise(event.ticket, before=event)
    if earlier is None:
        return []
    is_withdrawn = event.kind == EventKind.PROMISE_WITHDRAWN
    times = (_read_time(earlier, "due_at"), None if is_withdrawn else _read_time(event, "due_at"))
    return _compose_later(
        event, facts, "promised_update", times, cause=event.kind, is_one_of_many=False
    )


def _compose_first(
    event: TicketEvent, facts: Facts, *, cause: str, only_worse: bool, is_one_of_many: bool
) -> Mails:
    ticket, last = event.ticket, find_last_promise(event.ticket)
    if last is None or ticket.first_responded_at or ticket.status not in OPEN_STATES:
        return []
    due_at = get_response_due_at(ticket)
    if not is_worth_an_email(last, due_at, only_worse=only_worse):
        return []
    details = {"first_response_due": due_at, "was_due": last.promised_at}
    return _compose(
        event, facts, FIRST_RESPONSE, details, cause=cause, is_one_of_many=is_one_of_many
    )


def _compose_later(
    event: TicketEvent,
    facts: Facts,
    clock: str,
    times: tuple[datetime | None, datetime | None],
    *,
    cause: str,
    is_one_of_many: bool,
) -> Mails:
    """Compose an email about another clock than the first response. times: before and now."""
    was, due = times
    if was is None or (due is not None and due - was <= TOLERANCE):
        return []
    if event.ticket.status not in OPEN_STATES or _has_promise_of(event):
        return []
    details = {"next_due": due, "was_due": was}
    return _compose(event, facts, clock, details, cause=cause, is_one_of_many=is_one_of_many)


def _compose(
    event: TicketEvent,
    facts: Facts,
    clock: str,
    details: dict[str, Any],
    *,
    cause: str,
    is_one_of_many: bool,
) -> Mails:
    ticket = event.ticket
    if not can_send_promise(ticket, facts, at=event.at, is_one_of_many=is_one_of_many):
        return []
    known = {"clock": clock, "cause": cause, "is_one_of_many": is_one_of_many}
    return [
        compose_mail(
            event, ticket.contact, MailKind.PROMISE, facts, details=details | known, hold=HOLD
        )
    ]


def _has_promise_of(event: TicketEvent) -> bool:
    """Return True if the change of this event has an email about a promised time already."""
    return OutgoingEmail.objects.filter(
        ticket=event.ticket_id, kind=MailKind.PROMISE, event__at=event.at
    ).exists()


def _read_time(event: TicketEvent, name: str) -> datetime | None:
    return parse_datetime(event.data.get(name) or "")


def get_response_due_at(ticket: Ticket) -> datetime | None:
    """Return when the first response is or was due, or None without a promise.

    Clocks are read through the ticket, because sla is a sibling package that must not be imported.
    """
    if ticket.due_kind == FIRST_RESPONSE:
        return ticket.due_at
    if ticket.first_responded_at is None and not ticket.due_kind:  # no clock is running
        return None
    clock = ticket.clocks.filter(kind=FIRST_RESPONSE).first()
    return clock.due_at if clock and not clock.stopped_at else None


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
