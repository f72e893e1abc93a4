"""Files of messages and notes: stored under random names, images re-encoded for inline display."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.pictures.images import encode_png
from tickets.models import Attachment, Message, Note

log = structlog.get_logger(__name__)

MAX_PREVIEW_SIDE = 1600  # pixels


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
    files: tuple[NewFile, ...], *, to: Message | Note, at: datetime
) -> list[Attachment]:
    """Store files with a message or note.

    A file that can't be stored is marked as missing, never lost silently: the text stays, and the
    raw email still holds the file.
    """
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
    """Retry to store a missing file. Return False if it still can't be stored."""
    name = _store(content, desk_id=attachment.desk_id)
    if name:
        preview = make_preview(content)
        attachment.file = name
        attachment.preview = _store(preview, desk_id=attachment.desk_id) if preview else ""
        attachment.save(update_fields=["file", "preview"])
    return bool(name)


def make_preview(content: bytes) -> bytes | None:
    """Return the image as a PNG of our own encoding, at most MAX_PREVIEW_SIDE pixels a side.

    Return None for anything else or too large: such a file is stored without a preview.
    """
    return encode_png(content, width=MAX_PREVIEW_SIDE, height=MAX_PREVIEW_SIDE)
