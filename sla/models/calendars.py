"""Calendars: business hours in a time zone, with breaks, exceptions and holidays (M44).

Arithmetic reads only versions (sla/hours.py), which are made of these rows.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import DeskModel
from accounts.models.fields import LineField
from accounts.places.local_times import format_clock
from sla.working_hours import DayException, Window, WorkingHours


class Calendar(DeskModel):
    """Business hours in a time zone.

    ``version`` grows with each change of the hours and is kept with each deadline.
    """

    name = LineField(_("name"), max_length=60)
    time_zone = models.CharField(_("time zone"), max_length=64)
    is_always_open = models.BooleanField(_("24x7"), default=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    # The end of known holidays that admins were emailed about last.
    warned_until = models.DateField(null=True, editable=False)

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
        """Return the pure value of the rows; four queries unless prefetched (see HOURS_PARTS).

        Deadlines are calculated with `sla.hours.get_working_hours`, which reads a version.
        """
        if self.is_always_open:
            return WorkingHours.always(self.time_zone)
        closed = {each.date: each.name for each in self.holidays.all() if each.is_active}
        own, names = self._collect_exceptions()
        return WorkingHours(
            time_zone=self.time_zone,
            windows=tuple(
                Window(w.weekday, w.start_minute, w.end_minute) for w in self.windows.all()
            ),
            holidays=frozenset(closed),
            exceptions=tuple(DayException(day, tuple(own[day])) for day in sorted(own)),
            breaks=tuple(each for row in self.breaks.all() for each in row.list_windows()),
            names=tuple(sorted({**closed, **names}.items())),
        )

    def _collect_exceptions(self) -> tuple[dict[date, list[tuple[int, int]]], dict[date, str]]:
        own: dict[date, list[tuple[int, int]]] = defaultdict(list)
        names: dict[date, str] = {}
        for row in self.exceptions.all():
            for day in row.list_days():
                own[day] += [row.window] if row.window else []
                if row.name:
                    names.setdefault(day, row.name)
        return own, names


Day = date  # in a class with a field of that name
MAX_EXCEPTION = timedelta(days=366)
HOURS_PARTS = ("windows", "breaks", "exceptions", "holidays")


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
        times = f"{format_clock(self.start_minute)}-{format_clock(self.end_minute)}"
        return f"{self.get_weekday_display()} {times}"


class CalendarBreak(DeskModel):
    """A time on a weekday, or on every day, that is cut out of the opening hours."""

    calendar = models.ForeignKey(
        Calendar, on_delete=models.CASCADE, related_name="breaks", verbose_name=_("calendar")
    )
    weekday = models.PositiveSmallIntegerField(
        _("weekday"),
        choices=list(WEEKDAYS.items()),
        null=True,
        blank=True,
        help_text=_("Leave empty for every day."),
    )
    start_minute = models.PositiveSmallIntegerField(_("from"), validators=[MaxValueValidator(1439)])
    end_minute = models.PositiveSmallIntegerField(
        _("until"), validators=[MinValueValidator(1), MaxValueValidator(1440)]
    )

    class Meta:
        verbose_name = _("break")
        verbose_name_plural = _("breaks")
        ordering = ["weekday", "start_minute"]

    def __str__(self) -> str:
        times = f"{format_clock(self.start_minute)}-{format_clock(self.end_minute)}"
        day = _("Every day") if self.weekday is None else self.get_weekday_display()
        return f"{day} {times}"

    def list_windows(self) -> list[Window]:
        """Return the weekly windows that it cuts out."""
        days = range(7) if self.weekday is None else [self.weekday]
        return [Window(day, self.start_minute, self.end_minute) for day in days]


class CalendarException(DeskModel):
    """Special hours for a date or a span of dates; closed without times.

    They replace the weekly hours and beat a holiday. Several rows of a date are several windows.
    """

    calendar = models.ForeignKey(
        Calendar, on_delete=models.CASCADE, related_name="exceptions", verbose_name=_("calendar")
    )
    date = models.DateField(_("date"))
    last_date = models.DateField(
        _("last date"), null=True, blank=True, help_text=_("Leave empty for a single day.")
    )
    start_minute = models.PositiveSmallIntegerField(
        pgettext_lazy("time of day", "opens"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(1439)],
        help_text=_("Leave both times empty for a closed day."),
    )
    end_minute = models.PositiveSmallIntegerField(
        pgettext_lazy("time of day", "closes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1440)],
    )
    name = LineField(_("name"), max_length=80, blank=True, default="")

    class Meta:
        verbose_name = _("date exception")
        verbose_name_plural = _("date exceptions")
        ordering = ["date", "start_minute"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(start_minute__isnull=True, end_minute__isnull=True)
                | models.Q(start_minute__isnull=False, end_minute__isnull=False),
                name="exception_both_times",
                violation_error_message=_(
                    "Enter both times, or leave both empty for a closed day."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(last_date__isnull=True)
                | models.Q(last_date__gte=models.F("date")),
                name="exception_span",
                violation_error_message=_("The last date must not be before the date."),
            ),
        ]

    def __str__(self) -> str:
        span = date_format(self.date)
        if self.last_date:
            span += f" - {date_format(self.last_date)}"
        times = "-".join(map(format_clock, self.window)) if self.window else gettext("closed")
        return f"{span} {times} {self.name}".strip()

    def clean(self) -> None:
        if self.date and self.last_date and self.last_date - self.date > MAX_EXCEPTION:
            text = _("An exception can be at most a year long. Use other opening hours instead.")
            raise ValidationError({"last_date": text})

    @property
    def window(self) -> tuple[int, int] | None:
        """The window in minutes of the day, or None if the dates are closed."""
        if self.start_minute is None or self.end_minute is None:
            return None
        return self.start_minute, self.end_minute

    def list_days(self) -> list[Day]:
        """Return its dates."""
        last = self.last_date or self.date
        return [self.date + timedelta(days=n) for n in range((last - self.date).days + 1)]
