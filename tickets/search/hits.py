"""The texts of tickets that were found, and what of them matched.

The caller passes tickets that the reader may see. Notes are read for agents only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from tickets.search.queries import read_query
from tickets.search.snippets import Marked, Segment, find_snippet, mark

MAX_TEXTS = 20  # the newest of a ticket, of each kind
MAX_CHARS = 8_000  # of one text

PUBLIC = """
(SELECT left(m.body_text, %(chars)s) AS text, m.created_at FROM tickets_message m
  WHERE m.ticket_id = found.id AND m.via_id IS NULL ORDER BY m.created_at DESC LIMIT %(texts)s)
UNION ALL
(SELECT left(m.body_text, %(chars)s), m.created_at FROM tickets_message m
  WHERE m.via_id = found.id ORDER BY m.created_at DESC LIMIT %(texts)s)
UNION ALL
(SELECT a.name, a.created_at FROM tickets_message m JOIN tickets_attachment a ON a.message_id = m.id
  WHERE m.ticket_id = found.id AND m.via_id IS NULL ORDER BY a.created_at DESC LIMIT %(texts)s)
"""
INTERNAL = """
UNION ALL
(SELECT left(n.body_text, %(chars)s), n.created_at FROM tickets_note n
  WHERE n.ticket_id = found.id ORDER BY n.created_at DESC LIMIT %(texts)s)
UNION ALL
(SELECT a.name, a.created_at FROM tickets_note n JOIN tickets_attachment a ON a.note_id = n.id
  WHERE n.ticket_id = found.id ORDER BY a.created_at DESC LIMIT %(texts)s)
UNION ALL
(SELECT left(m.body_text, %(chars)s), m.created_at
  FROM tickets_sideconversation s JOIN tickets_sidemessage m ON m.side_id = s.id
  WHERE s.ticket_id = found.id ORDER BY m.created_at DESC LIMIT %(texts)s)
UNION ALL
(SELECT s.subject, s.created_at FROM tickets_sideconversation s
  WHERE s.ticket_id = found.id ORDER BY s.id DESC LIMIT %(texts)s)
UNION ALL
(SELECT p.email, p.added_at
  FROM tickets_sideconversation s JOIN tickets_sideparticipant p ON p.side_id = s.id
  WHERE s.ticket_id = found.id ORDER BY p.id DESC LIMIT %(texts)s)
UNION ALL
(SELECT a.name, a.created_at FROM tickets_sideconversation s
  JOIN tickets_sidemessage m ON m.side_id = s.id
  JOIN tickets_attachment a ON a.side_message_id = m.id
  WHERE s.ticket_id = found.id ORDER BY a.created_at DESC LIMIT %(texts)s)
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """The subject of a ticket that was found, and a place in its texts, with the words marked.

    snippet: empty if the subject has all that was searched for.
    """

    subject: tuple[Segment, ...]
    snippet: tuple[Segment, ...] = ()


def describe_hits(
    words: str,
    subjects: Mapping[int, str],
    *,
    with_notes: bool,
    names: Mapping[int, str] | None = None,
) -> dict[int, Hit]:
    """Return what matched on each of these tickets. subjects: by ticket id.

    with_notes: for agents. names: what else the reader sees of a ticket, such as its requester.
    """
    query = read_query(words)
    if not query.wanted:
        return {}
    marked = {ticket_id: mark(subject, query) for ticket_id, subject in subjects.items()}
    amount = len(query.wanted)
    left = [ticket_id for ticket_id, subject in marked.items() if len(subject.terms) < amount]
    texts = _read_texts(left, with_notes=with_notes) if left else {}
    snippets = {
        ticket_id: find_snippet([*texts.get(ticket_id, ()), *_get_name(names, ticket_id)], query)
        for ticket_id in left
    }
    return {
        ticket_id: Hit(subject.segments, snippets.get(ticket_id, Marked()).segments)
        for ticket_id, subject in marked.items()
    }


def _get_name(names: Mapping[int, str] | None, ticket_id: int) -> Iterable[str]:
    return [names[ticket_id]] if names and ticket_id in names else ()


def _read_texts(ticket_ids: Sequence[int], *, with_notes: bool) -> dict[int, list[str]]:
    """Return the newest texts of tickets, newest first."""
    parts = PUBLIC + (INTERNAL if with_notes else "")
    statement = f"""
        SELECT found.id, written.text FROM unnest(%(ids)s::bigint[]) found(id)
        CROSS JOIN LATERAL ({parts}) written ORDER BY found.id, written.created_at DESC
    """  # noqa: S608 (constants)
    given: dict[str, Any] = {"ids": list(ticket_ids), "chars": MAX_CHARS, "texts": MAX_TEXTS}
    texts: dict[int, list[str]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        for ticket_id, text in cursor.fetchall():
            texts[ticket_id].append(text)
    return texts
