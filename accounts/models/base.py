"""What every row of a desk has in common."""

from __future__ import annotations

from django.db import models


class DeskModel(models.Model):
    """A row that belongs to one desk; its table stands behind the wall (accounts/wall.py)."""

    desk = models.ForeignKey(
        "accounts.Desk", on_delete=models.CASCADE, related_name="+", db_index=False
    )

    class Meta:
        abstract = True
