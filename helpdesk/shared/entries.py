"""Messages, notes and files as the conversation's template shows them (templates/agent/ticket/_message.html).

Both faces use it: the portal passes messages only.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.safestring import SafeString, mark_safe

from helpdesk.shared.avatars import get_initials
from helpdesk.shared.times import format_datetime, format_full_datetime, to_iso
from tickets.models import Attachment, Channel, Message, Note
from tickets.remarks import describe_remark

CHANNEL_LABELS = {str(channel.value): str(channel.label) for channel in Channel}
_INLINE_IMAGE = re.compile(r'data-cid="([^"]*)"')

FileUrl = Callable[[Attachment], str]


def describe_message(
    message: Message, files: Sequence[Attachment], *, file_url: FileUrl, show_address: bool = True
) -> dict[str, Any]:
    """A public message. file_url gives a file's address in the face that asks; ``?preview=1`` on it the image.

    Reads message.contact and message.agent: select them with the message.
    """
    author = message.contact or message.agent
    kind = "auto" if message.is_automatic else "customer" if message.is_from_customer else "reply"
    return {
        "id": message.pk,
        "kind": kind,
        "author": str(author),
        "initials": get_initials(str(author)),
        "address": message.contact.email if message.contact and show_address else "",
        "channel": message.channel,
        "channel_label": CHANNEL_LABELS[message.channel],
        "html": show_inline_images(message.body_html, files, file_url=file_url)
        if message.body_html
        else "",
        "text": message.body_text,
        "quoted": message.quoted_text,
        "files": [describe_file(file, file_url=file_url) for file in files],
        "notices": [describe_remark(remark) for remark in message.remarks],
        **describe_stamp(message.created_at),
    }


def describe_note(note: Note, files: Sequence[Attachment], *, file_url: FileUrl) -> dict[str, Any]:
    """An internal note. Reads note.agent."""
    return {
        "id": f"note-{note.pk}",
        "kind": "note",
        "author": note.agent.name,
        "initials": get_initials(note.agent.name),
        "text": note.body_text,
        "files": [describe_file(file, file_url=file_url) for file in files],
        **describe_stamp(note.created_at),
    }


def describe_file(file: Attachment, *, file_url: FileUrl) -> dict[str, Any]:
    """A file as includes/file.html shows it; without bytes, why."""
    address = file_url(file)
    return {
        "url": address,
        "name": file.name,
        "size_text": filesizeformat(file.size),
        "image_url": f"{address}?preview=1" if file.preview else "",
        "refused": f"{filesizeformat(file.size)}, could not be stored" if file.is_missing else "",
    }


def show_inline_images(body: str, files: Sequence[Attachment], *, file_url: FileUrl) -> SafeString:
    """Sanitised HTML with its ``<img data-cid>`` pointed at our own re-encoded copies; others stay without source."""
    shown = {
        file.content_id: f"{file_url(file)}?preview=1"
        for file in files
        if file.content_id and file.preview
    }

    def point(found: re.Match[str]) -> str:
        address = shown.get(html.unescape(found[1]))
        return f'src="{html.escape(address)}" loading="lazy"' if address else found[0]

    return mark_safe(_INLINE_IMAGE.sub(point, body))  # noqa: S308 (channels_intake.mime.sanitize made it)


def label_answers(
    answers: Mapping[str, str], asked: Iterable[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Answers to a desk's own questions, (label, answer). asked: (key, label) in their order.

    A question that was deleted has left its key, which is read as words and stands last.
    """
    labels = {key: label for key, label in asked if key in answers}
    gone = {key: key.replace("_", " ").capitalize() for key in answers if key not in labels}
    return [(label, answers[key]) for key, label in (labels | gone).items()]


def describe_stamp(at: datetime) -> dict[str, str]:
    """When an entry was made: for machines, for the eye, and whole for its title."""
    return {
        "at_iso": to_iso(at),
        "at_text": format_datetime(at),
        "at_title": format_full_datetime(at),
    }
