"""Files of drafts: uploaded while someone writes, sent with the form."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Desk, User
from tickets.attachments.files import NewFile
from tickets.models import Draft, UnsentFile
from tickets.replies.unsent_files import delete_unsent, store_unsent
from tickets.services.drafts import Fields, get_draft, save_draft


def list_files(*, desk: Desk, user: User, place: str) -> list[tuple[str, int]]:
    """Return the names and sizes in bytes of the files of a person's draft."""
    theirs = UnsentFile.objects.filter(draft__in=_find(desk, user, place))
    return list(theirs.values_list("name", "size"))


def add_draft_file(
    *, desk: Desk, user: User, place: str, fields: Fields, file: NewFile, at: datetime
) -> UnsentFile:
    """Store a file with a person's draft. fields: what a new draft begins with.

    Raises NotStoredError, and the errors of save_draft.
    """
    with transaction.atomic():
        if get_draft(desk=desk, user=user, place=place) is None:
            save_draft(desk=desk, user=user, place=place, fields=fields, at=at)
        draft = _find(desk, user, place).select_for_update(no_key=True).get()
        (stored,) = store_unsent([file], to=draft, at=at)
    return stored


def remove_draft_file(*, desk: Desk, user: User, file_id: int) -> bool:
    """Remove a file of one of a person's drafts. Return False if there is no such file."""
    theirs = UnsentFile.objects.filter(desk=desk, draft__user=user, pk=file_id)
    with transaction.atomic():
        return delete_unsent(theirs) > 0


def _find(desk: Desk, user: User, place: str) -> QuerySet[Draft]:
    return Draft.objects.filter(desk=desk, user=user, place=place)
