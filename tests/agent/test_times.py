"""Times, spans and initials as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from accounts.models import Desk
from accounts.places.languages import use_locale
from helpdesk.shared.avatars import get_initials, get_tone
from helpdesk.shared.wording.times import (
    format_age,
    format_datetime,
    format_elapsed,
    format_full_datetime,
    format_timespan,
    format_title,
    remember_titles,
)
from helpdesk.templatetags.ui import tone
from sla.durations import format_duration
from tests.cast import NOON


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=-5), "now"),
        (timedelta(seconds=59), "now"),
        (timedelta(minutes=59), "59m"),
        (timedelta(hours=23), "23h"),
        (timedelta(days=6, hours=23), "6d"),
        (timedelta(days=8), "Nov 10"),
        (timedelta(days=400), "Oct 14, 2025"),
    ],
)
def test_an_age_is_short(ago: timedelta, words: str) -> None:
    assert format_age(NOON - ago, now=NOON) == words


def test_what_lasts_for_weeks_is_told_in_days() -> None:
    assert format_elapsed(NOON, now=NOON) == "now"
    assert format_elapsed(NOON - timedelta(hours=5), now=NOON) == "5h"
    assert format_elapsed(NOON - timedelta(days=20), now=NOON) == "20d"


def test_a_moment_is_told_in_the_desks_time_zone() -> None:
    with timezone.override("America/Sao_Paulo"):
        assert format_datetime(NOON) == "Wed, Nov 18, 10:00 AM"


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("America/Sao_Paulo", "Wednesday, November 18, 2026, 10:00 AM UTC-03"),
        ("America/New_York", "Wednesday, November 18, 2026, 8:00 AM EST"),
        ("UTC", "Wednesday, November 18, 2026, 1:00 PM UTC"),
    ],
)
def test_a_zone_without_a_name_is_told_by_its_distance_from_utc(zone: str, words: str) -> None:
    with timezone.override(zone):
        assert format_full_datetime(NOON) == words


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("America/Sao_Paulo", "Wednesday, November 18, 2026, 10:00 AM UTC-03"),
        ("Europe/Berlin", "Wednesday, November 18, 2026, 2:00 PM CET (10:00 AM UTC-03)"),
        (
            "Pacific/Auckland",
            "Thursday, November 19, 2026, 2:00 AM NZDT (Wed, Nov 18, 10:00 AM UTC-03)",
        ),
    ],
)
def test_a_title_shows_the_desks_time_too_if_the_reader_is_elsewhere(zone: str, words: str) -> None:
    desk = Desk(time_zone="America/Sao_Paulo")
    with use_locale(language="en", time_zone=zone, desk=desk):
        assert format_title(NOON) == words


def test_texts_are_remembered_per_language_and_zone() -> None:
    with translation.override("de"):
        german = format_datetime(NOON)
    with timezone.override("Asia/Tokyo"):
        assert format_datetime(NOON) == "Wed, Nov 18, 10:00 PM"
    assert format_datetime(NOON) == "Wed, Nov 18, 1:00 PM"
    assert german not in {format_datetime(NOON), ""}


@pytest.mark.parametrize(
    ("span", "words"),
    [(30, "1m"), (3600, "1h"), (3660, "1h 1m"), (90_000, "1d 1h"), (-120, "2m")],
)
def test_a_span_is_told_without_its_sign(span: int, words: str) -> None:
    assert format_timespan(timedelta(seconds=span)) == words


@pytest.mark.parametrize(
    ("minutes", "words"), [(45, "45m"), (480, "8h"), (90, "1h 30m"), (2880, "48h")]
)
def test_promised_hours_never_become_days(minutes: int, words: str) -> None:
    assert format_duration(minutes) == words


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Ana Souza", "AS"),
        ("ana", "A"),
        ("Ana de Souza Lima", "AL"),
        ("j.doe@x.example", "JD"),
        ("", "?"),
        ("…", "?"),
    ],
)
def test_initials(name: str, initials: str) -> None:
    assert get_initials(name) == initials


def test_a_name_has_one_colour_in_lists_and_templates() -> None:
    assert get_tone("Ana Souza") == str(tone("Ana Souza"))


def test_cached_titles_are_those_of_the_current_reader() -> None:
    at = datetime(2026, 11, 26, 8, 45, 59, tzinfo=UTC)
    for language in ("en", "de", "en"):
        for zone in ("UTC", "America/Sao_Paulo"):
            with translation.override(language), timezone.override(zone):
                get_title = remember_titles()
                assert get_title(at) == format_title(at) == get_title(at)
