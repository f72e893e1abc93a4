"""Holidays of countries and of a desk's own rules, by year."""

from datetime import date

import pytest

from sla.holidays.countries import find_holidays, list_regions, list_supported
from sla.holidays.failures import SourceError
from sla.holidays.recurring import LAST, find_nth_weekday, find_yearly


def names(country: str, region: str = "", language: str = "") -> dict[date, tuple[str, str]]:
    found = find_holidays(country, region, [2026], language=language)
    return {one.date: (one.name, one.category) for one in found}


def test_public_holidays_and_observances_are_told_apart() -> None:
    brazil = names("BR", language="en")
    assert brazil[date(2026, 4, 21)] == ("Tiradentes' Day", "public")
    assert brazil[date(2026, 2, 17)] == ("Carnival", "optional")


def test_names_are_in_the_language_of_the_desk_if_the_package_has_it() -> None:
    assert names("BR", language="pt-br")[date(2026, 4, 21)][0] == "Tiradentes"
    assert names("DE", language="de")[date(2026, 10, 3)][0] == "Tag der Deutschen Einheit"
    assert names("DE", language="en")[date(2026, 10, 3)][0] == "German Unity Day"
    assert names("DE", language="xx") == names("DE")


def test_a_region_adds_its_own() -> None:
    epiphany = date(2026, 1, 6)
    assert epiphany not in names("DE", "BE")
    assert epiphany in names("DE", "BY")


def test_a_date_with_two_holidays_comes_once_and_the_public_one_first() -> None:
    for country in ("DE", "US", "GB", "IN", "CH", "TH"):
        dates = [one.date for one in find_holidays(country, "", [2026, 2027])]
        assert dates == sorted(set(dates))
    assert names("US")[date(2026, 12, 25)] == ("Christmas Day", "public")


def test_working_days_and_school_holidays_are_left_out() -> None:
    for country in ("CN", "DE", "HU"):
        categories = {one.category for one in find_holidays(country, "", [2026])}
        assert not categories & {"workday", "school"}


@pytest.mark.parametrize(("country", "region"), [("XX", ""), ("", ""), ("DE", "SP")])
def test_an_unknown_place_is_refused(country: str, region: str) -> None:
    with pytest.raises(SourceError, match="No public holidays are known"):
        find_holidays(country, region, [2026])


def test_regions_are_listed_by_name() -> None:
    assert list_regions("DE")[0] == ("Augsburg", "Augsburg")
    assert ("BY", "Bayern") in list_regions("DE")
    assert list_regions("XX") == []
    assert {"BR", "DE", "US"} <= set(list_supported())


def test_a_yearly_date_skips_years_without_it() -> None:
    found = find_yearly("Leap day", 2, 29, range(2026, 2030))
    assert [one.date for one in found] == [date(2028, 2, 29)]
    assert [one.date.year for one in find_yearly("Founders' day", 7, 1, range(2026, 2029))] == [
        2026,
        2027,
        2028,
    ]


@pytest.mark.parametrize(
    ("month", "weekday", "nth", "expected"),
    [
        (11, 3, 4, date(2026, 11, 26)),  # Thanksgiving
        (5, 0, LAST, date(2026, 5, 25)),  # Memorial Day
        (2, 6, LAST, date(2026, 2, 22)),
        (3, 6, 1, date(2026, 3, 1)),
        (8, 0, LAST, date(2026, 8, 31)),
    ],
)
def test_a_weekday_of_a_month(month: int, weekday: int, nth: int, expected: date) -> None:
    assert [one.date for one in find_nth_weekday("Day", month, weekday, nth, [2026])] == [expected]
