"""The conversation of a ticket as its template shows it: messages, notes and happenings in the order of time."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.models import Desk
from channels_intake.models import MailState, OutgoingEmail
from helpdesk.agent.reading import Conversation
from helpdesk.entries import describe_message, describe_note
from helpdesk.moments import describe_moment, describe_moment_fully, to_iso
from tickets.models import Attachment, Message, Note, Ticket, TicketEvent
from tickets.timeline import tell

# From the worst to the best: an answer to several people is as delivered as the least of its mails.
MAIL_ORDER = [MailState.FAILED, MailState.QUEUED, MailState.SENT, MailState.DELIVERED]
DELIVERY_WORDS = {
    MailState.FAILED: ("failed", "Could not be delivered"),
    MailState.QUEUED: ("waiting", "Waiting to be sent"),
    MailState.SENT: ("sent", "Sent"),
    MailState.DELIVERED: ("delivered", "Delivered"),
}


def describe_conversation(ticket: Ticket, conversation: Conversation) -> dict[str, Any]:
    """The context of agent/ticket/_conversation.html."""
    timed = [
        *((m.created_at, 1, m.pk, _message(m, conversation)) for m in conversation.messages),
        *((n.created_at, 2, n.pk, _note(n, conversation)) for n in conversation.notes),
        *((e.at, 3, e.pk, _happening(e, ticket.desk)) for e in conversation.happenings),
    ]
    timed.sort(key=lambda entry: entry[:3])
    whole = f"{reverse('agent:ticket', args=[ticket.number])}?all=1"
    return {
        "entries": [entry[3] for entry in timed],
        "earlier_url": whole if conversation.has_earlier else "",
        "earlier_text": "Show the whole conversation",
    }


def file_url(file: Attachment) -> str:
    """Where an agent gets a file."""
    return reverse("agent:file", args=[file.pk])


def _message(message: Message, conversation: Conversation) -> dict[str, Any]:
    files = conversation.files.get(("message", message.pk), [])
    mails = conversation.mails.get(message.pk, [])
    source_id = getattr(message, "source_id", None)
    return {
        **describe_message(message, files, file_url=file_url),
        "to": ", ".join(mail.to_address for mail in mails),
        "delivery": _delivery(mails),
        "source_url": reverse("agent:received_mail", args=[source_id]) if source_id else "",
        "sent_urls": [
            {"url": reverse("agent:sent_mail", args=[mail.pk]), "label": mail.to_address}
            for mail in mails
            if mail.state != MailState.QUEUED
        ],
    }


def _delivery(mails: list[OutgoingEmail]) -> dict[str, str] | None:
    if not mails:
        return None
    worst = min(mails, key=lambda mail: MAIL_ORDER.index(MailState(mail.state)))
    state, words = DELIVERY_WORDS[MailState(worst.state)]
    if worst.state == MailState.FAILED and worst.last_error:
        words = f"{words} to {worst.to_address}: {worst.last_error}"
    return {"state": state, "text": words}


def _note(note: Note, conversation: Conversation) -> dict[str, Any]:
    return describe_note(note, conversation.files.get(("note", note.pk), []), file_url=file_url)


def _happening(event: TicketEvent, desk: Desk) -> dict[str, Any]:
    return {
        "kind": "event",
        "text": tell(event, desk),
        "at_iso": to_iso(event.at),
        "at_text": describe_moment(event.at),
        "at_title": describe_moment_fully(event.at),
    }
