"""Uploads of programs: files that are stored before the message exists that takes them.

They are files of drafts, one draft a day, so that those which nothing takes are deleted with old
drafts (tickets/services/drafts.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Desk, User
from tickets.attachments.files import NewFile
from tickets.errors import ConflictError, InvalidValueError
from tickets.models import UnsentFile
from tickets.replies.draft_files import add_draft_file
from tickets.replies.unsent_files import delete_unsent, read_unsent

PLACE = "/api/uploads/"
MAX_UPLOADS = 100  # of one person that nothing has taken yet


def list_uploads(*, desk: Desk, user: User) -> QuerySet[UnsentFile]:
    """Return the uploads of a person that nothing has taken yet, the oldest first."""
    mine = UnsentFile.objects.filter(desk=desk, draft__user=user)
    return mine.filter(draft__place__startswith=PLACE).order_by("pk")


def add_upload(*, desk: Desk, user: User, file: NewFile, at: datetime) -> UnsentFile:
    """Store a file. Raises NotStoredError, and ConflictError if too many wait to be taken."""
    if list_uploads(desk=desk, user=user).count() >= MAX_UPLOADS:
        text = ngettext(
            "You have %(count)s upload that nothing uses. Use or delete it first.",
            "You have %(count)s uploads that nothing uses. Use or delete some first.",
            MAX_UPLOADS,
        )
        raise ConflictError(text % {"count": MAX_UPLOADS})
    place = f"{PLACE}{at.date().isoformat()}/"
    return add_draft_file(desk=desk, user=user, place=place, fields={}, file=file, at=at)


def take_uploads(*, desk: Desk, user: User, ids: Sequence[int]) -> tuple[NewFile, ...]:
    """Return uploads with their contents, in this order, and delete them with the transaction.

    Call it in the transaction that sends what they belong to. Raises InvalidValueError for one that
    isn't there (anymore), and NotStoredError if storage can't read one.
    """
    if not ids:
        return ()
    locked = list_uploads(desk=desk, user=user).filter(pk__in=ids).select_for_update(of=("self",))
    found = {file.pk: file for file in locked}
    missing = [str(pk) for pk in ids if pk not in found]
    if missing:
        text = _("These uploads don't exist, or were already used: %(ids)s.")
        raise InvalidValueError("uploads", text % {"ids": ", ".join(missing)})
    contents = read_unsent(found[pk] for pk in dict.fromkeys(ids))
    delete_unsent(UnsentFile.objects.filter(pk__in=found))
    return contents


def delete_upload(*, desk: Desk, user: User, file_id: int) -> bool:
    """Delete an upload. Return False if there is none."""
    with transaction.atomic():
        mine = list_uploads(desk=desk, user=user).filter(pk=file_id)
        return delete_unsent(mine) > 0
