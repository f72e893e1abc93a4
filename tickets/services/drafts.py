"""Drafts of forms: saved while a person types, deleted when the form is sent or after a while."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Desk, User
from tickets.errors import ServiceError
from tickets.models import Draft, SubmittedForm, UnsentFile
from tickets.replies.unsent_files import delete_unsent

MAX_CHARACTERS = 200_000  # of all fields of a draft
MAX_DRAFTS = 200  # of one person at a desk
KEPT = timedelta(days=30)
BATCH = 1000

Fields = Mapping[str, Sequence[str]]


class DraftTooLongError(ServiceError):
    """The text is longer than a draft may be."""


class TooManyDraftsError(ServiceError):
    """The person has as many drafts as are kept."""


def get_draft(*, desk: Desk, user: User, place: str) -> Draft | None:
    """Return a person's draft of a form, or None."""
    return Draft.objects.filter(desk=desk, user=user, place=place).first()


def save_draft(
    *,
    desk: Desk,
    user: User,
    place: str,
    fields: Fields,
    at: datetime,
    was_refused: bool = False,
    sent: QuerySet[SubmittedForm] | None = None,
) -> bool:
    """Save what a person typed into a form, in place of what was saved before.

    sent: where this form is found once it was sent; a save that arrives after that returns False
    and changes nothing. Raises DraftTooLongError and TooManyDraftsError.
    """
    check_length(fields)
    mine = Draft.objects.filter(desk=desk, user=user)
    with transaction.atomic():
        _lock(desk, user, place)
        if sent is not None and sent.exists():
            return False
        if mine.exclude(place=place).count() >= MAX_DRAFTS:
            raise TooManyDraftsError(
                _("You have too many unsent drafts. Send or discard some of them first.")
            )
        values = {"fields": dict(fields), "was_refused": was_refused, "updated_at": at}
        Draft.objects.update_or_create(desk=desk, user=user, place=place, defaults=values)
    return True


def check_length(fields: Fields) -> None:
    """Raise DraftTooLongError if the text is too long for a draft."""
    size = sum(len(name) + sum(map(len, values)) for name, values in fields.items())
    if size > MAX_CHARACTERS:
        raise DraftTooLongError(_("This text is too long to be kept as a draft."))


def discard_draft(*, desk: Desk, user: User, place: str) -> None:
    """Delete a draft. Call it in the transaction that sends the form."""
    with transaction.atomic():
        _lock(desk, user, place)
        delete_drafts(Draft.objects.filter(desk=desk, user=user, place=place))


def delete_drafts(drafts: QuerySet[Draft]) -> int:
    """Delete drafts with their files. Return the number of drafts."""
    ids = list(drafts.values_list("pk", flat=True))
    if not ids:
        return 0
    delete_unsent(UnsentFile.objects.filter(draft__in=ids))
    Draft.objects.filter(pk__in=ids).delete()
    return len(ids)


def delete_old_drafts(*, desk_id: int, at: datetime) -> int:
    """Delete drafts that nobody changed for 30 days, up to a batch. Return their number."""
    old = Draft.objects.filter(desk_id=desk_id, updated_at__lt=at - KEPT)
    with transaction.atomic():
        return delete_drafts(old.order_by("updated_at")[:BATCH])


def _lock(desk: Desk, user: User, place: str) -> None:
    """Wait for a save or a send of the same form until it is committed."""
    with connection.cursor() as cursor:
        key = f"draft {user.pk} {place}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [key, desk.pk])
