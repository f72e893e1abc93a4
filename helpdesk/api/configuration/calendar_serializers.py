"""Calendars as the API reads and writes them. Times of day are texts such as "08:30"."""

from __future__ import annotations

from calendar import monthrange
from datetime import timedelta
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.admin.fields import MinuteOfDayField
from accounts.network.addresses import get_destination_error
from accounts.places.local_times import format_clock
from helpdesk.api.serializers import StrictSerializer
from sla.calendar_editing import CalendarContent
from sla.holidays.countries import list_regions, list_supported
from sla.holidays.fetching import get_http_url
from sla.models import (
    Calendar,
    CalendarBreak,
    CalendarException,
    CalendarWindow,
    Holiday,
    HolidaySource,
    ReplanScope,
    SourceKind,
)
from sla.models.calendars import MAX_EXCEPTION

LEAP_YEAR = 2028
MAX_ROWS = 400
WEEKDAY = _("0 (Monday) to 6 (Sunday).")
NAME = _("One line, shown with the date.")


@extend_schema_field(OpenApiTypes.STR)
class TimeOfDayField(serializers.Field):
    """A time of day as HH:MM; an end can be 24:00."""

    def __init__(self, *, is_end: bool = False, **kwargs: Any) -> None:
        self.reader = MinuteOfDayField(is_end=is_end)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> int:
        try:
            minute = self.reader.clean(data if isinstance(data, str) else "-")
        except DjangoValidationError as error:
            raise serializers.ValidationError(error.messages) from error
        return int(minute)

    def to_representation(self, value: int) -> str:
        return format_clock(value)


class WindowSerializer(StrictSerializer):
    """Opening hours of a weekday."""

    weekday = serializers.ChoiceField(choices=list(WEEKDAYS), help_text=WEEKDAY)
    opens = TimeOfDayField(source="start_minute", help_text=_("HH:MM."))
    closes = TimeOfDayField(
        source="end_minute",
        is_end=True,
        help_text=_("HH:MM. At or before the opening time means the next day."),
    )


class BreakSerializer(StrictSerializer):
    """A break in the opening hours."""

    weekday = serializers.ChoiceField(
        choices=list(WEEKDAYS),
        allow_null=True,
        default=None,
        help_text=_("0 (Monday) to 6 (Sunday), or null for every day."),
    )
    start = TimeOfDayField(source="start_minute", help_text=_("HH:MM."))
    end = TimeOfDayField(source="end_minute", is_end=True, help_text=_("HH:MM."))


class ExceptionSerializer(StrictSerializer):
    """Special hours for dates, in place of the weekly ones; closed without times."""

    date = serializers.DateField(help_text=_("The first date."))
    last_date = serializers.DateField(
        allow_null=True, default=None, help_text=_("The last date; null for one day.")
    )
    opens = TimeOfDayField(
        source="start_minute", allow_null=True, default=None, help_text=_("HH:MM, or null.")
    )
    closes = TimeOfDayField(
        source="end_minute",
        is_end=True,
        allow_null=True,
        default=None,
        help_text=_("HH:MM, or null."),
    )
    name = serializers.CharField(max_length=80, allow_blank=True, default="", help_text=NAME)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs["start_minute"] is None) != (attrs["end_minute"] is None):
            text = gettext("Enter both times, or leave both empty for a closed day.")
            raise serializers.ValidationError({"closes": [text]})
        last = attrs["last_date"]
        if last and not timedelta() <= last - attrs["date"] <= MAX_EXCEPTION:
            text = gettext("The last date must be within a year after the first.")
            raise serializers.ValidationError({"last_date": [text]})
        return attrs


class HolidaySerializer(StrictSerializer):
    """A holiday that was entered by hand, not by a source."""

    date = serializers.DateField(help_text=_("The date that is closed."))
    name = serializers.CharField(max_length=80, allow_blank=True, default="", help_text=NAME)


class SourceSerializer(StrictSerializer):
    """A source of holidays: a country, a yearly rule, or an iCalendar feed."""

    NEEDED = {
        SourceKind.COUNTRY: {"country"},
        SourceKind.YEARLY: {"name", "month", "day"},
        SourceKind.WEEKDAY: {"name", "month", "nth", "weekday"},
        SourceKind.FEED: {"url"},
    }

    kind = serializers.ChoiceField(
        choices=SourceKind.values, help_text=_("country, yearly, weekday or feed.")
    )
    name = serializers.CharField(max_length=80, allow_blank=True, default="", help_text=NAME)
    country = serializers.CharField(
        allow_blank=True, default="", help_text=_("For a country: its code (ISO 3166-1 alpha-2).")
    )
    region = serializers.CharField(
        allow_blank=True, default="", help_text=_("For a country: the code of a region, or empty.")
    )
    month = serializers.ChoiceField(
        choices=list(MONTHS), allow_null=True, default=None, help_text=_("For a rule: 1 to 12.")
    )
    day = serializers.IntegerField(
        min_value=1,
        max_value=31,
        allow_null=True,
        default=None,
        help_text=_("For a yearly date: the day of the month."),
    )
    weekday = serializers.ChoiceField(
        choices=list(WEEKDAYS), allow_null=True, default=None, help_text=WEEKDAY
    )
    nth = serializers.ChoiceField(
        choices=[1, 2, 3, 4, -1],
        allow_null=True,
        default=None,
        help_text=_("For a weekday: the first to fourth of the month, or -1 for the last."),
    )
    url = serializers.CharField(
        max_length=1000, allow_blank=True, default="", help_text=_("For a feed: where it is.")
    )

    def validate_url(self, url: str) -> str:
        url = get_http_url(url)
        if url and (error := get_destination_error(url)):
            raise serializers.ValidationError(error)
        return url

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        needed = self.NEEDED[attrs["kind"]]
        missing = sorted(name for name in needed if attrs[name] in {None, ""})
        if missing:
            text = gettext("This kind of source needs it.")
            raise serializers.ValidationError({name: [text] for name in missing})
        _check_place(attrs)
        if attrs["kind"] == SourceKind.YEARLY and attrs["day"] > _get_length(attrs["month"]):
            raise serializers.ValidationError({"day": [gettext("This month has no such day.")]})
        return attrs


class ImportedSerializer(serializers.Serializer[Any]):
    """A holiday of a source, from today on."""

    id = serializers.IntegerField(help_text=_("The holiday."))
    date = serializers.DateField(help_text=_("Its date."))
    name = serializers.CharField(help_text=NAME)
    source = serializers.CharField(  # type: ignore[assignment]  # a field named like an option
        help_text=_("Where it comes from.")
    )
    category = serializers.CharField(
        help_text=_("public, or a kind of observance; empty for other sources.")
    )
    is_active = serializers.BooleanField(help_text=_("True if the calendar is closed then."))


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
        if name not in available_timezones():
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


def _check_place(attrs: dict[str, Any]) -> None:
    country, region = attrs["country"], attrs["region"]
    if attrs["kind"] != SourceKind.COUNTRY:
        return
    if country not in list_supported():
        text = gettext("No public holidays are known for this country.")
        raise serializers.ValidationError({"country": [text]})
    if region and region not in dict(list_regions(country)):
        text = gettext("This country has no such region. It has: %(regions)s")
        listed = ", ".join(code for code, _name in list_regions(country)[:20])
        raise serializers.ValidationError({"region": [text % {"regions": listed}]})


def _get_length(month: int) -> int:
    return monthrange(LEAP_YEAR, month)[1]
