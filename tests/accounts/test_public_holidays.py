"""Public holidays by country and state, and the names to choose from."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from accounts.places.public_holidays import PublicHolidays, list_subdivisions
from accounts.places.spoken_languages import list_languages


@pytest.mark.parametrize(
    ("country", "subdivision", "day", "is_off"),
    [
        ("BR", "", date(2026, 4, 21), True),  # Tiradentes
        ("BR", "SP", date(2026, 7, 9), True),  # only in São Paulo
        ("BR", "", date(2026, 7, 9), False),
        ("DE", "BY", date(2026, 1, 6), True),
        ("DE", "BE", date(2026, 1, 6), False),
        ("US", "", date(2027, 7, 5), True),  # observed: the 4th is a Sunday
        ("", "", date(2026, 12, 25), False),
        ("XX", "", date(2026, 12, 25), False),
        ("BR", "nowhere", date(2026, 12, 25), True),
    ],
)
def test_a_day_is_a_holiday_of_its_country(
    country: str, subdivision: str, day: date, is_off: bool
) -> None:
    holidays = PublicHolidays(country, subdivision)
    assert (day in holidays) is is_off
    assert bool(holidays.get_name(day)) is is_off


def test_names_are_in_the_readers_language() -> None:
    with translation.override("de"):
        assert ("pt", "Portugiesisch") in list_languages()
    with translation.override("en-xa"):  # a pseudo-locale has no names of its own
        assert ("pt", "Portuguese") in list_languages()


def test_subdivisions_are_those_of_the_country() -> None:
    assert "SP" in (list_subdivisions("BR") or [])
    assert list_subdivisions("XX") is None
