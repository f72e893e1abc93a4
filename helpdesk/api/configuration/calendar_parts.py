"""What a calendar consists of: working hours, breaks, exceptions, holidays and their sources."""

from __future__ import annotations

from calendar import monthrange
from datetime import timedelta
from typing import Any

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
from sla.holidays.countries import list_regions, list_supported
from sla.holidays.fetching import get_http_url
from sla.models import SourceKind
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
