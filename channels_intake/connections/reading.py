"""Reading of vendors' payloads: only what has the right type, and no character that can't be kept.

Pure. Whatever a payload must have and hasn't raises UnreadableError, with its name for developers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from accounts.models.fields import clean_line, clean_lines
from channels_intake.connections.contract import UnreadableError


def read_object(raw: bytes) -> Mapping[str, Any]:
    """Return the JSON object of a body."""
    try:
        found = json.loads(raw, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise UnreadableError("json") from error
    if not isinstance(found, Mapping):
        raise UnreadableError("object")
    return found


def _refuse(name: str) -> None:
    """Refuse NaN and Infinity: they are no JSON (RFC 8259, 6), and the database takes none."""
    raise ValueError(name)


def get_part(part: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return an object that must be there."""
    found = part.get(name)
    if not isinstance(found, Mapping):
        raise UnreadableError(name)
    return found


def find_part(part: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return an object, or an empty one."""
    found = part.get(name)
    return found if isinstance(found, Mapping) else {}


def list_parts(part: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return the objects of a list, or [] if there is none."""
    found = part.get(name)
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def get_id(part: Mapping[str, Any], name: str) -> str:
    """Return an ID that must be there, a number or a text."""
    if not (found := find_id(part, name)):
        raise UnreadableError(name)
    return found


def find_id(part: Mapping[str, Any], name: str) -> str:
    """Return an ID, a number or a text, or ""."""
    found = part.get(name)
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    return clean_line(found)[:1000] if isinstance(found, str) else ""


def get_text(part: Mapping[str, Any], name: str) -> str:
    """Return a text of one or more lines without control characters, "" for none."""
    found = part.get(name)
    return clean_lines(found) if isinstance(found, str) else ""


def get_line(part: Mapping[str, Any], name: str) -> str:
    """Return a text in one line, "" for none."""
    found = part.get(name)
    return clean_line(found) if isinstance(found, str) else ""


def get_size(part: Mapping[str, Any], name: str) -> int:
    """Return a number of bytes, 0 if it isn't said."""
    found = part.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) and found > 0 else 0


def read_time(value: object) -> datetime:
    """Return a time with its zone, written as in ISO 8601."""
    try:
        found = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise UnreadableError("time")
    return found


def read_unix_time(value: object, *, per_second: int = 1) -> datetime:
    """Return a time given as a number since 1970: of seconds, or of per_second parts of one."""
    try:
        return datetime.fromtimestamp(int(str(value)) / per_second, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UnreadableError("time") from error
