"""Shifts and absences: when agents work."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Agent, DeskModel
from accounts.models.fields import LineField
from routing.models.people import Team
from tickets.sentences.reasons import format_time


class Shift(DeskModel):
    """Weekly shift of an agent or a team; an end at or before the start means the next day.

    It is wall-clock time of its zone (M55, M80).
    """

    agent = models.ForeignKey(
        Agent,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="shifts",
        verbose_name=_("agent"),
    )
    team = models.ForeignKey(
        Team,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="shifts",
        verbose_name=_("team"),
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
    works_on_holidays = models.BooleanField(
        _("also on public holidays"),
        default=False,
        help_text=_("By default, a shift that begins on a public holiday is off."),
    )

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ["agent", "team", "weekday", "start_minute"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(agent__isnull=False, team__isnull=True)
                | models.Q(agent__isnull=True, team__isnull=False),
                name="shift_of_agent_or_team",
            )
        ]

    def __str__(self) -> str:
        return f"{self.agent or self.team}, {self.get_weekday_display()}"


class ExtraShift(DeskModel):
    """A time in which an agent works once, beside the weekly shifts and on public holidays, too."""

    agent = models.ForeignKey(
        Agent, on_delete=models.CASCADE, related_name="extra_shifts", verbose_name=_("agent")
    )
    start_at = models.DateTimeField(_("start"))
    end_at = models.DateTimeField(_("end"))
    created_by = models.ForeignKey(
        Agent,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered by"),
    )

    class Meta:
        verbose_name = _("extra shift")
        verbose_name_plural = _("extra shifts")
        ordering = ["start_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end_at__gt=models.F("start_at")), name="extra_shift_has_length"
            )
        ]
        indexes = [models.Index(fields=["desk", "end_at"], name="extra_shift_by_end")]

    def __str__(self) -> str:
        return f"{self.agent}, {format_time(self.start_at)}"


class AbsenceKind(models.TextChoices):
    """Kinds of absences. Only leads, admins and the agent see them."""

    LEAVE = "leave", pgettext_lazy("absence", "Leave")
    SICK = "sick", pgettext_lazy("absence", "Sick")
    OTHER = "other", pgettext_lazy("absence", "One-off")


class Absence(DeskModel):
    """A time in which an agent does not work, whatever their shifts say."""

    agent = models.ForeignKey(
        Agent, on_delete=models.CASCADE, related_name="absences", verbose_name=_("agent")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=AbsenceKind.choices)
    start_at = models.DateTimeField(_("start"))
    end_at = models.DateTimeField(_("end"))
    note = LineField(_("note"), max_length=200, blank=True, default="")
    created_by = models.ForeignKey(
        Agent,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered by"),
    )

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["start_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end_at__gt=models.F("start_at")), name="absence_has_length"
            )
        ]
        indexes = [models.Index(fields=["desk", "end_at"], name="absence_by_end")]

    def __str__(self) -> str:
        return f"{self.agent}, {format_time(self.start_at)}"
