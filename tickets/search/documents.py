"""Write the search documents of tickets, in the transaction that writes a text.

Services add each new text to the ticket's document. Where a text or a name changes later, triggers
mark the ticket (SearchRefresh), whatever changed it: a service, the admin, a CRM pull or an
erasure. ``refresh`` rebuilds the documents of marked tickets, every minute and before an erasure
commits.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import partial
from itertools import chain
from operator import itemgetter
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Coalesce, Left

from accounts.database.rows import prepared_cursor
from tickets.changes import Change
from tickets.models import (
    RECORD_FIELDS,
    SUMMARY_FIELDS,
    Attachment,
    Message,
    Note,
    SearchDocument,
    SearchRefresh,
    Ticket,
    TicketSummary,
    TroubleshootingRecord,
)
from tickets.search.side_texts import read_sides
from tickets.search.spaces import NAMES, NOTES, get_desk_space
from tickets.search.vectors import MAX_CHARS, Text, write_vectors
from tickets.search.words import VERSION
from tickets.writes import Write, run_writes

BATCH = 100  # tickets that stay locked together, and documents of one statement
Entry = tuple[bool, int, int, int, datetime, str]  # is_note, ID, ticket, desk, time, text
MAX_DOCUMENT_WORDS = 4_000  # different ones: each new text writes its document's index again

# The last document takes the text, or a new one if that would be too long.
ADD = """
last_document AS (
  SELECT part + (length(document) + %(document_size)s > %(document_max)s)::integer AS part
  FROM tickets_searchdocument WHERE ticket_id = %(document_ticket)s ORDER BY part DESC LIMIT 1
), document AS (
  INSERT INTO tickets_searchdocument AS d (desk_id, ticket_id, number, part, version, document)
  SELECT %(document_desk)s, %(document_ticket)s, number,
    coalesce((SELECT part FROM last_document), 1), %(document_version)s,
    search_blocks(%(document_desk)s, number)
      || %(document_head)s::tsvector || %(document_words)s::tsvector
  FROM (SELECT {number} AS number) ticket
  ON CONFLICT (ticket_id, part) DO UPDATE SET document = d.document || %(document_words)s::tsvector
  RETURNING desk_id, ticket_id, part > 1 AND xmax = 0 AS is_without_head
), marked_document AS (
  INSERT INTO tickets_searchrefresh (desk_id, ticket_id)
  SELECT desk_id, ticket_id FROM document WHERE is_without_head
)
"""
ADD_FIRST = ADD.format(number="(SELECT last FROM numbered)")  # as in tickets/services/sql.py
ADD_NEXT = ADD.format(number="%(document_number)s::bigint")
MARK_OUTDATED = """
INSERT INTO tickets_searchrefresh (desk_id, ticket_id)
SELECT t.desk_id, t.id FROM tickets_ticket t WHERE t.desk_id = %(desk)s
  AND NOT EXISTS (SELECT FROM tickets_searchrefresh r WHERE r.ticket_id = t.id)
  AND NOT EXISTS (SELECT FROM tickets_searchdocument d
                  WHERE d.ticket_id = t.id AND d.part = 1 AND d.version = %(version)s)
"""
INSERT = """
INSERT INTO tickets_searchdocument (desk_id, ticket_id, number, part, version, document)
SELECT desk_id, ticket_id, number, part, %(version)s::integer,
  search_blocks(desk_id, number) || head::tsvector || words::tsvector
FROM json_to_recordset(%(documents)s::text::json) AS given(
  desk_id bigint, ticket_id bigint, number bigint, part integer, head text, words text
) ORDER BY ticket_id, part
"""


def add_to_search(
    change: Change, text: str, files: Iterable[str], *, is_note: bool = False
) -> None:
    """Add a text, with the names of its files, to the document of a change's ticket."""
    ticket = change.ticket
    # Only a new ticket has everything loaded that belongs at the head of its document.
    is_new = ticket._state.adding
    first, *others = write_vectors(_list_texts(ticket.desk_id, text, files, is_note=is_note)) or [
        ""
    ]
    given: dict[str, Any] = {
        "document_desk": ticket.desk_id,
        "document_ticket": ticket.pk,
        "document_version": VERSION,
        "document_max": MAX_DOCUMENT_WORDS,
        "document_head": _write_head(ticket) if is_new else "",
    }
    if not is_new:
        given["document_number"] = ticket.number
    add, given = ADD_FIRST if is_new else ADD_NEXT, given | _describe(first)
    then = partial(_add_rest, ticket, given, others) if others else None
    change.write(Write(add, given, then=then, is_begun=bool(others)))


def _describe(words: str) -> dict[str, Any]:
    return {"document_words": words, "document_size": words.count("'") // 2}


def _add_rest(
    ticket: Ticket, given: dict[str, Any], others: Sequence[str], row: dict[str, Any]
) -> None:
    """Add the rest of a text that is too long for one document, in documents without a head."""
    for words in others:
        given |= _describe(words) | {"document_number": ticket.number}
        run_writes([Write(ADD_NEXT, given)])
    SearchRefresh.objects.create(desk_id=ticket.desk_id, ticket=ticket)


def refresh(*, desk_id: int, at: datetime | None = None) -> int:
    """Rebuild the documents of up to BATCH marked tickets of a desk. Return their number.

    at: not used; the batches of other sweeps take it.
    """
    with transaction.atomic():
        marks = SearchRefresh.objects.filter(desk_id=desk_id).order_by("pk")
        found = list(
            marks.select_for_update(skip_locked=True).values_list("pk", "ticket_id")[:BATCH]
        )
        rebuild({ticket_id for _, ticket_id in found})
        # Only those that were seen: a change that is committed later has left its own mark.
        SearchRefresh.objects.filter(pk__in=[pk for pk, _ in found]).delete()
    return len(found)


def refresh_all(desk_id: int) -> None:
    """Rebuild the documents of all marked tickets before their change commits."""
    while refresh(desk_id=desk_id):
        pass


def mark_outdated(desk_id: int, *, everything: bool = False) -> None:
    """Mark the tickets of a desk whose documents are missing or of another version, or all."""
    with connection.cursor() as cursor:
        cursor.execute(MARK_OUTDATED, {"desk": desk_id, "version": 0 if everything else VERSION})


@transaction.atomic
def rebuild(ticket_ids: Collection[int]) -> None:
    """Rebuild the documents of tickets from their rows, in one transaction. Locks the tickets."""
    found = Ticket.objects.filter(pk__in=ticket_ids).order_by("pk")
    list(found.select_for_update(no_key=True).values_list("pk", flat=True))
    # Read after the wait for the locks: an erasure may have committed meanwhile.
    tickets = list(found.select_related("contact", "account"))
    texts = _read_texts(ticket_ids)
    rows = [row for ticket in tickets for row in _make_rows(ticket, texts[ticket.pk])]
    SearchDocument.objects.filter(ticket_id__in=ticket_ids).delete()
    with prepared_cursor() as cursor:
        for first in range(0, len(rows), BATCH):
            documents = json.dumps(rows[first : first + BATCH], ensure_ascii=False)
            cursor.execute(INSERT, {"documents": documents, "version": VERSION})


def _make_rows(ticket: Ticket, texts: Sequence[Text]) -> list[dict[str, Any]]:
    given = {
        "desk_id": ticket.desk_id,
        "ticket_id": ticket.pk,
        "number": ticket.number,
        "head": _write_head(ticket),
    }
    return [
        given | {"part": part, "words": words}
        for part, words in enumerate(write_vectors(texts) or [""], 1)
    ]


def _read_texts(ticket_ids: Collection[int]) -> dict[int, list[Text]]:
    """Return the texts of tickets, oldest first."""
    here = Q(ticket_id__in=ticket_ids, via=None) | Q(via_id__in=ticket_ids)
    said = Left("body_text", MAX_CHARS)
    messages = (
        Message.objects.filter(here)
        .order_by("created_at", "pk")
        .values_list("pk", Coalesce("via_id", "ticket_id"), "desk_id", "created_at", said)
    )
    notes = (
        Note.objects.filter(ticket_id__in=ticket_ids)
        .order_by("created_at", "pk")
        .values_list("pk", "ticket_id", "desk_id", "created_at", said)
    )
    entries = [*((False, *row) for row in messages), *((True, *row) for row in notes)]
    files = _read_file_names(entries)
    found: dict[int, list[Text]] = defaultdict(list)
    for is_note, pk, ticket_id, desk_id, _, text in sorted(entries, key=itemgetter(4)):
        found[ticket_id] += _list_texts(desk_id, text, files[is_note, pk], is_note=is_note)
    for ticket_id, texts in chain(_read_versions(ticket_ids), _read_sides(ticket_ids)):
        found[ticket_id] += texts
    return found


def _read_file_names(entries: Iterable[Entry]) -> dict[tuple[bool, int], list[str]]:
    """Return the names of attached files by entry, as (is_note, ID)."""
    ids: dict[bool, list[int]] = {False: [], True: []}
    for is_note, pk, *_ in entries:
        ids[is_note].append(pk)
    found: dict[tuple[bool, int], list[str]] = defaultdict(list)
    for is_note, parent in ((False, "message_id"), (True, "note_id")):
        files = Attachment.objects.filter(**{f"{parent}__in": ids[is_note]}).order_by("pk")
        for pk, name in files.values_list(parent, "name"):
            found[is_note, pk].append(name)
    return found


def _read_versions(ticket_ids: Collection[int]) -> Iterable[tuple[int, list[Text]]]:
    """Return what the newest troubleshooting records and summaries say, by ticket."""
    versioned: tuple[tuple[type[TroubleshootingRecord | TicketSummary], tuple[str, ...]], ...] = (
        (TroubleshootingRecord, RECORD_FIELDS),
        (TicketSummary, SUMMARY_FIELDS),
    )
    for model, names in versioned:
        rows = model._default_manager.filter(ticket_id__in=ticket_ids)
        for row in rows.order_by("ticket_id", "-version").distinct("ticket_id"):
            said = "\n".join(getattr(row, name) for name in names)
            yield row.ticket_id, _list_texts(row.desk_id, said, (), is_note=True)


def _read_sides(ticket_ids: Collection[int]) -> Iterable[tuple[int, list[Text]]]:
    """Return the texts of side conversations, which only agents search, by ticket."""
    for side in read_sides(ticket_ids):
        texts = [_list_texts(side.desk_id, text, (), is_note=True) for text in side.texts]
        names = _list_texts(side.desk_id, "", side.file_names, is_note=True)
        yield side.ticket_id, [*chain.from_iterable(texts), *names]


def _list_texts(desk_id: int, text: str, files: Iterable[str], *, is_note: bool) -> list[Text]:
    space = get_desk_space(desk_id) + (NOTES if is_note else "")
    return [Text(text, space), *(Text(name, space) for name in files)]


def _write_head(ticket: Ticket) -> str:
    """Write the words that all of a ticket's documents contain."""
    space = get_desk_space(ticket.desk_id)
    names = [ticket.contact.name, ticket.contact.email, ticket.account and ticket.account.name]
    said = [ticket.subject, *(str(answer) for answer in ticket.fields.values())]
    texts = [
        *(Text(name, space + NAMES) for name in names if name),
        *(Text(each, space) for each in said),
    ]
    return " ".join(write_vectors(texts)[:1])
