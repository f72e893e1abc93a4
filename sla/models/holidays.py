"""Holidays of calendars, where they come from, and the versions of calendars."""

from __future__ import annotations

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import DeskModel
from accounts.models.fields import LineField
from accounts.sentences import Problem
from sla.holidays.failures import describe_failure
from sla.models.calendars import Calendar


class SourceKind(models.TextChoices):
    """Kinds of sources of holidays, besides those entered one by one."""

    COUNTRY = "country", _("Public holidays of a country")
    YEARLY = "yearly", _("The same date every year")
    WEEKDAY = "weekday", _("A weekday of a month, every year")
    FEED = "feed", _("iCalendar feed")


class HolidaySource(DeskModel):
    """A rule or a feed that adds holidays to a calendar (sla/holidays/)."""

    calendar = models.ForeignKey(
        Calendar,
        on_delete=models.CASCADE,
        related_name="holiday_sources",
        verbose_name=_("calendar"),
    )
    kind = models.CharField(_("kind"), max_length=8, choices=SourceKind.choices)
    name = LineField(_("name"), max_length=80, blank=True, default="")
    country = models.CharField(_("country"), max_length=2, blank=True, default="")
    region = models.CharField(_("region"), max_length=24, blank=True, default="")
    month = models.PositiveSmallIntegerField(
        _("month"), choices=list(MONTHS.items()), null=True, blank=True
    )
    day = models.PositiveSmallIntegerField(
        _("day"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    weekday = models.PositiveSmallIntegerField(
        _("weekday"), choices=list(WEEKDAYS.items()), null=True, blank=True
    )
    nth = models.SmallIntegerField(
        _("which"),
        null=True,
        blank=True,
        choices=[
            (1, _("First")),
            (2, _("Second")),
            (3, _("Third")),
            (4, _("Fourth")),
            (-1, _("Last")),
        ],
    )
    url = models.URLField(_("URL"), max_length=1000, blank=True, default="")
    checked_at = models.DateTimeField(_("last checked"), null=True, editable=False)
    failing_since = models.DateTimeField(_("failing since"), null=True, editable=False)
    error = models.CharField(max_length=40, blank=True, default="", editable=False)
    error_data = models.JSONField(default=dict, encoder=DjangoJSONEncoder, editable=False)
    skipped = models.PositiveIntegerField(_("skipped events"), default=0, editable=False)
    known_until = models.DateField(_("known until"), null=True, editable=False)

    class Meta:
        verbose_name = _("holiday source")
        verbose_name_plural = _("holiday sources")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name or self.url or "/".join(filter(None, (self.country, self.region)))

    @property
    def failure(self) -> str:
        """The reason that the last check failed, in the active language, or ""."""
        return describe_failure(self.error, self.error_data)

    def set_error(self, problem: Problem | None) -> None:
        """Replace the error, or clear it. The caller saves `error` and `error_data`."""
        self.error, self.error_data = problem or ("", {})


class Holiday(DeskModel):
    """A local date on which no window of the calendar opens, unless it is switched off."""

    calendar = models.ForeignKey(
        Calendar, on_delete=models.CASCADE, db_index=False, related_name="holidays"
    )
    source = models.ForeignKey(
        HolidaySource,
        on_delete=models.CASCADE,
        null=True,
        editable=False,
        related_name="holidays",
        verbose_name=_("source"),
    )
    date = models.DateField(_("date"))
    name = LineField(_("name"), max_length=80, blank=True, default="")
    category = models.CharField(_("kind"), max_length=20, blank=True, default="", editable=False)
    is_active = models.BooleanField(_("closed"), default=True)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["date", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "date", "source"], nulls_distinct=False, name="holiday_once"
            )
        ]

    def __str__(self) -> str:
        return f"{date_format(self.date)} {self.name}".strip()


class CalendarVersion(DeskModel):
    """The hours of a calendar as they were in one version. Append-only.

    Written with every change in the same transaction, so that each past deadline can be calculated
    again (sla/hours.py).
    """

    # The database deletes versions with their calendar: the application's role can't.
    calendar = models.ForeignKey(
        Calendar, on_delete=models.DO_NOTHING, db_index=False, related_name="versions"
    )
    version = models.PositiveIntegerField(_("version"))
    hours: models.JSONField[Any, Any] = models.JSONField(_("hours"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("calendar version")
        verbose_name_plural = _("calendar versions")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["calendar", "version"], name="calendar_version_once")
        ]

    def __str__(self) -> str:
        return _("%(name)s, version %(version)s") % {
            "name": self.calendar,
            "version": self.version,
        }
