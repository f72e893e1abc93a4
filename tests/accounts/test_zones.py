"""Names of time zones beside a time of day, and as choices of a form."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from accounts.zones import get_zone_name, group_time_zones

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
    assert not {"US/Eastern", "Etc/GMT+3", "EST", "GMT"} & zones
