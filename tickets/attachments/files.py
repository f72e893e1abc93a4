"""Files of messages, notes and side messages, stored under random names.

Images get a preview later, and support packets are read later.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from tickets.attachments.packets import plan_packets, queue_packets
from tickets.attachments.previews import plan_previews, queue_previews
from tickets.attachments.storage import (
    NotStoredError,
    delete_stored,
    store_file,
    store_or_refuse,
)
from tickets.models import Attachment, Message, Note, SideMessage


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file before it is stored."""

    name: str
    content_type: str
    content: bytes
    content_id: str = ""


def clean_file_name(name: str) -> str:
    """Return a name that is safe in pages and headers: no path, control or direction characters."""
    last = re.split(r"[\\/]", name)[-1]
    kept = "".join(
        c for c in last if c.isprintable() and c not in '<>:"|?*' and not 0x202A <= ord(c) <= 0x202E
    )
    return kept.strip(" .")[-200:] or "file"


def attach_files(
    files: tuple[NewFile, ...], *, to: Message | Note | SideMessage, at: datetime
) -> list[Attachment]:
    """Store files with a message, note or side message.

    Raises NotStoredError if one can't be stored: nothing is sent then, and its sender keeps text
    and files. Within keep_texts it is marked as missing, because the raw email still holds it.
    """
    attachments: list[Attachment] = []
    try:
        attachments.extend(_attachment(file, to=to, at=at) for file in files)
    except NotStoredError:
        delete_stored(attachment.file.name or "" for attachment in attachments)
        raise
    contents = [file.content for file in files]
    plan_previews(list(zip(attachments, contents, strict=True)), at=at)
    plan_packets(attachments, at=at)
    Attachment.objects.bulk_create(attachments)
    queue_previews(attachments)
    queue_packets(attachments)
    return attachments


def _attachment(file: NewFile, *, to: Message | Note | SideMessage, at: datetime) -> Attachment:
    name = clean_file_name(file.name)
    return Attachment(
        desk_id=to.desk_id,
        message=to if isinstance(to, Message) else None,
        note=to if isinstance(to, Note) else None,
        side_message=to if isinstance(to, SideMessage) else None,
        name=name,
        content_type=file.content_type[:120],
        size=len(file.content),
        sha256=hashlib.sha256(file.content).hexdigest(),
        content_id=file.content_id[:250],
        file=store_or_refuse(name, file.content, desk_id=to.desk_id),
        created_at=at,
    )


def fill_missing(attachment: Attachment, content: bytes, *, at: datetime) -> bool:
    """Retry to store a missing file. Return False if it still can't be stored."""
    name = store_file(content, desk_id=attachment.desk_id)
    if name:
        attachment.file = name
        plan_previews([(attachment, content)], at=at)
        plan_packets([attachment], at=at)
        attachment.save(
            update_fields=[
                "file",
                "preview_due_at",
                "preview_pixels",
                "preview_problem",
                "packet_due_at",
            ]
        )
        queue_previews([attachment])
        queue_packets([attachment])
    return bool(name)
