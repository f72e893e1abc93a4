"""Files of messages and notes: kept under random names, images re-encoded before they are ever shown inline."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.images import encode_png
from tickets.models import Attachment, Message, Note

log = structlog.get_logger(__name__)

PREVIEW_SIDE = 1600  # pixels


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file on its way in."""

    name: str
    content_type: str
    content: bytes
    content_id: str = ""


def clean_file_name(name: str) -> str:
    """A name that can be shown and sent back in a header: no path, no control or direction characters."""
    last = re.split(r"[\\/]", name)[-1]
    kept = "".join(
        c for c in last if c.isprintable() and c not in '<>:"|?*' and not 0x202A <= ord(c) <= 0x202E
    )
    return kept.strip(" .")[-200:] or "file"


def attach_files(
    files: tuple[NewFile, ...], *, to: Message | Note, at: datetime
) -> list[Attachment]:
    """Keep files with a message or note. A file that storage has no room for is marked missing, never lost
    silently: the text stays, and the raw mail still holds the file."""
    return Attachment.objects.bulk_create([_attachment(file, to=to, at=at) for file in files])


def _attachment(file: NewFile, *, to: Message | Note, at: datetime) -> Attachment:
    preview = make_preview(file.content)
    return Attachment(
        desk_id=to.desk_id,
        message=to if isinstance(to, Message) else None,
        note=to if isinstance(to, Note) else None,
        name=clean_file_name(file.name),
        content_type=file.content_type[:120],
        size=len(file.content),
        sha256=hashlib.sha256(file.content).hexdigest(),
        content_id=file.content_id[:250],
        file=_store(file.content, desk_id=to.desk_id),
        preview=_store(preview, desk_id=to.desk_id) if preview else "",
        created_at=at,
    )


def _store(content: bytes, *, desk_id: int) -> str:
    try:
        return default_storage.save(
            f"{desk_id}/{uuid4().hex[:2]}/{uuid4().hex}", ContentFile(content)
        )
    except OSError as error:
        log.error("file_not_stored", desk_id=desk_id, size=len(content), error=str(error))
        return ""


def fill_missing(attachment: Attachment, content: bytes) -> bool:
    """Store the bytes of a file that storage had no room for before; gives whether it has room now."""
    name = _store(content, desk_id=attachment.desk_id)
    if name:
        preview = make_preview(content)
        attachment.file = name
        attachment.preview = _store(preview, desk_id=attachment.desk_id) if preview else ""
        attachment.save(update_fields=["file", "preview"])
    return bool(name)


def make_preview(content: bytes) -> bytes | None:
    """The image as a PNG of our own encoding, at most 1600 pixels a side; None for anything else or too large: what
    cannot be read is kept as a file without a preview, for it must not keep the message out."""
    return encode_png(content, width=PREVIEW_SIDE, height=PREVIEW_SIDE)
