"""A holiday that a source names, before it is stored. Pure."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from accounts.models.fields import clean_line

MAX_NAME = 80
Day = date  # in a class with a field of that name


class Found(NamedTuple):
    """A date that a source marks as closed. category: of the `holidays` package, or ""."""

    date: date
    name: str
    category: str = ""

    @classmethod
    def make(cls, day: Day, name: str, category: str = "") -> Found:
        """Return a holiday whose name fits its column."""
        return cls(day, clean_line(name.replace("; ", ", "))[:MAX_NAME].strip(), category)
