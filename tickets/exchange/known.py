"""Rows that imports made or matched, by their ID in the source, as one slice needs them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Model

from accounts.database.inserts import insert_rows
from accounts.database.rows import fetch_rows
from accounts.models import Account, Agent, Contact, Department
from accounts.models.customers import ERASED_AT
from tickets.models import (
    Attachment,
    FormField,
    ImportedRow,
    ImportRun,
    Message,
    Note,
    Priority,
    Tag,
    Ticket,
    TicketEvent,
)

MODELS: dict[str, type[Model]] = {
    "department": Department,
    "priority": Priority,
    "tag": Tag,
    "field": FormField,
    "agent": Agent,
    "account": Account,
    "contact": Contact,
    "ticket": Ticket,
    "message": Message,
    "note": Note,
    "attachment": Attachment,
    "event": TicketEvent,
    "link": Ticket,  # the links of a ticket
}
# Deleted here, they stay deleted. The others are made again if the file still has them.
STAYS_GONE = frozenset({"ticket", "message", "note", "attachment", "event"})
KEEP_LAST = """
ON CONFLICT (desk_id, source, kind, source_id)
DO UPDATE SET row_id = excluded.row_id, number = excluded.number, digest = excluded.digest
"""
LOAD = """
SELECT source_id, row_id, number, digest FROM tickets_importedrow
WHERE desk_id = %(desk)s AND source = %(source)s AND kind = %(kind)s AND source_id = ANY(%(ids)s)
"""
Key = tuple[str, str]


class Row(NamedTuple):
    """A row that the source's ID stands for, as ImportedRow has it."""

    row_id: int
    number: str
    digest: str


class Known:
    """What the source's IDs stand for. New rows are kept until ``save``."""

    def __init__(self, run: ImportRun) -> None:
        self._run = run
        self._rows: dict[Key, Row] = {}
        self._unsaved: dict[Key, Row] = {}
        self._gone: set[Key] = set()
        self.erased: set[int] = set()  # IDs of contacts

    def load(self, wanted: Iterable[Key]) -> None:
        """Read what is known of these, kind by kind."""
        by_kind: dict[str, set[str]] = defaultdict(set)
        for kind, source_id in wanted:
            key = fold_key(kind, source_id)
            if source_id and key not in self._rows:
                by_kind[kind].add(key[1])
        for kind, ids in by_kind.items():
            self._load_kind(kind, ids)

    def _load_kind(self, kind: str, ids: set[str]) -> None:
        given = {"desk": self._run.desk_id, "source": self._run.source, "kind": kind}
        rows = fetch_rows(LOAD, given | {"ids": list(ids)})
        found = {row["source_id"]: Row(row["row_id"], row["number"], row["digest"]) for row in rows}
        row_ids = {row.row_id for row in found.values()}
        present = set(_list_present(kind, row_ids))
        for source_id, row in found.items():
            if row.row_id in present:
                self._rows[kind, source_id] = row
            elif kind in STAYS_GONE:
                self._gone.add((kind, source_id))
        if kind == "contact":
            erased = Contact.objects.filter(pk__in=row_ids, email__endswith=ERASED_AT)
            self.erased |= set(erased.values_list("pk", flat=True))

    def get_id(self, kind: str, source_id: str) -> int | None:
        """Return the ID of our row, or None."""
        row = self._rows.get(fold_key(kind, source_id))
        return row.row_id if row else None

    def is_gone(self, kind: str, source_id: str) -> bool:
        """Return True for what was imported once and was deleted here."""
        return fold_key(kind, source_id) in self._gone

    def has_changed(self, kind: str, source_id: str, digest: str) -> bool:
        """Return True unless the record was imported just like this."""
        row = self._rows.get(fold_key(kind, source_id))
        return row is None or row.digest != digest

    def put(self, kind: str, source_id: str, row_id: int, digest: str, number: str = "") -> None:
        """Keep what a record stands for."""
        key, row = fold_key(kind, source_id), Row(row_id, number, digest)
        self._rows[key] = self._unsaved[key] = row

    def save(self) -> None:
        """Write the new and changed rows."""
        of_run = {"desk_id": self._run.desk_id, "source": self._run.source}
        written = [
            of_run | {"kind": kind, "source_id": source_id} | row._asdict()
            for (kind, source_id), row in self._unsaved.items()
        ]
        insert_rows(ImportedRow, written, KEEP_LAST)
        self._unsaved = {}


def _list_present(kind: str, row_ids: set[int]) -> Iterable[int]:
    rows: Any = MODELS[kind]._base_manager
    return rows.filter(pk__in=row_ids).values_list("pk", flat=True) if row_ids else ()


def fold_key(kind: str, source_id: str) -> Key:
    """Return a kind and an ID as they are kept: one like an email address as its hash.

    So it outlives an erasure, and an address is the same however it is written.
    """
    if "@" not in source_id:
        return kind, source_id
    return kind, "sha256:" + hashlib.sha256(source_id.casefold().encode()).hexdigest()
