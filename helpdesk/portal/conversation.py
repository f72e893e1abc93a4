"""A ticket's public conversation as its customer reads it. It is made of Message alone, which cannot hold a note."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from helpdesk.shared.entries import describe_message
from tickets.models import Attachment, Message, Ticket


def list_messages(ticket: Ticket) -> list[dict[str, Any]]:
    """The messages with their files, oldest first, for agent/ticket/_conversation.html. Two queries."""
    messages = Message.objects.filter(ticket=ticket).select_related("contact", "agent")
    return [
        describe_message(
            message, list(message.attachments.all()), file_url=_file_url, show_address=False
        )
        for message in messages.defer("search").prefetch_related("attachments")
    ]


def _file_url(file: Attachment) -> str:
    return reverse("portal:file", args=[file.pk])
