"""What the import of one slice shares: the run, what is known, counts and problems."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from accounts.database.rows import fetch_rows
from accounts.models import Agent, Desk, Role
from tickets.exchange.known import Known
from tickets.exchange.mapping import Mapping
from tickets.exchange.records import Problem, Record, make_digest
from tickets.exchange.source_file import SourceFile
from tickets.exchange.values import Values
from tickets.models import ImportRun

CREATED, UPDATED, UNCHANGED, REFUSED = "created", "updated", "unchanged", "refused"
NEXT = """
SELECT id, phase, key, octet_length(data::text) AS size FROM tickets_importrecord
WHERE run_id = %(run)s AND (phase, key, id) > (%(phase)s, %(key)s, %(id)s)
ORDER BY phase, key, id LIMIT %(limit)s
"""
GROUP = """
SELECT id, phase, key, kind, source_id, octet_length(data::text) AS size FROM tickets_importrecord
WHERE run_id = %(run)s AND phase = %(phase)s AND key = %(key)s AND id > %(id)s ORDER BY id
"""
READ = """
SELECT id, phase, key, kind, source_id, data FROM tickets_importrecord
WHERE run_id = %(run)s AND id = ANY(%(ids)s) ORDER BY phase, key, id
"""
MAX_BYTES = 30_000_000  # of the records in one slice, more if one ticket has more
MAX_TICKET_BYTES = 60_000_000  # of the records of one ticket; what follows is refused unread


class Row(NamedTuple):
    """A staged record. is_beyond: its ticket is too large, so its data wasn't read."""

    id: int
    phase: int
    key: str
    kind: str
    source_id: str
    data: Record
    is_beyond: bool = False


@dataclass
class Slice:
    """The state of one slice. open_file: opens the run's file, for attachments.

    numbers: ticket numbers to use, reserved before the transaction.
    """

    run: ImportRun
    at: datetime
    file: Callable[[], SourceFile]
    numbers: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    stored: list[str] = field(default_factory=list)  # files, to be deleted if the slice fails

    def __post_init__(self) -> None:
        self.mapping = Mapping.from_json(self.run.mapping)
        self.known = Known(self.run)
        self.counts: dict[str, dict[str, int]] = defaultdict(dict)

    @property
    def desk(self) -> Desk:
        return self.run.desk

    @cached_property
    def writer_id(self) -> int | None:
        """The agent whose notes those without a known author become: who started, or an admin."""
        if self.run.agent_id:
            return self.run.agent_id
        active = Agent.objects.filter(desk=self.run.desk_id, is_active=True)
        admins = active.filter(role=Role.ADMIN).order_by("pk")
        return admins.values_list("pk", flat=True).first()

    def read(self, row: Row) -> Values:
        """Return the reader of a record's properties. Pass it to ``keep`` afterwards."""
        return Values(row.kind, row.source_id, row.data, at=self.at)

    def keep(self, values: Values) -> None:
        """Keep the problems of a record."""
        self.problems += values.problems

    def count(self, kind: str, outcome: str) -> None:
        """Count what became of a record."""
        counted = self.counts[kind]
        counted[outcome] = counted.get(outcome, 0) + 1

    def refuse(self, row: Row, code: str, **data: object) -> None:
        """Note that a record isn't imported."""
        self.problems.append(Problem(row.kind, row.source_id, code, data))
        self.count(row.kind, REFUSED)

    def digest(self, row: Row) -> str:
        """Return the digest of a record under the run's mapping."""
        return make_digest(row.kind, row.data, self.mapping.make_digest_part(row.data))


def fetch_next(run: ImportRun, *, limit: int) -> list[Row]:
    """Return the next records of one phase, those of a ticket always together."""
    place = run.cursor or [-1, "", 0]
    given = {"run": run.pk, **dict(zip(("phase", "key", "id"), place, strict=True))}
    found = fetch_rows(NEXT, given | {"limit": limit + 1})
    kept = _limit_bytes([row for row in found if row["phase"] == found[0]["phase"]])[:limit]
    following = found[len(kept)] if len(kept) < len(found) else None
    if following and (following["phase"], following["key"]) == (kept[-1]["phase"], kept[-1]["key"]):
        whole = [row for row in kept if row["key"] != following["key"]]
        if not whole:
            of_group = given | {"phase": following["phase"], "key": following["key"]}
            return _read_group(run, fetch_rows(GROUP, of_group))
        kept = whole
    return _read(run, [row["id"] for row in kept])


def _read_group(run: ImportRun, found: list[dict[str, Any]]) -> list[Row]:
    """Return the records of one ticket: itself, and others up to MAX_TICKET_BYTES."""
    own, total = [row for row in found if row["kind"] == "ticket"][-1:], 0
    sizes = {row["id"]: row["size"] for row in [*own, *found]}
    kept = [pk for pk, size in sizes.items() if (total := total + size) <= MAX_TICKET_BYTES]
    read = {row.id: row for row in _read(run, kept)}
    return [read.get(row["id"]) or _make_beyond(row) for row in found]


def _make_beyond(row: dict[str, Any]) -> Row:
    read = {name: row[name] for name in ("id", "phase", "key", "kind", "source_id")}
    return Row(**read | {"data": {}, "is_beyond": True})


def _limit_bytes(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the first rows up to MAX_BYTES, at least one."""
    total = 0
    for place, row in enumerate(rows):
        total += row["size"]
        if place and total > MAX_BYTES:
            return rows[:place]
    return rows


def fetch_group(run: ImportRun) -> list[Row]:
    """Return the records of the next ticket, or the next record of another kind."""
    rows = fetch_next(run, limit=1)
    return [row for row in rows if row.key == rows[0].key]


def _read(run: ImportRun, ids: list[int]) -> list[Row]:
    # In raw statements, Django leaves JSON as text.
    found = fetch_rows(READ, {"run": run.pk, "ids": ids}) if ids else []
    return [Row(**row | {"data": json.loads(row["data"])}) for row in found]


def last_of_each(rows: Iterable[Row], into: Slice) -> list[Row]:
    """Return the last record of each ID, in the order of the first; other ones are noted.

    Pages of an export may repeat a record as it is. Those that weren't read are noted, too.
    """
    found: dict[tuple[str, str], Row] = {}
    for row in rows:
        if row.is_beyond:
            into.refuse(row, "ticket_too_large", limit=MAX_TICKET_BYTES // 1_000_000)
            continue
        earlier = found.get((row.kind, row.source_id))
        if earlier is not None and earlier.data == row.data:
            into.count(row.kind, UNCHANGED)
        elif earlier is not None:
            into.refuse(row, "duplicate")
        found[row.kind, row.source_id] = row
    return list(found.values())
