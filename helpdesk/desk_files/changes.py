"""Changes between two states of a desk's configuration, in words. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

Shown = dict[str, dict[tuple[Any, ...], dict[str, Any]]]
LONGEST = 200  # characters of a value in a sentence


@dataclass(frozen=True)
class FieldChange:
    """A value that changes, or is set if there was none. Values are JSON."""

    field: str
    before: Any
    after: Any

    def __str__(self) -> str:
        if self.before is None:
            return f"{self.field}: {shorten(self.after)}"
        values = {
            "field": self.field,
            "before": shorten(self.before),
            "after": shorten(self.after),
        }
        return _("%(field)s: %(before)s becomes %(after)s") % values


@dataclass(frozen=True)
class Change:
    """A row that is added, changed, moved or removed. action: "added" and so on."""

    section: str
    name: str
    action: str
    fields: tuple[FieldChange, ...] = ()

    def __str__(self) -> str:
        sentences = {
            "added": _("%(section)s: “%(name)s” is added"),
            "changed": _("%(section)s: “%(name)s” changes"),
            "renamed": _("%(section)s: “%(name)s” is renamed"),
            "moved": _("%(section)s: the order changes to %(name)s"),
            "removed": _("%(section)s: “%(name)s” is removed"),
        }
        return sentences[self.action] % {"section": self.section, "name": self.name}


def shorten(value: Any) -> str:
    """Return a value as JSON, cut if it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def list_changes(before: Shown, after: Shown, renamed: dict[str, dict[Any, Any]]) -> list[Change]:
    """Return what differs, by section.

    renamed: the new key by the old one, by section.
    """
    found: list[Change] = []
    for section, rows in after.items():
        was = _rename(before.get(section, {}), renamed.get(section, {}))
        found += _list_section(section, was, rows)
        found += _list_moves(section, was, rows)
    return found


def _rename(rows: dict[Any, Any], renamed: dict[Any, Any]) -> dict[Any, Any]:
    return {renamed.get(key, key): row for key, row in rows.items()}


def _list_section(section: str, was: dict[Any, Any], now: dict[Any, Any]) -> Iterator[Change]:
    for key, row in now.items():
        if key not in was:
            yield Change(section, name_key(key), "added", _compare({}, row))
        elif fields := _compare(was[key], row):
            is_renamed = any(each.field == "name" for each in fields)
            yield Change(section, name_key(key), "renamed" if is_renamed else "changed", fields)
    for key in was:
        if key not in now:
            yield Change(section, name_key(key), "removed")


def _compare(was: dict[str, Any], now: dict[str, Any]) -> tuple[FieldChange, ...]:
    names = [name for name in {**now, **was} if was.get(name) != now.get(name)]
    return tuple(FieldChange(name, was.get(name), now.get(name)) for name in names)


def _list_moves(section: str, was: dict[Any, Any], now: dict[Any, Any]) -> Iterator[Change]:
    """Say that rows which stay have another order."""
    stay = [key for key in was if key in now]
    order = [key for key in now if key in was]
    if stay != order:
        yield Change(section, ", ".join(name_key(key) for key in order), "moved")


def name_key(key: tuple[Any, ...]) -> str:
    """Return the name of a row for people."""
    return " / ".join(str(part) for part in key if part not in ("", None))
