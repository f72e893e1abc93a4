"""Admin pages of calendars and SLA clocks, and the SLA targets on the page of a plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.admin.access import AdminRequest
from accounts.admin.base import DeskForm, DeskModelAdmin, DeskTabularInline
from accounts.admin.conflicts import ConflictGuardFormSet
from accounts.admin.display import show_json
from accounts.admin.fields import AdminTimeZoneField, MinuteOfDayField
from accounts.admin.records import RecordsAdmin, RecordsInline
from accounts.admin.registry import register_inline
from accounts.models import Plan
from sla.durations import (
    InvalidDurationError,
    format_duration,
    format_duration_input,
    parse_duration,
)
from sla.models import Calendar, CalendarWindow, Clock, ClockEntry, Holiday, Target
from sla.services import increment_calendar_version
from sla.week_picture import draw_week


class DurationField(forms.Field):
    """A duration written as "8h", stored as minutes."""

    widget = UnfoldAdminTextInputWidget

    def prepare_value(self, value: Any) -> Any:
        return format_duration_input(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        try:
            return parse_duration(str(value)) if value not in self.empty_values else None
        except InvalidDurationError as error:
            raise ValidationError(str(error), code="invalid") from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True


class TargetForm(DeskForm):
    minutes = DurationField(
        label=_("First response"),
        help_text=_("In the calendar's business hours, such as 8h."),
    )


class TargetInline(DeskTabularInline):
    """The SLA targets of a plan. The SLA matrix shows those of all plans on one page."""

    model = Target
    form = TargetForm
    fields = ["priority", "account_status", "minutes", "calendar"]


register_inline(Plan, TargetInline)


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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        instance = kwargs.get("instance")
        if instance is None or instance.pk is None:
            kwargs.setdefault("initial", OFFERED_HOURS)
        super().__init__(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        if self.instance.is_always_open or any(self.errors):
            return
        if not any(row.cleaned_data and not row.cleaned_data.get("DELETE") for row in self.forms):
            raise ValidationError(
                gettext(
                    "Without opening hours, SLA targets of this calendar would never be due. "
                    "Add opening hours or mark the calendar as 24x7."
                )
            )


class WindowInline(DeskTabularInline):
    model = CalendarWindow
    form = WindowForm
    formset = WindowFormSet
    fields = ["weekday", "start_minute", "end_minute"]
    verbose_name = _("opening")
    verbose_name_plural = _("opening hours")

    def get_extra(self, request: AdminRequest, obj: Model | None = None, **kwargs: Any) -> int:
        return len(OFFERED_HOURS) if obj is None else 0


class HolidayInline(DeskTabularInline):
    model = Holiday
    fields = ["date", "name"]


class CalendarForm(DeskForm):
    time_zone = AdminTimeZoneField(label=_("Time zone"))

    class Meta:
        model = Calendar
        fields = ("name", "time_zone", "is_always_open")


@admin.register(Calendar)
class CalendarAdmin(DeskModelAdmin):
    """Business hours. A change makes a new version; earlier deadlines keep the old one."""

    form = CalendarForm
    list_display = ["name", "time_zone", "is_always_open", "version"]
    fields = ["name", "time_zone", "is_always_open", "week", "version"]
    readonly_fields = ["week", "version"]
    inlines = [WindowInline, HolidayInline]

    @admin.display(description=_("week"))
    def week(self, calendar: Calendar) -> str:
        return (
            draw_week(calendar.working_hours())
            if calendar.pk
            else gettext("Save the calendar to see its week.")
        )

    def save_related(self, request: AdminRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if change and (form.has_changed() or any(formset.has_changed() for formset in formsets)):
            increment_calendar_version(form.instance)


class ClockEntryInline(RecordsInline):
    model = ClockEntry
    fields = ["at", "kind", show_json("data", _("data"))]
    readonly_fields = fields


@admin.register(Clock)
class ClockAdmin(RecordsAdmin):
    list_display = ["ticket", "shown_target", "due_at", "met_at", "breached_at", "stopped_at"]
    list_select_related = ["ticket__desk"]
    search_fields = ["ticket__number__exact"]
    search_help_text = _("A ticket number")
    ordering = ["-id"]
    inlines = [ClockEntryInline]

    @admin.display(description=_("first response"))
    def shown_target(self, clock: Clock) -> str:
        return format_duration(clock.target_minutes)
