"""The conversation of a ticket as its template shows it: messages, notes and happenings in the order of time."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.models import Desk
from channels_intake.models import MailState
from channels_intake.outgoing.errors import describe_failure
from channels_intake.selectors import MailStatus
from helpdesk.agent.ticket_queries import Conversation
from helpdesk.shared.entries import describe_message, describe_note, describe_stamp
from tickets.models import Attachment, Message, Note, Ticket, TicketEvent
from tickets.timeline import describe_event

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
    source_id = getattr(message, "source_id", None)
    described = {
        "to": "",
        "delivery": None,
        "sent_urls": [],
        **describe_message(message, files, file_url=file_url),
        "source_url": reverse("agent:received_mail", args=[source_id]) if source_id else "",
    }
    status = conversation.mails.get(message.pk)
    return described | _describe_mails(status) if status else described


def _describe_mails(status: MailStatus) -> dict[str, Any]:
    word, text = DELIVERY_WORDS[status.state]
    failed = next((mail for mail in status.mails if mail.state == MailState.FAILED), None)
    if failed:
        text = f"{text} to {failed.to_address}: {describe_failure(failed.last_error)}".rstrip(": ")
    left = [mail for mail in status.mails if mail.state != MailState.QUEUED]
    return {
        "to": ", ".join(mail.to_address for mail in status.mails),
        "delivery": {"state": word, "text": text},
        "sent_urls": [
            {"url": reverse("agent:sent_mail", args=[mail.pk]), "label": mail.to_address}
            for mail in left
        ],
    }


def _note(note: Note, conversation: Conversation) -> dict[str, Any]:
    return describe_note(note, conversation.files.get(("note", note.pk), []), file_url=file_url)


def _happening(event: TicketEvent, desk: Desk) -> dict[str, Any]:
    return {"kind": "event", "text": describe_event(event, desk), **describe_stamp(event.at)}
