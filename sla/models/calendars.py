"""Calendars: business hours in a time zone, and their holidays (M44)."""

from __future__ import annotations

from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import DeskModel
from accounts.models.fields import LineField
from sla.calendar import Window, WorkingHours


class Calendar(DeskModel):
    """Business hours in a time zone.

    ``version`` grows with each change of the hours and is kept with each deadline.
    """

    name = LineField(_("name"), max_length=60)
    time_zone = models.CharField(_("time zone"), max_length=64)
    is_always_open = models.BooleanField(_("24x7"), default=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "name"], name="calendar_name_unique")
        ]

    def __str__(self) -> str:
        return self.name

    def working_hours(self) -> WorkingHours:
        """Return the pure value that the arithmetic takes; two queries unless prefetched."""
        if self.is_always_open:
            return WorkingHours.always(self.time_zone)
        return WorkingHours(
            time_zone=self.time_zone,
            windows=tuple(
                Window(w.weekday, w.start_minute, w.end_minute) for w in self.windows.all()
            ),
            holidays=frozenset(h.date for h in self.holidays.all()),
        )


class CalendarWindow(DeskModel):
    """Opening hours on a weekday; an end at or before the start means the next day."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="windows")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=list(WEEKDAYS.items()))
    start_minute = models.PositiveSmallIntegerField(
        pgettext_lazy("time of day", "opens"),
        validators=[MaxValueValidator(1439)],
        help_text=_("Minutes after midnight."),
    )
    end_minute = models.PositiveSmallIntegerField(
        pgettext_lazy("time of day", "closes"),
        validators=[MinValueValidator(1), MaxValueValidator(1440)],
        help_text=_("Minutes after midnight."),
    )

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["weekday", "start_minute"]

    def __str__(self) -> str:
        def clock(minute: int) -> str:
            return f"{minute // 60:02}:{minute % 60:02}"

        return f"{self.get_weekday_display()} {clock(self.start_minute)}-{clock(self.end_minute)}"


class Holiday(DeskModel):
    """A local date on which no window of the calendar opens."""

    calendar = models.ForeignKey(
        Calendar, on_delete=models.CASCADE, db_index=False, related_name="holidays"
    )
    date = models.DateField(_("date"))
    name = LineField(_("name"), max_length=80, blank=True, default="")

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["calendar", "date"], name="holiday_once")]

    def __str__(self) -> str:
        day: date = self.date
        return f"{day.isoformat()} {self.name}".strip()
