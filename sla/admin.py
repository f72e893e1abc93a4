"""Pages of the admin site: plans with their promises, calendars, and the clocks that run."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.admin.base import AdminRequest, DeskForm, DeskModelAdmin, DeskTabularInline
from accounts.admin.display import show_json
from accounts.admin.fields import MinuteOfDayField, TimeZoneField
from accounts.admin.records import RecordsAdmin, RecordsInline
from accounts.admin.registry import register_inline
from accounts.models import Plan
from sla.durations import InvalidDurationError, format_duration, parse_duration
from sla.models import Calendar, CalendarWindow, Clock, ClockEntry, Holiday, Target
from sla.services import increment_calendar_version
from sla.week_picture import draw_week


class DurationField(forms.Field):
    """Minutes, written as people say them: "8 h"."""

    widget = UnfoldAdminTextInputWidget

    def prepare_value(self, value: Any) -> Any:
        return format_duration(value) if isinstance(value, int) else value

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
        label="First response", help_text="Working time of the calendar, such as 8 h."
    )


class TargetInline(DeskTabularInline):
    """The plan's promises; the SLA matrix shows those of all plans on one page."""

    model = Target
    form = TargetForm
    fields = ["priority", "account_status", "minutes", "calendar"]


register_inline(Plan, TargetInline)


class WindowForm(DeskForm):
    start_minute = MinuteOfDayField(label="Opens")
    end_minute = MinuteOfDayField(
        label="Closes", is_end=True, help_text="At or before the opening: the next day."
    )


class WindowFormSet(forms.BaseInlineFormSet):
    """A calendar that never opens would promise nothing, and say so to nobody."""

    def clean(self) -> None:
        super().clean()
        if self.instance.is_always_open or any(self.errors):
            return
        if not any(row.cleaned_data and not row.cleaned_data.get("DELETE") for row in self.forms):
            raise ValidationError(
                "Without opening hours no promise of this calendar would ever be due. Add one, or mark it 24x7."
            )


class WindowInline(DeskTabularInline):
    model = CalendarWindow
    form = WindowForm
    formset = WindowFormSet
    fields = ["weekday", "start_minute", "end_minute"]
    verbose_name = "opening"
    verbose_name_plural = "opening hours"


class HolidayInline(DeskTabularInline):
    model = Holiday
    fields = ["date", "name"]


class CalendarForm(DeskForm):
    time_zone = TimeZoneField()

    class Meta:
        model = Calendar
        fields = ("name", "time_zone", "is_always_open")


@admin.register(Calendar)
class CalendarAdmin(DeskModelAdmin):
    """A change of hours makes a new version; deadlines given before keep the version that made them."""

    form = CalendarForm
    list_display = ["name", "time_zone", "is_always_open", "version"]
    fields = ["name", "time_zone", "is_always_open", "week", "version"]
    readonly_fields = ["week", "version"]
    inlines = [WindowInline, HolidayInline]

    @admin.display(description="week")
    def week(self, calendar: Calendar) -> str:
        return (
            draw_week(calendar.working_hours())
            if calendar.pk
            else "Drawn when the calendar is saved."
        )

    def save_related(self, request: AdminRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if change and (form.has_changed() or any(formset.has_changed() for formset in formsets)):
            increment_calendar_version(form.instance)


class ClockEntryInline(RecordsInline):
    model = ClockEntry
    fields = ["at", "kind", show_json("data")]
    readonly_fields = fields


@admin.register(Clock)
class ClockAdmin(RecordsAdmin):
    list_display = ["ticket", "promise", "due_at", "met_at", "breached_at", "stopped_at"]
    list_select_related = ["ticket__desk"]
    search_fields = ["ticket__number__exact"]
    search_help_text = "A ticket's number"
    ordering = ["-id"]
    inlines = [ClockEntryInline]

    @admin.display(description="promise")
    def promise(self, clock: Clock) -> str:
        return format_duration(clock.target_minutes)
