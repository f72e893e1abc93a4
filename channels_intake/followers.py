"""Reactions of email to ticket events: compose the rows, and queue them after the commit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.dateparse import parse_datetime

from accounts.models import Contact
from channels_intake.mime.text import one_line
from channels_intake.models import MailKind, MailState, OutgoingEmail, ReplyToken
from channels_intake.outgoing.automatic_mail import (
    can_send_automatic_mail,
    can_send_copy,
    can_send_promise,
)
from channels_intake.outgoing.composing import create_mail, split_attachments
from channels_intake.outgoing.holding import queue_mails
from channels_intake.outgoing.promises import (
    HOLD,
    find_last_promise,
    is_worth_an_email,
    withdraw_held_promises,
)
from tickets.events import EventKind, Followers
from tickets.models import (
    NO_DEADLINE,
    OPEN_STATES,
    ActorKind,
    Channel,
    CloseReason,
    Message,
    Ticket,
    TicketEvent,
)
from tickets.remarks import RemarkCode

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


def send_opening(event: TicketEvent) -> None:
    """Confirm a new request to its customer, and send it to the followers (M35, M53, M87)."""
    if event.ticket.channel == Channel.PHONE:
        send_phone_follow_up(event)
    else:
        send_receipt(event)
    send_copies(event)


def send_phone_follow_up(event: TicketEvent) -> None:
    """Send the caller a short follow-up with what the agent wrote down (M53)."""
    ticket = event.ticket
    if ticket.contact.is_erased:
        return
    message = Message.objects.get(pk=event.data["message"])
    details = {
        "body_text": message.body_text,
        "first_response_due": get_response_due_at(ticket),
    }
    _queue([create_mail(event, ticket.contact, MailKind.PHONE, details=details)])


def send_copies(event: TicketEvent) -> None:
    """Send a customer's message to the others on the ticket: requester and followers (M87).

    People whom the author's own email names in CC have it already.
    """
    message = Message.objects.select_related("contact").get(pk=event.data["message"])
    reached = _list_copied(message)
    others = [
        contact
        for contact in list_recipients(event.ticket)
        if contact.pk != message.contact_id and contact.email not in reached
    ]
    _copy(event, message, others)


def send_request_to_follower(event: TicketEvent) -> None:
    """Send the request to a follower whom an agent has added since (M87)."""
    added = [c for c in list_recipients(event.ticket)[1:] if c.pk == event.data["contact"]]
    first = event.ticket.messages.select_related("contact").order_by("created_at", "pk").first()
    if first is not None and added:
        _copy(event, first, added)


def _copy(event: TicketEvent, message: Message, contacts: Iterable[Contact]) -> None:
    if message.is_automatic or message.contact is None:
        return
    details = {
        "author": one_line(str(message.contact), 60),
        "body_text": message.body_text,
        "is_request": event.kind != EventKind.CUSTOMER_RESPONDED,
        "files_left_out": ", ".join(file.name for file in split_attachments(message.pk)[1]),
    }
    _queue(
        create_mail(event, contact, MailKind.COPY, message=message, details=details)
        for contact in contacts
        if can_send_copy(event.ticket, contact, at=event.at)
    )


def _list_copied(message: Message) -> set[str]:
    """Return the addresses in CC of a customer's email."""
    copied = [
        str(remark["addresses"])
        for remark in message.remark_data
        if remark.get("code") == RemarkCode.CC_NOT_ADDED
    ]
    return {address for addresses in copied for address in addresses.split(", ")}


def revoke_reply_address(event: TicketEvent) -> None:
    """Take the reply address from a person who was removed, unless they follow again.

    Emails to them that have not been sent yet are dropped.
    """
    ticket, contact_id = event.ticket, event.data["contact"]
    follows = ticket.participants.filter(contact=contact_id).exists()
    if not follows and contact_id != ticket.contact_id:
        theirs = {"ticket": ticket, "contact": contact_id}
        ReplyToken.objects.filter(**theirs).delete()
        OutgoingEmail.objects.filter(**theirs, state=MailState.QUEUED).delete()


def send_reply(event: TicketEvent) -> None:
    """Send an agent's public reply to the requester and the followers."""
    withdraw_held_promises(event)  # the reply keeps the promise, and must not wait behind them
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


def send_new_promise(event: TicketEvent) -> None:
    """Email the customer if a change moved the response time they were promised (M43).

    The SLA clock has followed the change in its transaction. The last promised time is compared
    with the current one, so an event delivered twice sends nothing. The email is held for a
    minute: a change that is undone until then sends nothing, either.
    """
    ticket, contact = event.ticket, event.ticket.contact
    withdraw_held_promises(event)
    last = find_last_promise(ticket)
    if last is None or ticket.first_responded_at or ticket.status not in OPEN_STATES:
        return
    due_at = None if ticket.due_at == NO_DEADLINE else ticket.due_at
    by_terms = event.kind == EventKind.TERMS_CHANGED
    if not is_worth_an_email(last, due_at, only_worse=by_terms):
        return
    if can_send_promise(ticket, contact, at=event.at, is_one_of_many=by_terms):
        details = {
            "first_response_due": due_at,
            "was_due": last.promised_at,
            "cause": event.kind,
            "is_one_of_many": by_terms,
        }
        _queue([create_mail(event, contact, MailKind.PROMISE, details=details, hold=HOLD)])


def send_closing(event: TicketEvent) -> None:
    """Tell the customer that the ticket is closed and why, unless they closed it or it is spam."""
    ticket, reason = event.ticket, event.data.get("reason")
    withdraw_held_promises(event)
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
    return clock.due_at if clock and not clock.stopped_at else None


def _queue(mails: Iterable[OutgoingEmail]) -> None:
    queue_mails(list(mails))


LATER: Followers = {
    EventKind.TICKET_OPENED: send_opening,
    EventKind.CUSTOMER_RESPONDED: send_copies,
    EventKind.PARTICIPANT_ADDED: send_request_to_follower,
    EventKind.PARTICIPANT_REMOVED: revoke_reply_address,
    EventKind.REQUESTER_CHANGED: revoke_reply_address,
    EventKind.REQUESTER_LEFT: revoke_reply_address,
    EventKind.AGENT_REPLIED: send_reply,
    EventKind.CUSTOMER_REMINDED: send_reminder,
    EventKind.PRIORITY_CHANGED: send_new_promise,
    EventKind.PRODUCT_CHANGED: send_new_promise,
    EventKind.TERMS_CHANGED: send_new_promise,
    EventKind.TICKET_CLOSED: send_closing,
}
