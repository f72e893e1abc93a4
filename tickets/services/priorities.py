"""The order of a desk's priorities, and which one email gets."""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Desk
from tickets.models import Priority


def rank_offered_first(*, desk: Desk) -> None:
    """Number the priorities again, offered ones first: 1 is the highest that can be chosen."""
    with transaction.atomic():
        rows = list(Priority.objects.filter(desk=desk).select_for_update(no_key=True))
        rows.sort(key=lambda row: (row.is_retired, row.rank))
        for rank, row in enumerate(rows, start=1):
            if row.rank != rank:
                row.rank = rank
                row.save(update_fields=["rank"])


def save_priority(priority: Priority, *, fields: Collection[str] | None = None) -> None:
    """Save a priority. The default for email moves to it, and retired ones come last.

    fields: the fields to save, None for all. Runs in the caller's transaction.
    """
    if priority.is_mail_default:
        marked = Priority.objects.filter(desk=priority.desk_id, is_mail_default=True)
        marked.exclude(pk=priority.pk).update(is_mail_default=False)
    stored = Priority.objects.filter(pk=priority.pk).values_list("is_retired", flat=True).first()
    priority.save(update_fields=fields)
    if (stored or False) != priority.is_retired:
        rank_offered_first(desk=priority.desk)


def place_priority(priority: Priority, rank: int) -> None:
    """Move a priority to a rank among the others, which move up or down by one."""
    others = Priority.objects.filter(desk=priority.desk_id).exclude(pk=priority.pk)
    rows = list(others.select_for_update(no_key=True).order_by("is_retired", "rank"))
    rows.insert(min(rank, len(rows) + 1) - 1, priority)
    for place, row in enumerate(sorted(rows, key=lambda row: row.is_retired), start=1):
        if row.rank != place:
            row.rank = place
            row.save(update_fields=["rank"])


def check_mail_default(priority: Priority, stored: Priority | None) -> None:
    """Refuse to leave email without a default priority, or with a retired one.

    stored: the priority as it was. Raises ValidationError with the field.
    """
    if stored is not None and stored.is_mail_default and not priority.is_mail_default:
        text = _("Email needs a default priority. Make another priority the default instead.")
        raise ValidationError({"is_mail_default": text})
    if priority.is_retired and priority.is_mail_default:
        text = _("The default for email can't be retired. Make another priority the default first.")
        raise ValidationError({"is_retired": text})
