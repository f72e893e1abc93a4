"""Calendars as the API reads and writes them. Times of day are texts such as "08:30"."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.places.zones import list_time_zones
from helpdesk.api.configuration.calendar_parts import (
    MAX_ROWS,
    BreakSerializer,
    ExceptionSerializer,
    HolidaySerializer,
    ImportedSerializer,
    SourceSerializer,
    WindowSerializer,
)
from helpdesk.api.serializers import StrictSerializer
from sla.calendar_editing import CalendarContent
from sla.models import (
    Calendar,
    CalendarBreak,
    CalendarException,
    CalendarWindow,
    Holiday,
    HolidaySource,
    ReplanScope,
)


class CalendarSerializer(StrictSerializer):
    """A calendar: its opening hours and what changes them."""

    id = serializers.IntegerField(read_only=True)
    version = serializers.IntegerField(
        read_only=True, help_text=_("Grows with each change of the hours.")
    )
    name = serializers.CharField(max_length=60, help_text=_("The calendar's name."))
    time_zone = serializers.CharField(help_text=_("An IANA time zone, such as Europe/Berlin."))
    is_always_open = serializers.BooleanField(
        default=False, help_text=_("True for 24x7; everything below is then ignored.")
    )
    windows: Any = serializers.ListSerializer(
        child=WindowSerializer(),
        max_length=MAX_ROWS,
        default=list,
        help_text=_("Opening hours of the week."),
    )
    breaks: Any = serializers.ListSerializer(
        child=BreakSerializer(),
        max_length=MAX_ROWS,
        default=list,
        help_text=_("Cut out of the opening hours."),
    )
    exceptions: Any = serializers.ListSerializer(
        child=ExceptionSerializer(),
        max_length=MAX_ROWS,
        default=list,
        help_text=_("They override holidays."),
    )
    holidays: Any = serializers.ListSerializer(
        child=HolidaySerializer(),
        max_length=MAX_ROWS,
        default=list,
        help_text=_("Holidays entered one by one."),
    )
    sources: Any = serializers.ListSerializer(
        child=SourceSerializer(),
        max_length=MAX_ROWS,
        default=list,
        help_text=_("Sources of imported holidays."),
    )
    imported = ImportedSerializer(
        many=True, read_only=True, help_text=_("Coming holidays of the sources.")
    )
    applies_to = serializers.ChoiceField(
        choices=ReplanScope.choices,
        default=ReplanScope.OPEN,
        write_only=True,
        help_text=_("Whether a change applies to new tickets only, or to open tickets as well."),
    )

    def validate_time_zone(self, name: str) -> str:
        if name not in list_time_zones():
            raise serializers.ValidationError(gettext("This time zone is unknown."))
        return name

    def validate_holidays(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len({row["date"] for row in rows}) < len(rows):
            raise serializers.ValidationError(gettext("A date can be a holiday once."))
        return rows

    def validate_exceptions(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        closed: set[Any] = set()
        opened: set[Any] = set()
        for exception in (CalendarException(**row) for row in rows):
            (opened if exception.window else closed).update(exception.list_days())
        if both := closed & opened:
            text = gettext("%(date)s is closed by one exception and open by another. Remove one.")
            raise serializers.ValidationError(text % {"date": min(both).isoformat()})
        return rows

    def get_content(self) -> CalendarContent:
        """Return the validated calendar, not saved."""
        data = self.validated_data
        return CalendarContent(
            name=data["name"],
            time_zone=data["time_zone"],
            is_always_open=data["is_always_open"],
            windows=[CalendarWindow(**row) for row in data["windows"]],
            breaks=[CalendarBreak(**row) for row in data["breaks"]],
            exceptions=[CalendarException(**row) for row in data["exceptions"]],
            holidays=[Holiday(**row) for row in data["holidays"]],
            sources=[HolidaySource(**row) for row in data["sources"]],
        )


def describe_calendar(calendar: Calendar, today: Any) -> dict[str, Any]:
    """Return a calendar as CalendarSerializer shows it. Five queries unless prefetched."""
    holidays = list(calendar.holidays.all())
    sources = {source.pk: source for source in calendar.holiday_sources.all()}
    for holiday in holidays:
        if holiday.source_id:
            holiday.source = sources[holiday.source_id]
    shown = {
        "id": calendar.pk,
        "version": calendar.version,
        "name": calendar.name,
        "time_zone": calendar.time_zone,
        "is_always_open": calendar.is_always_open,
        "windows": calendar.windows.all(),
        "breaks": calendar.breaks.all(),
        "exceptions": calendar.exceptions.all(),
        "holidays": [each for each in holidays if each.source_id is None],
        "sources": list(sources.values()),
        "imported": [each for each in holidays if each.source_id and each.date >= today],
    }
    return dict(CalendarSerializer(shown).data)
