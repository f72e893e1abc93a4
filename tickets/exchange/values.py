"""Reads the properties of a record, and notes what can't be taken. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime

from accounts.models.fields import clean_line, clean_lines
from tickets.exchange.records import Problem, Record, read_id

MAX_SHOWN = 100  # characters of a value in a problem
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
TOLERANCE = timedelta(days=1)  # for clocks and zones; later times are refused


class Values:
    """The properties of one record. at: the time of the import."""

    def __init__(self, kind: str, source_id: str, data: Record, *, at: datetime) -> None:
        self.kind, self.source_id, self.data, self.at = kind, source_id, data, at
        self.problems: list[Problem] = []

    def note(self, code: str, **data: Any) -> None:
        """Note a problem with the record."""
        shown = {
            name: value[:MAX_SHOWN] if isinstance(value, str) else value
            for name, value in data.items()
        }
        self.problems.append(Problem(self.kind, self.source_id, code, shown))

    def line(self, name: str, limit: int, default: str = "") -> str:
        """Return a text on one line; a longer one is cut, which is noted."""
        text = " ".join(clean_line(self._text(name)).split())
        return self._cut(name, text, limit) or default

    def lines(self, name: str, limit: int) -> str:
        """Return a text of several lines; a longer one is cut, which is noted."""
        return self._cut(name, clean_lines(self._text(name)).strip(), limit)

    def id(self, name: str) -> str:
        """Return the ID of another record, or ""."""
        return read_id(self.data.get(name))

    def ids(self, name: str) -> list[str]:
        """Return a list of IDs or words, each once."""
        given = self.data.get(name)
        found = map(read_id, given) if isinstance(given, list) else ()
        return list(dict.fromkeys(filter(None, found)))

    def flag(self, name: str) -> bool:
        return self.data.get(name) is True

    def object(self, name: str) -> Mapping[str, Any]:
        """Return an object, or an empty one."""
        given = self.data.get(name)
        return given if isinstance(given, dict) else {}

    def choice(self, name: str, choices: Collection[str], default: str) -> str:
        """Return one of these words; another one is noted."""
        word = self._text(name).strip()
        if not word:
            return default
        found = {str(each).casefold(): str(each) for each in choices}.get(word.casefold())
        if found is None:
            self.note("bad_value", field=name, value=word)
        return default if found is None else found

    def time(self, name: str, default: datetime) -> datetime:
        """Return a time; an unreadable or a future one is noted and becomes that of the import."""
        return self.find_time(name) or default

    def find_time(self, name: str, *, is_future_allowed: bool = False) -> datetime | None:
        """Return a time as ``time`` does, or None if there is none."""
        given = self.data.get(name)
        if given in (None, ""):
            return None
        found = _parse(given)
        if found is None or found < EARLIEST:
            self.note("bad_date", field=name, value=str(given))
            return self.at
        if found > self.at + TOLERANCE and not is_future_allowed:
            self.note("future_date", field=name, value=str(given))
            return self.at
        return found

    def _text(self, name: str) -> str:
        value = self.data.get(name)
        if value is None or isinstance(value, str):
            return value or ""
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        self.note("bad_value", field=name, value=str(value))
        return ""

    def _cut(self, name: str, text: str, limit: int) -> str:
        if len(text) > limit:
            self.note("cut", field=name, limit=limit)
        return text[:limit].rstrip() if len(text) > limit else text


def _parse(given: Any) -> datetime | None:
    """Read ISO 8601 or seconds since 1970. A time without an offset is in UTC."""
    if isinstance(given, bool) or not isinstance(given, str | int):
        return None
    try:
        if isinstance(given, int):
            return datetime.fromtimestamp(given, tz=UTC)
        text = given.strip()
        found = parse_datetime(text)
        if found is None and (day := parse_date(text)):
            found = datetime(day.year, day.month, day.day)  # noqa: DTZ001 (UTC below)
        if found is None:
            return None
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
