"""Public holidays of countries and their regions, from the `holidays` package. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import holidays

from sla.holidays.failures import SourceError, SourceProblem
from sla.holidays.found import Found

PUBLIC = "public"
# Extra working days are no holidays, and school holidays close schools only.
LEFT_OUT = {"workday", "school"}


@lru_cache(maxsize=1)
def list_supported() -> dict[str, list[str]]:
    """Return the codes of all supported countries with those of their regions."""
    return dict(holidays.list_supported_countries(include_aliases=False))


@lru_cache(maxsize=64)
def list_regions(country: str) -> list[tuple[str, str]]:
    """Return (code, name) of the regions of a country whose holidays may differ, by name."""
    codes = list_supported().get(country, [])
    if not codes:
        return []
    names = holidays.country_holidays(country).get_subdivision_aliases()
    named = [(code, next(iter(names.get(code, ())), code)) for code in codes]
    return sorted(named, key=lambda region: region[1])


def find_holidays(
    country: str, region: str, years: Iterable[int], *, language: str = ""
) -> list[Found]:
    """Return the holidays of some years, one for each date, in order.

    Observances and holidays of some people only have a category other than PUBLIC; a public holiday
    on the same date comes first. language: of the names, if the package has it. Raises SourceError
    for an unknown country or region.
    """
    if country not in list_supported() or (region and region not in list_supported()[country]):
        place = "-".join(filter(None, (country, region)))
        raise SourceError(SourceProblem.UNKNOWN_COUNTRY, {"place": place})
    known = type(holidays.country_holidays(country))
    found: dict[object, Found] = {}
    for category in _order_categories(known.supported_categories):
        dates = holidays.country_holidays(
            country,
            subdiv=region or None,
            years=list(years),
            language=_find_language(known.supported_languages, language),
            categories=(category,),
        )
        for day, name in dates.items():
            found.setdefault(day, Found.make(day, name, category))
    return sorted(found.values())


def _order_categories(categories: Iterable[str]) -> list[str]:
    used = set(categories) - LEFT_OUT - {PUBLIC}
    return [PUBLIC, *sorted(used)]


def _find_language(supported: Iterable[str], wanted: str) -> str | None:
    """Return the package's language for a language tag; None for the country's own."""
    wanted = wanted.replace("-", "_").lower()
    for matches in (
        lambda one: one.lower() == wanted,
        lambda one: one.lower().partition("_")[0] == wanted.partition("_")[0],
    ):
        if found := next(filter(matches, supported), None):
            return found
    return None
