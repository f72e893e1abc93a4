"""The JSON of customer cards. Pure.

A response is an object with a list of components, each an object with a type::

    {"components": [
      {"type": "text", "label": "Contract", "text": "Renews in March"},
      {"type": "number", "label": "Seats", "value": 250},
      {"type": "badge", "label": "Health", "text": "At risk", "tone": "red"},
      {"type": "link", "label": "Invoices", "url": "https://billing.example.com/acme"},
      {"type": "table", "columns": ["Server", "Version"], "rows": [["chat-1", "6.2"]]}
    ]}

Anything else is refused as a whole, with the place of the first fault: a card that silently drops
a line would be trusted although it is wrong.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.sentences import CodedError
from accounts.texts import strip_direction_controls

MAX_BODY = 64 * 1024  # bytes
MAX_COMPONENTS = 20
MAX_COLUMNS = 5
MAX_ROWS = 10
MAX_LABEL = 60  # characters
MAX_TEXT = 500
MAX_URL = 2000
_UNSHOWN = re.compile("[\x00\ud800-\udfff]")  # half a character can't be sent to a browser
TONES = ("", "green", "blue", "amber", "red")


class Kind(StrEnum):
    """Types of components."""

    TEXT = "text"
    NUMBER = "number"
    BADGE = "badge"
    LINK = "link"
    TABLE = "table"


class Fault(StrEnum):
    """Faults of a response."""

    NOT_JSON = "not_json"
    NO_COMPONENTS = "no_components"
    TOO_MANY = "too_many"
    UNKNOWN_TYPE = "unknown_type"
    BAD_TEXT = "bad_text"
    BAD_NUMBER = "bad_number"
    BAD_TONE = "bad_tone"
    BAD_URL = "bad_url"
    BAD_TABLE = "bad_table"


SENTENCES: dict[str, Promise] = {
    Fault.NOT_JSON: _("The response isn't JSON."),
    Fault.NO_COMPONENTS: _("The response has no list of components."),
    Fault.TOO_MANY: _("The response has more than %(limit)s components."),
    Fault.UNKNOWN_TYPE: _("Component %(place)s has an unknown type."),
    Fault.BAD_TEXT: _(
        "Component %(place)s: %(field)s must be a string of 1 to %(limit)s characters."
    ),
    Fault.BAD_NUMBER: _("Component %(place)s: %(field)s isn't a number."),
    Fault.BAD_TONE: _("Component %(place)s: %(field)s isn't a known color."),
    Fault.BAD_URL: _("Component %(place)s: %(field)s isn't a valid URL."),
    Fault.BAD_TABLE: _(
        "Component %(place)s: %(field)s must be a list of up to %(limit)s items of equal length."
    ),
}


class ContractError(CodedError):
    """The response isn't a card. place: of the component, from 1; 0 for the whole. field: its key.

    limit: the number that was exceeded, or 0.
    """

    sentences = SENTENCES

    def __init__(self, fault: Fault, *, place: int = 0, field: str = "", limit: int = 0) -> None:
        super().__init__(fault, {"place": place, "field": field, "limit": limit})


@dataclass(frozen=True, slots=True)
class Component:
    """A line of a card. text: also a number, as it was sent. columns, rows: of a table."""

    kind: Kind
    label: str = ""
    text: str = ""
    tone: str = ""
    url: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def parse_card(body: bytes) -> tuple[Component, ...]:
    """Return the components of a response. Raises ContractError."""
    try:
        found = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):  # a UnicodeDecodeError is a ValueError
        raise ContractError(Fault.NOT_JSON) from None
    components = found.get("components") if isinstance(found, dict) else None
    if not isinstance(components, list):
        raise ContractError(Fault.NO_COMPONENTS)
    if len(components) > MAX_COMPONENTS:
        raise ContractError(Fault.TOO_MANY, limit=MAX_COMPONENTS)
    return tuple(_parse(one, place) for place, one in enumerate(components, 1))


def _parse(found: Any, place: int) -> Component:
    kind = found.get("type") if isinstance(found, dict) else None
    if kind not in list(Kind):
        raise ContractError(Fault.UNKNOWN_TYPE, place=place, field="type")
    parse = {
        Kind.TEXT: _parse_text,
        Kind.NUMBER: _parse_number,
        Kind.BADGE: _parse_badge,
        Kind.LINK: _parse_link,
        Kind.TABLE: _parse_table,
    }[Kind(kind)]
    return parse(found, place)


def _parse_text(found: dict[str, Any], place: int) -> Component:
    text = _get_text(found, "text", place, limit=MAX_TEXT)
    return Component(Kind.TEXT, _get_label(found, place), text)


def _parse_number(found: dict[str, Any], place: int) -> Component:
    value = found.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ContractError(Fault.BAD_NUMBER, place=place, field="value")
    if abs(value) > 10**15 or not math.isfinite(value):  # isfinite raises for a huge int
        raise ContractError(Fault.BAD_NUMBER, place=place, field="value")
    return Component(Kind.NUMBER, _get_label(found, place), str(value))


def _parse_badge(found: dict[str, Any], place: int) -> Component:
    tone = found.get("tone", "")
    if tone not in TONES:
        raise ContractError(Fault.BAD_TONE, place=place, field="tone")
    text = _get_text(found, "text", place, limit=MAX_LABEL)
    return Component(Kind.BADGE, _get_label(found, place), text, tone)


def _parse_link(found: dict[str, Any], place: int) -> Component:
    url = _get_text(found, "url", place, limit=MAX_URL)
    try:
        parts = urlsplit(url)
        is_fine = parts.scheme in ("https", "http") and parts.hostname and not parts.username
    except ValueError:
        is_fine = False
    if not is_fine:
        raise ContractError(Fault.BAD_URL, place=place, field="url")
    label = _get_text(found, "label", place, limit=MAX_LABEL)
    return Component(Kind.LINK, label, url=url)


def _parse_table(found: dict[str, Any], place: int) -> Component:
    columns, rows = found.get("columns"), found.get("rows")
    if not isinstance(columns, list) or not 0 < len(columns) <= MAX_COLUMNS:
        raise ContractError(Fault.BAD_TABLE, place=place, field="columns", limit=MAX_COLUMNS)
    if not isinstance(rows, list) or len(rows) > MAX_ROWS:
        raise ContractError(Fault.BAD_TABLE, place=place, field="rows", limit=MAX_ROWS)
    for row in rows:
        if not isinstance(row, list) or len(row) != len(columns):
            raise ContractError(Fault.BAD_TABLE, place=place, field="rows", limit=MAX_ROWS)
    return Component(
        Kind.TABLE,
        _get_label(found, place),
        columns=tuple(_check_text(one, "columns", place, limit=MAX_LABEL) for one in columns),
        rows=tuple(
            tuple(_check_text(one, "rows", place, limit=MAX_TEXT, may_be_empty=True) for one in row)
            for row in rows
        ),
    )


def _get_label(found: dict[str, Any], place: int) -> str:
    if "label" not in found:
        return ""
    return _check_text(found["label"], "label", place, limit=MAX_LABEL, may_be_empty=True)


def _get_text(found: dict[str, Any], key: str, place: int, *, limit: int) -> str:
    return _check_text(found.get(key), key, place, limit=limit)


def _check_text(value: Any, key: str, place: int, *, limit: int, may_be_empty: bool = False) -> str:
    """Return a text without surrounding space and direction overrides. Raises ContractError."""
    if not isinstance(value, str):
        raise ContractError(Fault.BAD_TEXT, place=place, field=key, limit=limit)
    text = strip_direction_controls(value).strip()
    if len(text) > limit or _UNSHOWN.search(text) or not (text or may_be_empty):
        raise ContractError(Fault.BAD_TEXT, place=place, field=key, limit=limit)
    return text
