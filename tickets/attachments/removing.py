"""Remove the content of a file for good; its row keeps name and size."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, TypeVar

from django.core.files.storage import default_storage
from django.db.models import Q, QuerySet

from accounts.privacy.redacting import Redactor
from tickets.models import Attachment, UnsentFile

MAX_SEARCHED_BYTES = 5 * 1024 * 1024  # of one file
MAX_TOTAL_BYTES = 50 * 1024 * 1024  # of a ticket

FORGOTTEN: dict[str, Any] = {
    "file": "",
    "preview": "",
    "preview_due_at": None,
    "preview_pixels": 0,
    "preview_problem": "",
    "packet": {},
    "packet_due_at": None,
    "sha256": "",
}

File = TypeVar("File", Attachment, UnsentFile)


def forget_file(attachment_id: int, *, at: datetime) -> list[str] | None:
    """Empty a file's row. Return the stored names to delete, or None if it is removed already.

    A preview that is being made now finds the row changed, and deletes itself. Rows of split
    messages, which refer to the same stored bytes on another ticket, are emptied, too.
    """
    rows = Attachment.objects.select_for_update(no_key=True, of=("self",))
    file = rows.filter(pk=attachment_id, removed_at=None).first()
    if file is None:
        return None
    stored = [str(each.name) for each in (file.file, file.preview) if each]
    same = Q(desk_id=file.desk_id, file=str(file.file.name)) if file.file else Q()
    Attachment.objects.filter(Q(pk=file.pk) | same).update(**FORGOTTEN, removed_at=at)
    return stored


def list_files_with(redactor: Redactor, ticket_ids: Collection[int]) -> list[Attachment]:
    """Return the files of these tickets that contain a text as it is, smallest first.

    Larger files than MAX_SEARCHED_BYTES, and archives, whose content is packed, are not searched.
    """
    on_tickets = Q(message__ticket__in=ticket_ids) | Q(note__ticket__in=ticket_ids)
    on_tickets |= Q(side_message__side__ticket__in=ticket_ids)
    return _list_with(redactor, Attachment.objects.filter(on_tickets))


def list_unsent_with(redactor: Redactor, files: QuerySet[UnsentFile]) -> list[UnsentFile]:
    """Return those of the files of drafts and pending replies that contain a text, as above."""
    return _list_with(redactor, files)


def _list_with(redactor: Redactor, files: QuerySet[File]) -> list[File]:
    found, left = [], MAX_TOTAL_BYTES
    small = files.filter(size__lte=MAX_SEARCHED_BYTES).exclude(file="")
    for file in small.order_by("size", "pk"):
        left -= file.size
        if left < 0:
            break
        if redactor.occurs_in_bytes(_read(str(file.file.name))):
            found.append(file)
    return found


def _read(name: str) -> bytes:
    try:
        with default_storage.open(name) as stored:
            return bytes(stored.read())
    except FileNotFoundError:
        return b""
