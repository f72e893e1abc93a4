"""Files of drafts and of pending replies: stored before the message that they belong to exists."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tickets.attachments.files import NewFile, clean_file_name
from tickets.attachments.storage import NotStoredError, delete_stored, store_file
from tickets.models import Draft, PendingReply, UnsentFile


def store_unsent(
    files: Iterable[NewFile], *, to: Draft | PendingReply, at: datetime
) -> list[UnsentFile]:
    """Store files with a draft or a pending reply. Raises NotStoredError if one can't be stored."""
    rows: list[UnsentFile] = []
    for file in files:
        name = store_file(file.content, desk_id=to.desk_id)
        if not name:
            delete_stored(row.file.name or "" for row in rows)
            raise NotStoredError(
                _("%(name)s couldn't be stored. Try again, or send the reply without it.")
                % {"name": clean_file_name(file.name)}
            )
        rows.append(
            UnsentFile(
                desk_id=to.desk_id,
                draft=to if isinstance(to, Draft) else None,
                reply=to if isinstance(to, PendingReply) else None,
                name=clean_file_name(file.name),
                content_type=file.content_type[:120],
                size=len(file.content),
                file=name,
                created_at=at,
            )
        )
    return UnsentFile.objects.bulk_create(rows)


def read_unsent(files: Iterable[UnsentFile]) -> tuple[NewFile, ...]:
    """Return stored files with their contents. Raises NotStoredError if storage can't read one."""
    return tuple(_read(file) for file in files)


def _read(file: UnsentFile) -> NewFile:
    try:
        with file.file.open("rb") as stored:
            return NewFile(file.name, file.content_type, stored.read())
    except OSError as error:
        raise NotStoredError(
            _("%(name)s couldn't be loaded. Attach it again.") % {"name": file.name}
        ) from error


def delete_unsent(files: QuerySet[UnsentFile]) -> int:
    """Delete unsent files: the rows now, their contents after the commit. Return their number.

    Call it before the draft or the reply is deleted, which would leave the contents in storage.
    """
    names = list(files.values_list("file", flat=True))
    if not names:
        return 0
    count = files.delete()[0]
    transaction.on_commit(lambda: delete_stored(names), robust=True)
    return count
