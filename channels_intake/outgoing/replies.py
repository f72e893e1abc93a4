"""Emails of agents' replies: to whom they go, and what they say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from accounts.models import Agent, Contact
from channels_intake.mime.text import one_line
from channels_intake.models import MailKind, OutgoingEmail
from channels_intake.outgoing.composing import (
    compose_mail,
    get_sending_mailbox,
    split_attachments,
)
from channels_intake.outgoing.facts import Facts
from channels_intake.outgoing.holding import queue_mails
from channels_intake.outgoing.promises import withdraw_held_promises
from channels_intake.outgoing.saving import save_mails
from tickets.events import EventKind
from tickets.models import Channel, Message, Ticket, TicketEvent

Mails = Iterable[OutgoingEmail | None]


def list_recipients(ticket: Ticket, facts: Facts) -> list[Contact]:
    """Return who gets a ticket's public email, requester first: those whom email can reach."""
    followers = facts.followers.get(ticket.pk, ())
    others = [contact for contact in followers if contact.pk != ticket.contact_id]
    return [contact for contact in [ticket.contact, *others] if contact.can_get_email]


def name_files_left_out(message: Message, facts: Facts) -> str:
    """Return the names of a message's files that its emails don't carry."""
    _along, left = split_attachments(facts.files.get(message.pk, ()))
    return ", ".join(file.name for file in left)


def get_signature(message: Message, ticket: Ticket, facts: Facts) -> str:
    """Return what is below a reply by email: the agent's signature, then the mailbox's."""
    mailbox = get_sending_mailbox(ticket, facts)
    parts = [message.agent.signature if message.agent else "", mailbox.signature if mailbox else ""]
    return "\n\n".join(part.strip("\n") for part in parts if part.strip())


def preview_signature(ticket: Ticket, agent: Agent) -> str:
    """Return what would be below a reply by email that an agent sends now."""
    facts = Facts([TicketEvent(desk_id=ticket.desk_id, ticket_id=ticket.pk)])
    return get_signature(Message(agent=agent), ticket, facts)


def compose_reply(event: TicketEvent, facts: Facts) -> Mails:
    """Send an agent's public reply to the requester and the followers.

    Who gets it in the conversation of a channel gets no email of it.
    """
    withdraw_held_promises(event, facts)  # the reply comes first and meets it
    recipients = list_recipients(event.ticket, facts)
    reached = event.data.get("reached")
    return _compose_reply_to([one for one in recipients if one.pk != reached], event, facts)


def _compose_reply_to(contacts: Sequence[Contact], event: TicketEvent, facts: Facts) -> Mails:
    message = facts.messages[event.data["message"]]
    details = describe_reply(event, message, facts)
    return [
        compose_mail(
            event, contact, _choose_kind(message, contact), facts, message=message, details=details
        )
        for contact in contacts
    ]


def describe_reply(event: TicketEvent, message: Message, facts: Facts) -> dict[str, Any]:
    """Return what the email of a reply says."""
    return {
        "body_text": message.body_text,
        "body_html": message.body_html,
        "signature": get_signature(message, event.ticket, facts),
        "files_left_out": name_files_left_out(message, facts),
        "was_answered": message.channel == Channel.PHONE,
    }


def describe_copy(event: TicketEvent, message: Message, facts: Facts) -> dict[str, Any]:
    """Return what the copy of a customer's message says."""
    return {
        "author": one_line(str(message.contact), 60),
        "body_text": message.body_text,
        "is_request": event.kind != EventKind.CUSTOMER_RESPONDED,
        "files_left_out": name_files_left_out(message, facts),
    }


def _choose_kind(message: Message, contact: Contact) -> MailKind:
    """Return what a reply is to a person: the caller reads what was said in the call (M53)."""
    is_caller = message.channel == Channel.PHONE and contact.pk == message.ticket.contact_id
    return MailKind.PHONE if is_caller else MailKind.REPLY


def compose_reply_by_email(event: TicketEvent, *, at: datetime) -> bool:
    """Email a reply to the requester, too, after it failed at another channel, once.

    Return False if it was emailed before.
    """
    facts = Facts([event])
    mails = [mail for mail in _compose_reply_to([event.ticket.contact], event, facts) if mail]
    for mail in mails:
        mail.created_at = mail.next_try_at = at
    if mails:
        save_mails(mails)
        queue_mails(mails)
    return bool(mails)
