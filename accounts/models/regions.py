"""Regions of a desk: parts of the world that hand work to each other as the sun moves (M80)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.base import DeskModel
from accounts.models.fields import LineField


class Region(DeskModel):
    """A part of the world that a desk has staff in, such as Americas, EMEA and APAC."""

    name = LineField(_("name"), max_length=60)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    position = models.PositiveSmallIntegerField(
        _("position"),
        default=0,
        help_text=_("Regions are listed, and hand work on, in this order."),
    )

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        constraints = [
            models.UniqueConstraint(fields=["desk", "name"], name="region_name_unique"),
        ]

    def __str__(self) -> str:
        return self.name
