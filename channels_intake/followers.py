"""What mail does when something happens to a ticket: it writes the rows, and has them sent after the commit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.dateparse import parse_datetime

from accounts.models import Contact
from channels_intake.models import MailKind, OutgoingEmail
from channels_intake.outgoing.automatic_mail import can_send_automatic_mail
from channels_intake.outgoing.composing import create_mail, describe_time, split_attachments
from tickets.events import EventKind, Followers
from tickets.models import ActorKind, CloseReason, Message, Ticket, TicketEvent
from tickets.queueing import send_after_commit

SEND = "channels_intake.tasks.send_outgoing"
NOTIFIED_CLOSE_REASONS = {CloseReason.SOLVED, CloseReason.SILENCE, CloseReason.DUPLICATE}


def send_receipt(event: TicketEvent) -> None:
    """Tell the customer the number and the promise of a request that they opened (M35)."""
    ticket = event.ticket
    if event.actor_kind != ActorKind.CONTACT or not can_send_automatic_mail(
        MailKind.RECEIPT, ticket, ticket.contact, at=event.at
    ):
        return
    due = None if ticket.is_unverified else get_response_due_at(ticket)
    _send(
        [
            create_mail(
                event,
                ticket.contact,
                MailKind.RECEIPT,
                words={"promised": describe_time(due, ticket.desk)},
            )
        ]
    )


def send_reply(event: TicketEvent) -> None:
    """Send an agent's public answer to the customer and the participants."""
    message = Message.objects.select_related("agent").get(pk=event.data["message"])
    left = ", ".join(file.name for file in split_attachments(message.pk)[1])
    words = {"body_text": message.body_text, "body_html": message.body_html, "files_left_out": left}
    _send(
        create_mail(event, contact, MailKind.REPLY, message=message, words=words)
        for contact in list_recipients(event.ticket)
    )


def send_reminder(event: TicketEvent) -> None:
    """Remind the customer before silence closes the ticket."""
    ticket = event.ticket
    if can_send_automatic_mail(MailKind.REMINDER, ticket, ticket.contact, at=event.at):
        closes = parse_datetime(event.data.get("closes_at") or "")
        words = {"closes_at": describe_time(closes, ticket.desk)}
        _send([create_mail(event, ticket.contact, MailKind.REMINDER, words=words)])


def send_closing(event: TicketEvent) -> None:
    """Say that the ticket is closed, and why; not to whoever closed it, and not to spam."""
    ticket, reason = event.ticket, event.data.get("reason")
    if reason in NOTIFIED_CLOSE_REASONS and can_send_automatic_mail(
        MailKind.CLOSED, ticket, ticket.contact, at=event.at
    ):
        words = {
            "reason": reason,
            "silence_days": ticket.desk.silence_days,
            "reopens_until": describe_time(ticket.reopen_until, ticket.desk),
        }
        _send([create_mail(event, ticket.contact, MailKind.CLOSED, words=words)])


def list_recipients(ticket: Ticket) -> list[Contact]:
    """Who gets the public mail of a ticket: the requester first, then the participants; nobody who was erased."""
    others = Contact.objects.filter(participations__ticket=ticket).exclude(pk=ticket.contact_id)
    everybody = [ticket.contact, *others.order_by("pk")]
    return [contact for contact in everybody if not contact.is_erased]


def get_response_due_at(ticket: Ticket) -> datetime | None:
    """When the first answer is due, if a clock runs for the ticket (sla is a neighbour: seen through the ticket)."""
    clock = getattr(ticket, "clock", None)
    return clock.due_at if clock else None


def _send(mails: Iterable[OutgoingEmail]) -> None:
    written = list(mails)
    if written:
        send_after_commit(SEND, desk_id=written[0].desk_id, mail_ids=[mail.pk for mail in written])


LATER: Followers = {
    EventKind.TICKET_OPENED: send_receipt,
    EventKind.AGENT_REPLIED: send_reply,
    EventKind.CUSTOMER_REMINDED: send_reminder,
    EventKind.TICKET_CLOSED: send_closing,
}
