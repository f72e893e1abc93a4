"""Names of time zones beside a time of day, and as choices of a form."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.core.management import call_command
from django.test.html import parse_html
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminSelectWidget

from accounts.admin.fields import AdminTimeZoneSelect
from accounts.places import zones
from accounts.places.zones import (
    TimeZoneField,
    TimeZoneSelect,
    get_zone_name,
    group_time_zones,
)

WINTER = datetime(2026, 1, 15, 12, tzinfo=UTC)
SUMMER = datetime(2026, 7, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "at", "name"),
    [
        ("UTC", WINTER, "UTC"),
        ("America/New_York", WINTER, "EST"),
        ("America/New_York", SUMMER, "EDT"),
        ("Europe/Berlin", SUMMER, "CEST"),
        ("America/Sao_Paulo", WINTER, "UTC-03"),
        ("Asia/Kathmandu", WINTER, "UTC+0545"),
    ],
)
def test_a_zone_is_named_by_letters_or_by_its_distance_to_utc(
    zone: str, at: datetime, name: str
) -> None:
    assert get_zone_name(at.astimezone(ZoneInfo(zone))) == name


def test_each_choice_is_a_zone_under_its_region() -> None:
    groups = group_time_zones()
    assert groups[0] == ("", [("UTC", "UTC")])
    choices = {zone: city for _, zones in groups for zone, city in zones}
    assert choices["America/Sao_Paulo"] == "Sao Paulo"
    for zone in choices:
        assert ZoneInfo(zone).key == zone


def test_old_aliases_are_no_choices() -> None:
    zones = {zone for _, zones in group_time_zones() for zone, _ in zones}
    aliases = {"US/Eastern", "Etc/GMT+3", "EST", "GMT", "Brazil/East", "Canada/Pacific"}
    assert not aliases & zones


class ZoneForm(forms.Form):
    zone = TimeZoneField()


def test_a_stored_alias_stays_chosen_and_valid() -> None:
    """A browser would send the first choice, UTC, if the stored one were missing."""
    shown = str(ZoneForm(initial={"zone": "US/Eastern"})["zone"])
    assert '<option value="US/Eastern" selected>' in shown
    assert "US/Eastern" not in str(ZoneForm(initial={"zone": "UTC"})["zone"])
    assert ZoneForm({"zone": "US/Eastern"}).is_valid()
    assert not ZoneForm({"zone": "Mars/Base"}).is_valid()


def list_zone_fields() -> dict[str, forms.Field]:
    """Return the form fields named time_zone of all forms, by class."""
    call_command("check")  # imports every module that a page needs
    found: list[type[forms.BaseForm]] = [forms.BaseForm]
    for form in found:
        found += [one for one in form.__subclasses__() if one not in found]
    return {
        f"{form.__module__}.{form.__qualname__}": form.base_fields["time_zone"]
        for form in found
        if "time_zone" in getattr(form, "base_fields", {})
    }


def test_every_form_offers_the_same_choices() -> None:
    fields = list_zone_fields()
    names = {name.rpartition(".")[2] for name in fields}
    assert {"ShiftForm", "CalendarForm", "DeskSettingsForm", "CreateDeskForm"} <= names
    others = {name for name, field in fields.items() if not isinstance(field, TimeZoneField)}
    assert others == set()


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(TimeZoneSelect, forms.Select), (AdminTimeZoneSelect, UnfoldAdminSelectWidget)],
)
def test_a_select_of_many_options_is_the_one_of_django(ours: Any, theirs: Any) -> None:
    choices = [("", "Desk's"), *group_time_zones(), ('"><b>', "</select><b>"), ("Pärt", "<i> & ")]
    for value in ("Europe/Berlin", "", '"><b>', None):
        written, expected = (
            widget(attrs={"class": "wide", "required": True}, choices=choices).render("zone", value)
            for widget in (ours, theirs)
        )
        assert isinstance(written, SafeString)
        assert parse_html(written) == parse_html(expected)


def test_the_files_of_the_zones_are_looked_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """There are 600 of them, and a form asks for the names several times."""
    asked = []
    monkeypatch.setattr(zones, "available_timezones", lambda: asked.append(1) or {"UTC", "A/B"})
    zones.list_time_zones.cache_clear()
    try:
        assert TimeZoneField().clean("A/B") == "A/B"
        assert asked == [1]
    finally:
        zones.list_time_zones.cache_clear()
