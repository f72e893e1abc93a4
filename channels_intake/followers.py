"""Reactions of email to ticket events: compose the rows, and queue them after the commit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.dateparse import parse_datetime

from accounts.models import Contact
from channels_intake.models import MailKind, OutgoingEmail
from channels_intake.outgoing.automatic_mail import can_send_automatic_mail
from channels_intake.outgoing.composing import create_mail, split_attachments
from tickets.events import EventKind, Followers
from tickets.models import ActorKind, CloseReason, Message, Ticket, TicketEvent
from tickets.queueing import TaskName, send_after_commit

SEND_TASK = TaskName("channels_intake.tasks.send_outgoing")
DAY = timedelta(days=1)
NOTIFIED_CLOSE_REASONS = {CloseReason.SOLVED, CloseReason.SILENCE, CloseReason.DUPLICATE}


def send_receipt(event: TicketEvent) -> None:
    """Confirm a request to the customer who opened it, with its number and response time (M35)."""
    ticket = event.ticket
    if event.actor_kind != ActorKind.CONTACT or not can_send_automatic_mail(
        MailKind.RECEIPT, ticket, ticket.contact, at=event.at
    ):
        return
    due_at = None if ticket.is_unverified else get_response_due_at(ticket)
    details = {"first_response_due": due_at}
    _queue([create_mail(event, ticket.contact, MailKind.RECEIPT, details=details)])


def send_reply(event: TicketEvent) -> None:
    """Send an agent's public reply to the requester and the followers."""
    message = Message.objects.select_related("agent").get(pk=event.data["message"])
    details = {
        "body_text": message.body_text,
        "body_html": message.body_html,
        "files_left_out": ", ".join(file.name for file in split_attachments(message.pk)[1]),
    }
    _queue(
        create_mail(event, contact, MailKind.REPLY, message=message, details=details)
        for contact in list_recipients(event.ticket)
    )


def send_reminder(event: TicketEvent) -> None:
    """Remind the customer before silence closes the ticket (M17)."""
    ticket = event.ticket
    if can_send_automatic_mail(MailKind.REMINDER, ticket, ticket.contact, at=event.at):
        closes_at = parse_datetime(event.data.get("closes_at") or "")
        days_left = round((closes_at - event.at) / DAY) if closes_at else None
        details = {"closes_at": closes_at, "days_left": days_left}
        _queue([create_mail(event, ticket.contact, MailKind.REMINDER, details=details)])


def send_closing(event: TicketEvent) -> None:
    """Tell the customer that the ticket is closed and why, unless they closed it or it is spam."""
    ticket, reason = event.ticket, event.data.get("reason")
    if reason in NOTIFIED_CLOSE_REASONS and can_send_automatic_mail(
        MailKind.CLOSED, ticket, ticket.contact, at=event.at
    ):
        details = {
            "reason": reason,
            "silence_days": ticket.desk.silence_days,
            "reopens_until": ticket.reopen_until,
        }
        _queue([create_mail(event, ticket.contact, MailKind.CLOSED, details=details)])


def list_recipients(ticket: Ticket) -> list[Contact]:
    """Return who gets a ticket's public email, requester first; erased people are left out."""
    followers = Contact.objects.filter(participations__ticket=ticket).exclude(pk=ticket.contact_id)
    recipients = [ticket.contact, *followers.select_related("user").order_by("pk")]
    return [contact for contact in recipients if not contact.is_erased]


def get_response_due_at(ticket: Ticket) -> datetime | None:
    """Return when the first response is due, or None without a clock.

    The clock is reached through the ticket, because sla is a sibling that must not be imported.
    """
    clock = getattr(ticket, "clock", None)
    return clock.due_at if clock else None


def _queue(mails: Iterable[OutgoingEmail]) -> None:
    written = list(mails)
    if written:
        ids = [mail.pk for mail in written]
        send_after_commit(SEND_TASK, desk_id=written[0].desk_id, mail_ids=ids)


LATER: Followers = {
    EventKind.TICKET_OPENED: send_receipt,
    EventKind.AGENT_REPLIED: send_reply,
    EventKind.CUSTOMER_REMINDED: send_reminder,
    EventKind.TICKET_CLOSED: send_closing,
}
