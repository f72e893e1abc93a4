"""Names of time zones: beside a time of day, and as choices of a form."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

# Folders of old aliases, such as US/Eastern for America/New_York, and of fixed offsets.
_ALIASES = {"Brazil", "Canada", "Chile", "Etc", "Mexico", "SystemV", "US", "posix", "right"}


def get_zone_name(local: datetime) -> str:
    """Return the zone of an aware time: "EST", or "UTC-03" if it has no letters (São Paulo)."""
    name = local.tzname() or ""
    return name if name[:1].isalpha() else f"UTC{name}"


@cache
def list_time_zones() -> frozenset[str]:
    """Return the names of all time zones. Python looks into 600 files for them, each time."""
    return frozenset(available_timezones())


def group_time_zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return choices for a select: UTC, then each region with its cities, without old aliases."""
    regions: dict[str, list[tuple[str, str]]] = {}
    for zone in sorted(list_time_zones()):
        region, _, city = zone.partition("/")
        if city and region not in _ALIASES:
            regions.setdefault(region, []).append((zone, city.replace("_", " ")))
    return [("", [("UTC", "UTC")]), *regions.items()]


class ManyOptions:
    """Mixin for select widgets: writes the options itself, where Django renders two templates each.

    A page with nine selects of 400 zones rendered 8,000 templates, for most of its time.
    """

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any) -> SafeString:
        select = context["widget"]
        options = "".join(_write_options(name, each) for name, each, _ in select["optgroups"])
        without = context | {"widget": select | {"optgroups": []}}
        rendered = super()._render(template_name, without, renderer)  # type: ignore[misc]
        # Values are escaped, so only the tag itself reads like this.
        whole = rendered.replace("</select>", f"{options}</select>")
        return mark_safe(whole)  # noqa: S308 (all parts are escaped)


def _write_options(group: str | None, options: list[dict[str, Any]]) -> SafeString:
    written = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (option["value"], " selected" if option["selected"] else "", option["label"])
            for option in options
        ),
    )
    return format_html('<optgroup label="{}">{}</optgroup>', group, written) if group else written


class TimeZoneSelect(ManyOptions, forms.Select):
    """A select of a page outside of the admin site."""


class TimeZoneField(forms.ChoiceField):
    """A time zone, chosen from the cities of each region.

    empty_label: the choice of none, for an optional field. A stored zone that is not in the list
    (an old alias, such as US/Eastern) stays a choice, so that saving a form never changes it.
    """

    widget = TimeZoneSelect

    def __init__(self, *, empty_label: Any = None, **kwargs: Any) -> None:
        self.empty_label = empty_label
        super().__init__(choices=self._list_choices, **kwargs)

    def _list_choices(self) -> list[Any]:
        none = [] if self.empty_label is None else [("", self.empty_label)]
        return [*none, *group_time_zones()]

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        """Offer the form's initial value as well."""
        stored = form.get_initial_for_field(self, field_name)
        if stored and not super().valid_value(stored):
            self.choices = [*self._list_choices(), (stored, stored)]
        return super().get_bound_field(form, field_name)

    def valid_value(self, value: Any) -> bool:
        return super().valid_value(value) or value in list_time_zones()
