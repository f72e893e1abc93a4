"""The base of all models whose rows belong to a desk."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class DeskModel(models.Model):
    """A row of one desk. Its table is behind the wall (accounts/wall.py)."""

    desk = models.ForeignKey(
        "accounts.Desk",
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        verbose_name=_("desk"),
    )

    class Meta:
        abstract = True


class KeylessDeskModel(DeskModel):
    """A row of one desk, in a table without a foreign key to the desks.

    For narrow rows that belong to another row, whose composite key covers the desk, and for records
    that are deleted by age. Each foreign key costs an index lookup per row that is written.
    """

    desk = models.ForeignKey(
        "accounts.Desk",
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )

    class Meta:
        abstract = True


def make_change_time() -> models.DateTimeField:
    """Return the field of the last change, set by triggers (accounts/database/change_times.py).

    An instance keeps the time that it was loaded with.
    """
    return models.DateTimeField(
        _("changed"), default=timezone.now, db_default=Now(), editable=False
    )
