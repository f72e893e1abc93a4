"""Ticket numbers in what people paste: references, subjects, sentences and links. Pure."""

from __future__ import annotations

import re

from accounts.models import Desk
from tickets.models.imports import MAX_NUMBER
from tickets.search.characters import fold

MAX_READ = 2_000  # characters; a pasted subject or link is shorter
MAX_NAMED = 20

_LINK = re.compile(
    r"(?:https?://(?P<host>[^/\s:]+)(?::\d+)?)?(?:/(?P<slug>[-\w]+))?"
    r"/(?:agent/tickets|portal/requests)/(?P<number>\d{1,15})(?!\w)"
)
_HASH = re.compile(r"(?<![\w&/])#(\d{1,15})(?!\w)")
_CALLED = re.compile(
    r"\s*(?:ticket|request|case|anfrage|vorgang|demande|solicitud|solicitação|chamado|richiesta)"
    r"\s*(?:no\.?|nr\.?|n[º°o]\.?|number)?\s*[:#]?\s*(\d{1,15})\s*[.:]?\s*"
)
_BETWEEN = r"[-\s#_:.‐‑‒–—−]{0,3}"
_DRESS = r"[\s\[\](){}<>«»\"'.,:;]*"


def find_numbers(desk: Desk, text: str) -> list[int]:
    """Return the numbers of this desk's tickets that a text names, in their order, each once.

    A number alone is not named but searched for (``read_number``).
    """
    text = fold(text[:MAX_READ])
    found = [
        (place.start(), int(place[1]))
        for pattern in (_make_reference(desk), _HASH)
        for place in pattern.finditer(text)
    ]
    found += [
        (link.start(), int(link["number"]))
        for link in _LINK.finditer(text)
        if _leads_here(desk, link["host"] or "", link["slug"] or "")
    ]
    if called := _CALLED.fullmatch(text):
        found.append((0, int(called[1])))
    if (number := read_number(desk, text)) is not None:
        found.append((0, number))
    return list(dict.fromkeys(number for _, number in sorted(found)))[:MAX_NAMED]


def read_number(desk: Desk, text: str) -> int | None:
    """Return the number that is all of a text, with or without the desk's prefix, or None."""
    prefix = re.escape(fold(desk.ticket_prefix))
    whole = re.compile(rf"{_DRESS}#?(?:{prefix}{_BETWEEN})?(\d{{1,15}}){_DRESS}")
    found = whole.fullmatch(fold(text[:MAX_READ]))
    return int(found[1]) if found else None


def list_spellings(text: str) -> list[str]:
    """Return the ways in which the number of another help desk may be stored, for one typed.

    Empty for a text that can't be one: a number has a digit and no blank.
    """
    typed = text.strip().removeprefix("#")
    is_number = len(typed) <= MAX_NUMBER and any(char.isdigit() for char in typed)
    if not is_number or any(char.isspace() for char in typed):
        return []
    return list(dict.fromkeys((typed, f"#{typed}", typed.upper(), typed.lower())))


def _make_reference(desk: Desk) -> re.Pattern[str]:
    prefix = re.escape(fold(desk.ticket_prefix))
    return re.compile(rf"(?<![\w-]){prefix}{_BETWEEN}(\d{{1,15}})(?!\w)")


def _leads_here(desk: Desk, host: str, slug: str) -> bool:
    if slug:
        return slug == desk.slug
    return not host or host == desk.domain
