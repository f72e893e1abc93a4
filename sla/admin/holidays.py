"""The holidays on the page of a calendar: entered, repeated, imported; and earlier versions."""

from __future__ import annotations

from calendar import monthrange
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.admin.access import AdminRequest
from accounts.admin.base import DeskForm, DeskTabularInline
from accounts.admin.records import RecordsInline
from accounts.network.addresses import get_destination_error
from accounts.places.countries import list_countries
from sla.holidays.countries import list_regions, list_supported
from sla.holidays.fetching import get_http_url
from sla.hours import decode_hours
from sla.models import CalendarVersion, Holiday, HolidaySource, SourceKind

LEAP_YEAR = 2028
MAX_LISTED = 20  # regions in an error


class HolidayInline(DeskTabularInline):
    """Holidays that an admin enters one by one."""

    model = Holiday
    fields = ["date", "name"]

    def get_queryset(self, request: AdminRequest) -> QuerySet[Holiday]:
        return super().get_queryset(request).filter(source__isnull=True)


class SourceForm(DeskForm):
    """A source of holidays. A changed source is looked up again."""

    kind: ClassVar[SourceKind]

    class Meta:
        model = HolidaySource
        fields: ClassVar[list[str]] = []

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        self.instance.kind = self.kind
        self.instance.checked_at = None
        return values


class YearlyForm(SourceForm):
    """A date of every year, or a weekday of a month."""

    kind = SourceKind.YEARLY

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = self.fields["month"].required = True

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        day, nth, weekday = (values.get(name) for name in ("day", "nth", "weekday"))
        if (day is None) == (nth is None) or (nth is None) != (weekday is None):
            raise ValidationError(
                gettext("Enter either a day of the month, or which weekday, such as Last Monday.")
            )
        if day and values.get("month") and day > monthrange(LEAP_YEAR, values["month"])[1]:
            raise ValidationError({"day": gettext("This month has no such day.")})
        if nth is not None:
            self.instance.kind = SourceKind.WEEKDAY
        return values


class CountryForm(SourceForm):
    """The public holidays of a country, or of one of its regions."""

    kind = SourceKind.COUNTRY
    country = forms.ChoiceField(label=_("Country"), widget=UnfoldAdminSelectWidget)
    region = forms.CharField(
        label=_("Region"),
        required=False,
        max_length=80,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Name or code, such as BY for Bavaria. Leave empty for the whole country."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [each for each in list_countries() if each[0] in list_supported()]
        country: Any = self.fields["country"]
        country.choices = [("", "---------"), *named]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        country, written = values.get("country", ""), values.get("region", "").strip()
        if country and written:
            values["region"] = self._find_region(country, written)
        return values

    def _find_region(self, country: str, written: str) -> str:
        regions = list_regions(country)
        for code, name in regions:
            if written.lower() in {code.lower(), name.lower()}:
                return code
        listed = ", ".join(
            code if code == name else f"{name} ({code})" for code, name in regions[:MAX_LISTED]
        )
        text = (
            gettext("This country has no such region. It has: %(regions)s")
            if regions
            else gettext("This country has the same holidays everywhere. Leave the region empty.")
        )
        raise ValidationError({"region": text % {"regions": listed}})


class FeedForm(SourceForm):
    """A subscription to an iCalendar feed."""

    kind = SourceKind.FEED
    url = forms.CharField(
        label=_("URL"),
        max_length=1000,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("All-day events close the day. Checked daily."),
    )

    def clean_url(self) -> str:
        url = get_http_url(str(self.cleaned_data["url"]).strip())
        if error := get_destination_error(url):
            raise ValidationError(error)
        return url


class SourceInline(DeskTabularInline):
    """Sources of one kind, with the result of the last check."""

    model = HolidaySource
    kinds: ClassVar[set[SourceKind]]
    readonly_fields = ["state"]

    def get_queryset(self, request: AdminRequest) -> QuerySet[HolidaySource]:
        return super().get_queryset(request).filter(kind__in=self.kinds)

    def state(self, source: HolidaySource) -> str:
        if source.failure:
            since = source.failing_since and date_format(source.failing_since, "DATE_FORMAT")
            return gettext("Failing since %(date)s: %(reason)s Holidays from before are kept.") % {
                "date": since,
                "reason": source.failure,
            }
        if source.checked_at is None or source.known_until is None:
            return gettext("Not checked yet")
        return gettext("Until %(date)s") % {"date": date_format(source.known_until)}

    state.short_description = _("holidays")  # type: ignore[attr-defined]


class YearlyInline(SourceInline):
    form = YearlyForm
    kinds = {SourceKind.YEARLY, SourceKind.WEEKDAY}
    fields = ["name", "month", "day", "nth", "weekday", "state"]
    verbose_name = _("yearly holiday")
    verbose_name_plural = _("own yearly holidays")


class CountryInline(SourceInline):
    form = CountryForm
    kinds = {SourceKind.COUNTRY}
    fields = ["country", "region", "state"]
    verbose_name = _("country")
    verbose_name_plural = _("public holidays of a country or region")


class FeedInline(SourceInline):
    form = FeedForm
    kinds = {SourceKind.FEED}
    fields = ["name", "url", "state"]
    verbose_name = _("iCalendar feed")
    verbose_name_plural = _("holidays of an iCalendar feed")


class ImportedInline(DeskTabularInline):
    """Holidays of the sources from today on, each with a switch."""

    model = Holiday
    fields = ["date", "name", "shown_source", "shown_category", "is_active"]
    readonly_fields = ["date", "name", "shown_source", "shown_category"]
    can_delete = False
    verbose_name_plural = _("imported holidays (clear “closed” to stay open)")

    def get_queryset(self, request: AdminRequest) -> QuerySet[Holiday]:
        coming = super().get_queryset(request).filter(source__isnull=False)
        today = timezone.localdate()
        return coming.filter(date__gte=today, date__year__lte=today.year + 1).select_related(
            "source"
        )

    def has_add_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return False

    def shown_source(self, holiday: Holiday) -> str:
        return str(holiday.source)

    def shown_category(self, holiday: Holiday) -> str:
        if holiday.category in {"", "public"}:
            return gettext("Public holiday") if holiday.category else ""
        return gettext("Observance (%(kind)s)") % {"kind": holiday.category.replace("_", " ")}

    shown_source.short_description = _("source")  # type: ignore[attr-defined]
    shown_category.short_description = _("kind")  # type: ignore[attr-defined]


class VersionInline(RecordsInline):
    """The hours of each version, which past deadlines were calculated with."""

    model = CalendarVersion
    per_page = 10
    fields = ["version", "created_at", "shown_hours"]
    readonly_fields = fields
    verbose_name_plural = _("versions")

    def shown_hours(self, version: CalendarVersion) -> str:
        hours = decode_hours(version.hours)
        windows, breaks = len(hours.windows), len(hours.breaks)
        holidays, exceptions = len(hours.holidays), len(hours.exceptions)
        return " · ".join(
            [
                ngettext("%(count)d opening", "%(count)d openings", windows) % {"count": windows},
                ngettext("%(count)d break", "%(count)d breaks", breaks) % {"count": breaks},
                ngettext("%(count)d holiday", "%(count)d holidays", holidays) % {"count": holidays},
                ngettext("%(count)d exception", "%(count)d exceptions", exceptions)
                % {"count": exceptions},
            ]
        )

    shown_hours.short_description = _("hours")  # type: ignore[attr-defined]
