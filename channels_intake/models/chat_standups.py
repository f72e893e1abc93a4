"""Daily standup messages of teams in their chat channels (M82)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import DeskModel, Level
from channels_intake.models.team_chat import ChatConnection


class ChatStandup(DeskModel):
    """A team's daily summary, posted once a day at a local time.

    next_at: when the next one is due; the service that posts it moves it to the next day.
    """

    connection = models.ForeignKey(
        ChatConnection, on_delete=models.CASCADE, related_name="standups", verbose_name=_("channel")
    )
    department = models.ForeignKey(
        "accounts.Department",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department"),
        help_text=_("Leave empty for all departments whose tickets every agent can see."),
    )
    level = models.CharField(
        _("level"), max_length=4, choices=Level.choices, blank=True, default=""
    )
    region = models.ForeignKey(
        "accounts.Region",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("region"),
        help_text=_("Lists the agents on shift in this region. Leave empty for all regions."),
    )
    minute = models.PositiveSmallIntegerField(
        _("time"), default=9 * 60, validators=[MaxValueValidator(24 * 60 - 1)]
    )
    time_zone = models.CharField(_("time zone"), max_length=64)
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(0), MaxValueValidator(6)]),
        verbose_name=_("weekdays"),
    )
    next_at = models.DateTimeField(_("next"), null=True, editable=False)

    class Meta:
        ordering = ["connection", "minute", "id"]
        verbose_name = _("standup message")
        verbose_name_plural = _("standup messages")
        indexes = [models.Index(fields=["next_at"], name="chat_standup_due")]

    def __str__(self) -> str:
        return f"{self.minute // 60:02}:{self.minute % 60:02} {self.time_zone}"
