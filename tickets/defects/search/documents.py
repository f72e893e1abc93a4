"""Search documents of defects: what is found, and written when.

A document has the words of the defect, and those of its tickets' subjects in the namespaces of
their departments: nobody finds a defect by tickets of a department whose tickets they don't see.
The services write the document with the defect. A trigger marks it if a text changes in another
way or a ticket is linked, and a sweep writes it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from accounts.models import Agent, Department
from tickets.access import tickets_for_agent
from tickets.models import Defect, DefectDocument, DefectLink
from tickets.rules.visibility import TicketVisibility
from tickets.search.queries import read_query
from tickets.search.references import find_numbers
from tickets.search.spaces import get_department_space, get_desk_space
from tickets.search.tsquery import write_tsquery
from tickets.search.vectors import Text, write_vectors
from tickets.search.words import VERSION

BATCH = 100
MAX_HITS = 200
MAX_SUBJECTS = 200  # of tickets that a document has, of those linked last
# What is found. The key and the title come first; a text in Defect's order otherwise.
SEARCHED = ("title", "problem", "areas", "steps", "changes", "affected_versions", "public_title")
WRITE = """
UPDATE tickets_defectdocument
SET document = %(words)s::tsvector, version = %(version)s, is_stale = FALSE
WHERE defect_id = %(defect)s
"""
SEARCH = "SELECT search_defects(%(desk)s, %(words)s::tsquery, %(most)s)"


def write_document(defect: Defect) -> None:
    """Write the search document of a defect that was just saved, in the same transaction."""
    space = get_desk_space(defect.desk_id)
    texts = [defect.key, *(getattr(defect, name) for name in SEARCHED)]
    own = [Text(text, space) for text in texts if text]
    # A text of more words than one document holds is found by its beginning.
    words = (write_vectors([*own, *_read_subjects(defect)]) or [""])[0]
    with connection.cursor() as cursor:
        given: dict[str, Any] = {"words": words, "version": VERSION, "defect": defect.pk}
        cursor.execute(WRITE, given)


def _read_subjects(defect: Defect) -> list[Text]:
    newest = defect.links.order_by("-linked_at", "-pk")
    rows = newest.values_list("ticket__subject", "ticket__department")[:MAX_SUBJECTS]
    return [
        Text(subject, get_department_space(defect.desk_id, department_id))
        for subject, department_id in dict.fromkeys(rows)
    ]


def list_spaces(agent: Agent) -> list[str]:
    """Return the namespaces of the tickets that an agent sees because of their department."""
    hidden = TicketVisibility.for_agent(agent).hidden_departments
    seen = Department.objects.filter(desk=agent.desk_id).exclude(pk__in=hidden).order_by("pk")
    ids = [None, *seen.values_list("pk", flat=True)]
    return [get_department_space(agent.desk_id, department_id) for department_id in ids]


def refresh_documents(*, desk_id: int, at: datetime | None = None) -> int:
    """Write up to BATCH marked documents of a desk. Return how many.

    at: not used; the batches of other sweeps take it.
    """
    with transaction.atomic():
        marked = DefectDocument.objects.filter(desk_id=desk_id, is_stale=True).order_by("pk")
        locked = marked.select_for_update(of=("self",), skip_locked=True, no_key=True)
        found = list(locked.values_list("pk", flat=True)[:BATCH])
        for defect in Defect.objects.filter(pk__in=found).select_related("desk"):
            write_document(defect)
    return len(found)


def refresh_all_documents(desk_id: int) -> None:
    """Write all marked documents of a desk before the change of their texts commits."""
    while refresh_documents(desk_id=desk_id):
        pass


def mark_outdated(desk_id: int, *, everything: bool = False) -> int:
    """Mark the documents of a desk whose words another version has read, or all of them."""
    documents = DefectDocument.objects.filter(desk_id=desk_id)
    if not everything:
        documents = documents.exclude(version=VERSION)
    return documents.update(is_stale=True)


def search_defects(agent: Agent, words: str, *, limit: int = MAX_HITS) -> list[int]:
    """Return the ids of the entered desk's defects with all words: open ones first, then by rank.

    Words of the key count too: "RC-D12" and "D12" find the defect; and those of the subjects of
    tickets that the agent sees. Defects of tickets that are named ("RC-1042") come before.
    """
    named = _find_by_ticket(agent, words)
    query = write_tsquery(
        read_query(words),
        for_agents=False,
        space=get_desk_space(agent.desk_id),
        others=list_spaces(agent),
    )
    if not query:
        return named
    given: dict[str, Any] = {"desk": agent.desk_id, "words": query, "most": limit}
    with connection.cursor() as cursor:
        cursor.execute(SEARCH, given)
        found = [defect_id for (defect_id,) in cursor.fetchall()]
    return list(dict.fromkeys([*named, *found]))[:limit]


def _find_by_ticket(agent: Agent, words: str) -> list[int]:
    numbers = find_numbers(agent.desk, words)
    if not numbers:
        return []
    tickets = tickets_for_agent(agent).filter(number__in=numbers, has_defects=True)
    links = DefectLink.objects.filter(ticket__in=list(tickets.values_list("pk", flat=True)))
    return list(dict.fromkeys(links.order_by("pk").values_list("defect", flat=True)))


def list_in_order(ids: Sequence[int], defects: Sequence[Defect]) -> list[Defect]:
    """Return defects in the order of these ids."""
    by_id = {defect.pk: defect for defect in defects}
    return [by_id[defect_id] for defect_id in ids if defect_id in by_id]
