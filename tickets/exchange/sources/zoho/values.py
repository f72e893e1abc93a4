"""Values of Zoho Desk: rows of its CSV files and objects of its API look the same here. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tickets.exchange.records import read_id
from tickets.exchange.sources.csv_files import Row, name_column
from tickets.exchange.sources.exports import get_dict, get_text
from tickets.exchange.sources.json_files import Item

FORMATS = (
    "%d %b %Y %I:%M %p", "%d %b, %Y %I:%M %p", "%b %d, %Y %I:%M %p", "%d %b %Y %H:%M",
    "%d %b %Y", "%d %b, %Y", "%b %d, %Y",
)  # fmt: skip
_WITHOUT_SECONDS = re.compile(r"T(\d\d:\d\d)\.\d+Z$")
_SLASHES = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})(.*)")
_MENTION = re.compile(r"zsu\[@(?:user|team|ticket):([^\]_]*)[^\]]*\]zsu")
_TAG = re.compile(r"<(?:[a-z][a-z0-9]*)(?:\s[^>]*)?/?>", re.IGNORECASE)
NOTHING = {"", "null", "none", "-", "n/a"}


@dataclass(frozen=True, slots=True)
class Thing:
    """A row or an object. values, titles: by the name of the column or property (name_column)."""

    values: dict[str, Any]
    titles: dict[str, str] = field(default_factory=dict)

    def pick(self, *names: str) -> str:
        """Return the text of the first of these that says something, or ""."""
        for name in names:
            text = get_text(self.values.get(name))
            if text.casefold() not in NOTHING:
                return text
        return ""

    def pick_id(self, *names: str) -> str:
        """Return the first of these that is an ID, or ""."""
        return next(filter(None, (read_id(self.pick(name)) for name in names)), "")

    def pick_time(self, *names: str) -> str:
        """Return the first of these as ISO 8601 if it can be read, or as it is."""
        return read_time(self.pick(*names))

    def inner(self, name: str) -> Thing:
        """Return an object within this one; an empty one if there is none."""
        return make_thing(get_dict(self.values.get(name)))

    def is_true(self, *names: str) -> bool | None:
        """Return what the first of these says that says yes or no; None if none of them does."""
        for name in names:
            text = str(self.values.get(name, "")).strip().casefold()
            if text in {"true", "yes", "1"}:
                return True
            if text in {"false", "no", "0"}:
                return False
        return None


def make_thing(value: dict[str, Any]) -> Thing:
    """Return an object of the API with its properties named like columns."""
    names = {name: name_column(name) for name in value}
    values = {names[name]: each for name, each in value.items()}
    return Thing(values, {names[name]: name for name in value})


def read_thing(found: Row | Item) -> Thing:
    """Return what was read from a CSV or a JSON file."""
    return Thing(found.cells, found.titles) if isinstance(found, Row) else make_thing(found.value)


def read_name(thing: Thing) -> str:
    """Return a person's name, whole or put together."""
    parts = (thing.pick("firstname"), thing.pick("lastname"))
    return thing.pick("fullname", "name", "contactname", "agentname") or " ".join(
        part for part in parts if part
    )


def read_time(text: str) -> str:
    """Return a time as ISO 8601, or the text itself if it can't be read without doubt.

    Of 05/06/2024 nobody knows which is the month, so that stays as it is.
    """
    if fixed := _WITHOUT_SECONDS.sub(r"T\1:00Z", text) if text.endswith("Z") else "":
        return fixed
    if match := _SLASHES.fullmatch(text):
        first, second = int(match[1]), int(match[2])
        if first > 12 >= second or first == second:
            return _read_clock(f"{match[3]}-{second:02}-{first:02}", match[4], text)
        if second > 12 >= first:
            return _read_clock(f"{match[3]}-{first:02}-{second:02}", match[4], text)
        return text
    for form in FORMATS:
        try:
            return datetime.strptime(text, form).isoformat()  # noqa: DTZ007  # as UTC, like all
        except ValueError:
            continue
    return text


def _read_clock(day: str, clock: str, text: str) -> str:
    """Return a day and a time of the day as ISO 8601, or the text that they are from."""
    for form in ("%H:%M:%S", "%H:%M", "%I:%M %p", "%I:%M:%S %p", ""):
        try:
            return datetime.strptime(f"{day}{clock.strip(' ,')}", f"%Y-%m-%d{form}").isoformat()  # noqa: DTZ007  # as above
        except ValueError:
            continue
    return text


def read_body(thing: Thing, *names: str) -> dict[str, str]:
    """Return the text or the HTML of a thread or a comment."""
    content = thing.pick(*names)
    people = {
        mentioned.pick("zuid"): read_name(mentioned) or mentioned.pick("email")
        for mentioned in map(make_thing, filter(None, map(get_dict, _list(thing, "mention"))))
    }
    content = _MENTION.sub(lambda found: f"@{people.get(found[1]) or 'user'}", content)
    kind = thing.pick("contenttype").casefold()
    is_html = "html" in kind if kind else bool(_TAG.search(content))
    if is_html and not _TAG.search(content) and "&" not in content:
        is_html = False
    return {"html": content} if is_html else {"text": content}


def _list(thing: Thing, name: str) -> list[Any]:
    value = thing.values.get(name)
    return value if isinstance(value, list) else []


def list_things(thing: Thing, name: str) -> list[Thing]:
    """Return the objects of a list within an object."""
    return [make_thing(each) for each in _list(thing, name) if isinstance(each, dict)]
