"""Admin pages of calendars: opening hours, holidays and the drawn week."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.access import AdminRequest
from accounts.admin.base import DeskForm, DeskModelAdmin, DeskTabularInline
from accounts.admin.conflicts import ConflictGuardFormSet
from accounts.admin.fields import AdminTimeZoneField, MinuteOfDayField
from sla.hours import save_version
from sla.models import Calendar, CalendarWindow, Holiday
from sla.week_picture import draw_week

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
        save_version(form.instance, is_new=not change)
