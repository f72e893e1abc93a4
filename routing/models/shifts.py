"""Shifts: when agents work."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Agent, DeskModel


class Shift(DeskModel):
    """Weekly shift of an agent; an end at or before the start means the next day (M55, M80)."""

    agent = models.ForeignKey(
        Agent, on_delete=models.CASCADE, related_name="shifts", verbose_name=_("agent")
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=list(WEEKDAYS.items()))
    start_minute = models.PositiveSmallIntegerField(
        pgettext_lazy("time of day", "from"),
        validators=[MaxValueValidator(1439)],
        help_text=_("Minutes after midnight."),
    )
    end_minute = models.PositiveSmallIntegerField(
        pgettext_lazy("time of day", "to"),
        validators=[MinValueValidator(1), MaxValueValidator(1440)],
        help_text=_("Minutes after midnight."),
    )
    time_zone = models.CharField(_("time zone"), max_length=64)

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ["agent", "weekday", "start_minute"]

    def __str__(self) -> str:
        return f"{self.agent}, {self.get_weekday_display()}"
