"""Who is there to take a ticket."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from accounts.models import Agent, DeskModel

WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


class Shift(DeskModel):
    """Weekly working time of an agent; an end at or before the start means the next day (M55, M80)."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="shifts")
    weekday = models.PositiveSmallIntegerField(choices=list(enumerate(WEEKDAYS)))
    start_minute = models.PositiveSmallIntegerField(
        validators=[MaxValueValidator(1439)], help_text="Minutes after midnight."
    )
    end_minute = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(1440)],
        help_text="Minutes after midnight.",
    )
    time_zone = models.CharField(max_length=64)

    class Meta:
        ordering = ["agent", "weekday", "start_minute"]

    def __str__(self) -> str:
        return f"{self.agent}, {self.get_weekday_display()}"


class Rotation(DeskModel):
    """An agent's place in the turn: the one who has waited longest takes the next ticket."""

    agent = models.OneToOneField(Agent, on_delete=models.CASCADE, related_name="rotation")
    is_away = models.BooleanField(default=False, help_text="Takes no new tickets, on shift or not.")
    last_assigned_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.agent}"
