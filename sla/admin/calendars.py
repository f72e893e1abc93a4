"""Admin pages of calendars: opening hours, breaks and exceptions, the drawn week and year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet, prefetch_related_objects
from django.forms import BaseFormSet
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.access import AdminRequest
from accounts.admin.base import DeskForm, DeskModelAdmin, DeskTabularInline
from accounts.admin.conflicts import ConflictGuardFormSet
from accounts.admin.fields import AdminTimeZoneField, MinuteOfDayField
from sla.admin.drawn import draw_once
from sla.admin.holidays import (
    CountryInline,
    FeedInline,
    HolidayInline,
    ImportedInline,
    VersionInline,
    YearlyInline,
)
from sla.admin.year_picture import draw_years
from sla.business_days import find_next_opening
from sla.calendar import NeverOpensError
from sla.holidays.copying import copy_calendar
from sla.holidays.horizon import describe_horizon, list_warnings
from sla.holidays.refresh import fill_new_sources, get_today
from sla.hours import save_version
from sla.models import Calendar, CalendarBreak, CalendarException, CalendarWindow
from sla.week_picture import draw_week
from sla.working_hours import DayException, Window, WorkingHours

OFFERED_HOURS = [
    {"weekday": day, "start_minute": 9 * 60, "end_minute": 17 * 60} for day in range(5)
]


class WindowForm(DeskForm):
    start_minute = MinuteOfDayField(label=_("Opens"))
    end_minute = MinuteOfDayField(
        label=_("Closes"),
        is_end=True,
        help_text=_("A time at or before the opening time means the next day."),
    )

    def has_changed(self) -> bool:
        """Save an offered opening as it is, unless its times were removed."""
        if self.instance.pk is not None or not self.is_bound:
            return super().has_changed()
        return any(self[name].data for name in ("start_minute", "end_minute"))


class WindowFormSet(ConflictGuardFormSet):
    """Opening hours of a calendar. One without any would never reach a deadline.

    A new calendar is offered the usual ones, Monday to Friday from nine to five.
    """

    siblings: Sequence[ConflictGuardFormSet] = ()  # the other tables of the page

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        instance = kwargs.get("instance")
        if instance is None or instance.pk is None:
            kwargs.setdefault("initial", OFFERED_HOURS)
        super().__init__(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        if self.instance.is_always_open or any(self.errors):
            return
        windows = [_read_window(row) for row in list_kept_rows(self)]
        if not windows:
            raise ValidationError(
                gettext(
                    "Without opening hours, SLA targets of this calendar would never be due. "
                    "Add opening hours or mark the calendar as 24x7."
                )
            )
        if not self._opens(windows, self._list_breaks()):
            raise ValidationError(
                gettext(
                    "The breaks leave no time open, so SLA targets of this calendar would never be "
                    "due. Shorten a break."
                )
            )
        if not self._opens(windows, self._list_breaks(), self._list_exceptions()):
            raise ValidationError(
                gettext("This calendar would never open, so no SLA target would ever be due.")
            )

    def _list_breaks(self) -> list[Window]:
        return [each for row in self._list_rows(CalendarBreak) for each in _read_break(row)]

    def _list_exceptions(self) -> list[DayException]:
        """Return the dates with hours of their own, or closed."""
        own: dict[date, list[tuple[int, int]]] = {}
        for row in self._list_rows(CalendarException):
            exception = _read_exception(row)
            for day in exception.list_days():
                own.setdefault(day, []).extend([exception.window] if exception.window else [])
        return [DayException(day, tuple(spans)) for day, spans in own.items()]

    def _list_rows(self, model: type[Model]) -> list[dict[str, Any]]:
        """Return the rows of another table of the page; none if it has errors of its own."""
        table = next((each for each in self.siblings if each.model is model), None)
        return list_kept_rows(table) if table is not None and table.is_valid() else []

    def _opens(
        self, windows: list[Window], breaks: list[Window], exceptions: Sequence[DayException] = ()
    ) -> bool:
        """Return False if breaks or exceptions leave nothing open within ten years."""
        hours = WorkingHours(
            "UTC", tuple(windows), breaks=tuple(breaks), exceptions=tuple(exceptions)
        )
        try:
            find_next_opening(hours, timezone.now())
        except NeverOpensError:
            return False
        return True


def list_kept_rows(formset: BaseFormSet[Any]) -> list[dict[str, Any]]:
    """Return the cleaned values of the rows that are neither empty nor to be deleted."""
    values = [form.cleaned_data for form in formset.forms if hasattr(form, "cleaned_data")]
    return [row for row in values if row and not row.get("DELETE")]


def _read_window(row: dict[str, Any]) -> Window:
    return Window(row["weekday"], row["start_minute"], row["end_minute"])


def _read_exception(row: dict[str, Any]) -> CalendarException:
    names = ("date", "last_date", "start_minute", "end_minute")
    return CalendarException(**{name: row[name] for name in names})


def _read_break(row: dict[str, Any]) -> list[Window]:
    return CalendarBreak(
        weekday=row["weekday"], start_minute=row["start_minute"], end_minute=row["end_minute"]
    ).list_windows()


class WindowInline(DeskTabularInline):
    model = CalendarWindow
    form = WindowForm
    formset = WindowFormSet
    fields = ["weekday", "start_minute", "end_minute"]
    verbose_name = _("opening")
    verbose_name_plural = _("opening hours")

    def get_extra(self, request: AdminRequest, obj: Model | None = None, **kwargs: Any) -> int:
        return len(OFFERED_HOURS) if obj is None else 0


class BreakForm(DeskForm):
    start_minute = MinuteOfDayField(label=_("From"))
    end_minute = MinuteOfDayField(label=_("Until"), is_end=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        weekday: Any = self.fields["weekday"]
        weekday.choices = [("", _("Every day")), *WEEKDAYS.items()]


class BreakInline(DeskTabularInline):
    model = CalendarBreak
    form = BreakForm
    fields = ["weekday", "start_minute", "end_minute"]


class ExceptionForm(DeskForm):
    start_minute = MinuteOfDayField(
        label=_("Opens"),
        required=False,
        help_text=_("Leave both times empty for a closed day."),
    )
    end_minute = MinuteOfDayField(label=_("Closes"), is_end=True, required=False)


class ExceptionFormSet(ConflictGuardFormSet):
    """Date exceptions. A date can have several windows, or be closed, but not both."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        closed: set[date] = set()
        opened: set[date] = set()
        for row in list_kept_rows(self):
            exception = _read_exception(row)
            (opened if exception.window else closed).update(exception.list_days())
        if both := closed & opened:
            text = gettext("%(date)s is closed by one exception and open by another. Remove one.")
            raise ValidationError(text % {"date": date_format(min(both))})


class ExceptionInline(DeskTabularInline):
    model = CalendarException
    form = ExceptionForm
    formset = ExceptionFormSet
    fields = ["date", "last_date", "start_minute", "end_minute", "name"]
    verbose_name = _("exception")
    verbose_name_plural = _("date exceptions (they override opening hours and holidays)")


class CalendarForm(DeskForm):
    time_zone = AdminTimeZoneField(label=_("Time zone"))

    class Meta:
        model = Calendar
        fields = ("name", "time_zone", "is_always_open")


@admin.register(Calendar)
class CalendarAdmin(DeskModelAdmin):
    """Business hours. A change makes a new version; earlier deadlines keep the old one."""

    form = CalendarForm
    list_display = ["name", "time_zone", "is_always_open", "version", "shown_holidays"]
    fields = ["name", "time_zone", "is_always_open", "shown_holidays", "week", "year", "version"]
    readonly_fields = ["shown_holidays", "week", "year", "version"]
    inlines = [
        WindowInline,
        BreakInline,
        ExceptionInline,
        HolidayInline,
        YearlyInline,
        CountryInline,
        FeedInline,
        ImportedInline,
        VersionInline,
    ]
    actions = ["duplicate"]  # type: ignore[assignment]  # audits each copy

    @admin.display(description=_("week"))
    def week(self, calendar: Calendar) -> str:
        if not calendar.pk:
            return gettext("Save the calendar to see its week.")
        return draw_once(calendar, "week", draw_week)

    @admin.display(description=_("year"))
    def year(self, calendar: Calendar) -> str:
        if not calendar.pk:
            return gettext("Save the calendar to see its year.")
        today = get_today(calendar, timezone.now())
        return draw_once(calendar, "year", lambda hours: draw_years(hours, today))

    @admin.display(description=_("holidays"))
    def shown_holidays(self, calendar: Calendar) -> str:
        if not calendar.pk:
            return gettext("None")
        prefetch_related_objects([calendar], "holiday_sources", "holidays")
        warnings = list_warnings(calendar, timezone.now())
        if warnings:
            return format_html_join(mark_safe("<br>"), "⚠ {}", ((each,) for each in warnings))
        return describe_horizon(calendar)

    def get_actions(self, request: AdminRequest) -> dict[str, Any]:
        """Return only the page's own action, without Django's for deleting rows in bulk."""
        found = super().get_actions(request)
        return {name: action for name, action in found.items() if name in self.actions}

    @admin.action(description=_("Duplicate"), permissions=["add"])
    def duplicate(self, request: AdminRequest, calendars: QuerySet[Calendar]) -> None:
        """Copy calendars with their hours, exceptions and holidays."""
        for calendar in calendars:
            copy = copy_calendar(calendar, at=timezone.now())
            self.log_addition(request, copy, {"copy_of": calendar.name})
            text = gettext("“%(copy)s” was created as a copy of “%(name)s”.")
            self.message_user(request, text % {"copy": copy.name, "name": calendar.name})

    def get_inlines(self, request: AdminRequest, obj: Model | None) -> list[Any]:
        """Show what is imported, and earlier versions, once the calendar exists."""
        later = (ImportedInline, VersionInline)
        return [each for each in super().get_inlines(request, obj) if obj or each not in later]

    def _create_formsets(self, request: AdminRequest, obj: Any, change: bool) -> Any:
        formsets, instances = super()._create_formsets(request, obj, change)
        for formset in formsets:
            formset.siblings = formsets
        return formsets, instances

    def save_related(self, request: AdminRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        fill_new_sources(form.instance, at=timezone.now())
        save_version(form.instance, is_new=not change)
