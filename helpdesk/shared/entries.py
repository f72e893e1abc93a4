"""Messages, notes and files as conversations show them (templates/agent/ticket/_message.html).

Agent pages and portal pages use it; the portal passes public messages only.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypedDict

from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Desk
from helpdesk.shared.avatars import get_initials, get_tone
from helpdesk.shared.components import FileItem, MessageItem
from helpdesk.shared.wording.linked_text import link_addresses
from helpdesk.shared.wording.times import format_datetime, format_title, to_iso
from tickets.attachments.previews import PreviewProblem
from tickets.models import Attachment, Channel, Message, Note, SideMessage, TicketEvent

CHANNEL_LABELS = {channel.value: channel.label for channel in Channel}
_INLINE_IMAGE = re.compile(r'data-cid="([^"]*)"')

# An image that can't be read is a file like any other.
NO_PREVIEW: dict[str, Promise] = {
    PreviewProblem.TOO_LARGE: gettext_lazy(
        "Images this large have no preview. Download them to see them."
    ),
    PreviewProblem.TOO_MANY: gettext_lazy(
        "This message has too many images to preview them all. Download the others to see them."
    ),
    PreviewProblem.TOOK_TOO_LONG: gettext_lazy(
        "Creating the preview took too long. Download the image to see it."
    ),
    PreviewProblem.GIVEN_UP: gettext_lazy(
        "The preview couldn't be created. Download the image to see it."
    ),
}

FileUrl = Callable[[Attachment], str]


class Timestamp(TypedDict):
    """A time for machines, for running text, and in full for a title attribute."""

    at_iso: str
    at_text: str
    at_title: str


def describe_message(
    message: Message, files: Sequence[Attachment], *, file_url: FileUrl, show_address: bool = True
) -> MessageItem:
    """Return a public message as its template shows it.

    show_address: of all customers; an automatic message always says whose mailbox sent it.
    file_url: returns the URL of a file in the interface at hand; "?preview=1" is its preview.
    Reads message.contact and message.agent: select them with the message.
    """
    author = get_author_name(message)
    is_address_shown = show_address or message.is_automatic
    kind = "auto" if message.is_automatic else "customer" if message.is_from_customer else "reply"
    return MessageItem(
        id=message.pk,
        kind=kind,
        author=author,
        initials=get_initials(author),
        tone=get_tone(author),
        address=message.contact.email if message.contact and is_address_shown else "",
        channel=message.channel,
        channel_label=str(CHANNEL_LABELS[message.channel]),
        notices=tuple(message.remarks),
        **_describe_content(message, files, file_url=file_url),
        **describe_timestamp(message.created_at),
    )


class _Content(TypedDict):
    html: str
    text: SafeString
    quoted: str
    files: tuple[FileItem, ...]


def _describe_content(
    message: Message | SideMessage, files: Sequence[Attachment], *, file_url: FileUrl
) -> _Content:
    """Return the text and the files of a message. Images in the text aren't listed again."""
    html, in_text = message.body_html, list_inline_images(message.body_html, files)
    return {
        "html": show_inline_images(html, files, file_url=file_url) if html else "",
        "text": link_addresses(message.body_text),
        "quoted": message.quoted_text,
        "files": _describe_files((f for f in files if f not in in_text), file_url=file_url),
    }


def get_author_name(message: Message) -> str:
    """Return who wrote a message. One that the company wrote elsewhere has no author here."""
    author = message.contact or message.agent
    channel = CHANNEL_LABELS[message.channel]
    return str(author) if author else _("Sent from %(channel)s") % {"channel": channel}


def describe_note(note: Note, files: Sequence[Attachment], *, file_url: FileUrl) -> MessageItem:
    """Return an internal note as its template shows it. Reads note.agent."""
    return MessageItem(
        id=f"note-{note.pk}",
        kind="note",
        author=note.agent.name,
        initials=get_initials(note.agent.name),
        tone=get_tone(note.agent.name),
        text=link_addresses(note.body_text),
        files=_describe_files(files, file_url=file_url),
        **describe_timestamp(note.created_at),
    )


def describe_side_message(
    message: SideMessage, files: Sequence[Attachment], *, file_url: FileUrl
) -> MessageItem:
    """Return a message of a side conversation as its template shows it. Reads message.agent."""
    author = message.agent.name if message.agent else message.sender_name or message.sender
    notices = list(message.remarks)
    if message.is_unverified:
        notices.insert(0, _("This address isn't part of the conversation. Check who wrote."))
    if message.is_automatic:
        notices.insert(0, _("This is an automatic reply."))
    return MessageItem(
        id=f"side-{message.pk}",
        kind="side",
        author=author,
        initials=get_initials(author),
        tone=get_tone(author),
        address=message.sender,
        channel=Channel.EMAIL,
        channel_label=str(CHANNEL_LABELS[Channel.EMAIL]),
        notices=tuple(notices),
        **_describe_content(message, files, file_url=file_url),
        **describe_timestamp(message.created_at),
    )


def describe_update(event: TicketEvent, desk: Desk) -> MessageItem:
    """Return what customers were told about a defect. It is from the desk, not from an agent."""
    return MessageItem(
        id=f"update-{event.pk}",
        kind="update",
        author=desk.name,
        initials=get_initials(desk.name),
        tone=get_tone(desk.name),
        text=link_addresses(event.data["text"]),
        **describe_timestamp(event.at),
    )


def _describe_files(files: Iterable[Attachment], *, file_url: FileUrl) -> tuple[FileItem, ...]:
    """Return files for agent/ticket/_files.html. A note that several share appears once."""
    items: list[FileItem] = []
    note = ""
    for file in files:
        item = describe_file(file, file_url=file_url)
        if item.preview_note and not item.image_url:
            is_repeated, note = item.preview_note == note, item.preview_note
            item = replace(item, preview_note="") if is_repeated else item
        items.append(item)
    return tuple(items)


def describe_file(file: Attachment, *, file_url: FileUrl) -> FileItem:
    """Return a file for includes/file.html, with a reason if it wasn't stored."""
    url, size = file_url(file), filesizeformat(file.size)
    return FileItem(
        url=url,
        name=file.name,
        size_text=size,
        image_url=f"{url}?preview=1" if file.preview else "",
        preview_note=describe_missing_preview(file),
        refused=_describe_absence(file, size),
    )


def _describe_absence(file: Attachment, size: str) -> str:
    """Return why a file has no content; "" if it has one."""
    if file.is_removed:
        return _("removed")
    return _("%(size)s, could not be stored") % {"size": size} if file.is_missing else ""


def describe_missing_preview(file: Attachment) -> str:
    """Return why an image has no preview, or not yet; "" for other files."""
    if file.is_preview_due:
        return _("The preview will appear in a moment.")
    return str(NO_PREVIEW.get(file.preview_problem, ""))


def show_inline_images(body: str, files: Sequence[Attachment], *, file_url: FileUrl) -> SafeString:
    """Point each ``<img data-cid>`` of sanitized HTML at our own re-encoded copy of the image.

    An image that has no copy, and of which none is being made, stays without a source.
    """
    shown = {
        name: f"{file_url(file)}?preview=1" for name, file in _name_inline_images(files).items()
    }

    def point(found: re.Match[str]) -> str:
        url = shown.get(html.unescape(found[1]))
        return f'src="{html.escape(url)}" loading="lazy"' if url else found[0]

    # channels_intake.mime.sanitize made the HTML.
    return mark_safe(_focus_scrollable(_INLINE_IMAGE.sub(point, body)))  # noqa: S308 (sanitized)


def _focus_scrollable(body: str) -> str:
    """Let the keyboard scroll wide ``<pre>`` blocks of sanitized HTML (WCAG 2.1.1)."""
    return body.replace("<pre>", '<pre tabindex="0">')


def list_inline_images(body: str, files: Sequence[Attachment]) -> list[Attachment]:
    """Return the files that `show_inline_images` shows within the text."""
    named = _name_inline_images(files)
    found = (named.get(html.unescape(name)) for name in _INLINE_IMAGE.findall(body))
    return [file for file in found if file is not None]


def _name_inline_images(files: Sequence[Attachment]) -> dict[str, Attachment]:
    """Return the images by the names that HTML may use: the Content-ID, otherwise the file name."""
    images = [file for file in files if file.preview or file.is_preview_due]
    return {file.name: file for file in images} | {
        file.content_id: file for file in images if file.content_id
    }


def label_answers(
    answers: Mapping[str, str], asked: Iterable[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Return the answers to a desk's own questions as (label, answer) pairs.

    asked: the desk's questions as (key, label), in their order. A question that was deleted leaves
    its key, which is read as words and comes last.
    """
    labels = {key: label for key, label in asked if key in answers}
    deleted = {key: key.replace("_", " ").capitalize() for key in answers if key not in labels}
    return [(label, answers[key]) for key, label in (labels | deleted).items()]


def describe_timestamp(at: datetime) -> Timestamp:
    """Return the three texts of a ``<time>`` element."""
    return {
        "at_iso": to_iso(at),
        "at_text": format_datetime(at),
        "at_title": format_title(at),
    }
