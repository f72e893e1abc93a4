"""Public holidays of a person's country, from the ``holidays`` package. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """The public holidays of a country, and of one of its states or provinces ("" for neither).

    ``day in PublicHolidays("BR", "SP")`` computes a year when it is first asked for.
    """

    country: str = ""
    subdivision: str = ""

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day in _compute(self.country, self.subdivision, day.year)

    def get_name(self, day: date) -> str:
        """Return the holiday's name, or "" for any other day."""
        return _compute(self.country, self.subdivision, day.year).get(day, "")


NO_HOLIDAYS = PublicHolidays()


@lru_cache(maxsize=512)
def _compute(country: str, subdivision: str, year: int) -> Mapping[date, str]:
    known = list_subdivisions(country)
    if known is None:
        return {}
    found = holidays.country_holidays(
        country, subdiv=subdivision if subdivision in known else None, years=year
    )
    return {day: name for day, name in found.items() if day.year == year}


def list_subdivisions(country: str) -> list[str] | None:
    """Return the codes of a country's states or provinces, or None for an unknown country."""
    return _list_supported().get(country)


@lru_cache(maxsize=1)
def _list_supported() -> dict[str, list[str]]:
    return {
        code: found
        for code, found in holidays.list_supported_countries(include_aliases=False).items()
        if len(code) == 2  # others are codes of former countries and of supranational bodies
    }
