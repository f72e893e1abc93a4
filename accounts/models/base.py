"""The base of all models whose rows belong to a desk."""

from __future__ import annotations

from django.db import models
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
