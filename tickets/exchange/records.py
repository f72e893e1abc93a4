"""Neutral records: their kinds, the order in which they are imported, and cleaning. Pure."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tickets.models.imports import MAX_SOURCE_ID

MAX_DEPTH = 6  # of lists and objects within a record
MAX_RECORD_CHARS = 4_000_000  # of one line; a longer one is a problem, not a record

# Records of a phase may refer to those of earlier phases, and tickets' own links follow at the end.
PHASES = {
    "department": 0,
    "priority": 0,
    "tag": 0,
    "field": 0,
    "agent": 1,
    "account": 2,
    "contact": 3,
    "ticket": 4,
    "message": 4,
    "note": 4,
    "attachment": 4,
    "event": 4,
    "link": 5,
}
OF_TICKET = ("message", "note", "attachment", "event")
TICKETS, LINKS = 4, 5
LINK_FIELDS = ("follow_up_of", "merged_into", "links")

Record = dict[str, Any]
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Problem:
    """A record, or a part of it, that isn't taken. code: of tickets/exchange/problems.py."""

    kind: str
    source_id: str
    code: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Staged:
    """A record with its place in the import."""

    phase: int
    key: str
    kind: str
    source_id: str
    data: Record


def stage(record: object) -> Iterator[Staged | Problem]:
    """Check the shape of what a reader found, and yield it as records to import, or as a problem.

    The links of a ticket become a record of their own, imported once all tickets are there.
    """
    if not isinstance(record, dict):
        yield Problem("", "", "not_an_object")
        return
    kind, source_id = str(record.get("kind", ""))[:12], read_id(record.get("id"))
    if kind not in PHASES or kind == "link":
        yield Problem(kind, source_id, "unknown_kind", {"kind": kind})
        return
    if not source_id:
        yield Problem(kind, "", "no_id")
        return
    if _measure_depth(record) > MAX_DEPTH:
        yield Problem(kind, source_id, "too_deep")
        return
    yield from _place(kind, source_id, clean(record))


def _place(kind: str, source_id: str, record: Record) -> Iterator[Staged | Problem]:
    ticket_id = source_id if kind == "ticket" else read_id(record.get("ticket"))
    if kind in OF_TICKET and not ticket_id:
        yield Problem(kind, source_id, "no_ticket")
        return
    phase = PHASES[kind]
    data = {name: value for name, value in record.items() if name not in {"kind", "id"}}
    if kind == "ticket":
        links = {name: data.pop(name) for name in LINK_FIELDS if data.get(name)}
        if links:
            data["is_merged"] = bool(links.get("merged_into"))
            yield Staged(LINKS, sort_key(source_id), "link", source_id, links)
    yield Staged(
        phase, sort_key(ticket_id if phase == TICKETS else source_id), kind, source_id, data
    )


def read_id(value: object) -> str:
    """Return an ID as text: numbers and texts are the same. "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = _UNSTORABLE.sub("", str(value)).strip()
    return text if len(text) <= MAX_SOURCE_ID else ""


def sort_key(source_id: str) -> str:
    """Return the key that sorts IDs: numbers by value, so that tickets keep their order."""
    return source_id.zfill(20) if source_id.isascii() and source_id.isdigit() else source_id


def clean(value: Any) -> Any:
    """Return JSON without the characters that PostgreSQL can't store."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("", value)
    if isinstance(value, dict):
        return {_UNSTORABLE.sub("", str(name)): clean(item) for name, item in value.items()}
    if isinstance(value, list):
        return [clean(item) for item in value]
    is_plain = value is None or isinstance(value, bool | int)
    return value if is_plain or (isinstance(value, float) and math.isfinite(value)) else str(value)


def make_digest(kind: str, data: Record, *more: str) -> str:
    """Return the hash by which a record that hasn't changed is known.

    more: what besides the record decides what becomes of it, such as the run's mapping.
    """
    said = json.dumps([kind, data, *more], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def measure_size(value: object, depth: int = 0) -> int:
    """Return about how many characters a record has, without what is nested too deeply."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, int):
        return 1 + value.bit_length() // 3
    if depth > MAX_DEPTH or not isinstance(value, dict | list):
        return 1
    items = (*value, *value.values()) if isinstance(value, dict) else value
    return sum((measure_size(item, depth + 1) for item in items), start=10)


def _measure_depth(value: object, depth: int = 0) -> int:
    """Return the depth of nesting, looking no deeper than one level beyond MAX_DEPTH."""
    if depth > MAX_DEPTH or not isinstance(value, dict | list):
        return depth
    items = value.values() if isinstance(value, dict) else value
    return max((_measure_depth(item, depth + 1) for item in items), default=depth)
