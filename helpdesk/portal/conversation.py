"""A ticket's public conversation for its customer.

Built from Message alone: a Note is another table and is never read here.
"""

from __future__ import annotations

from django.urls import reverse

from helpdesk.shared.components import MessageItem
from helpdesk.shared.entries import describe_message
from tickets.models import Attachment, Message, Ticket


def list_messages(ticket: Ticket) -> list[MessageItem]:
    """Return the messages with their files, oldest first, for agent/ticket/_conversation.html.

    Takes two queries.
    """
    messages = Message.objects.filter(ticket=ticket).select_related("contact", "agent")
    return [
        describe_message(
            message, list(message.attachments.all()), file_url=_get_file_url, show_address=False
        )
        for message in messages.prefetch_related("attachments")
    ]


def _get_file_url(file: Attachment) -> str:
    return reverse("portal:file", args=[file.pk])
