"""Search documents of defects: what is found, and written when.

The services write the document with the defect. A trigger marks it if a text changes in another
way, and a sweep writes it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from accounts.models import Desk
from tickets.models import Defect, DefectDocument
from tickets.search.queries import read_query
from tickets.search.spaces import get_desk_space
from tickets.search.tsquery import write_tsquery
from tickets.search.vectors import Text, write_vectors
from tickets.search.words import VERSION

BATCH = 100
MAX_HITS = 200
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
    # A text of more words than one document holds is found by its beginning.
    words = (write_vectors(Text(text, space) for text in texts if text) or [""])[0]
    with connection.cursor() as cursor:
        given: dict[str, Any] = {"words": words, "version": VERSION, "defect": defect.pk}
        cursor.execute(WRITE, given)


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


def search_defects(desk: Desk, words: str, *, limit: int = MAX_HITS) -> list[int]:
    """Return the ids of the entered desk's defects with all words: open ones first, then by rank.

    Words of the key count too: "RC-D12" and "D12" find the defect.
    """
    query = write_tsquery(read_query(words), for_agents=False, space=get_desk_space(desk.pk))
    if not query:
        return []
    given: dict[str, Any] = {"desk": desk.pk, "words": query, "most": limit}
    with connection.cursor() as cursor:
        cursor.execute(SEARCH, given)
        return [defect_id for (defect_id,) in cursor.fetchall()]


def list_in_order(ids: Sequence[int], defects: Sequence[Defect]) -> list[Defect]:
    """Return defects in the order of these ids."""
    by_id = {defect.pk: defect for defect in defects}
    return [by_id[defect_id] for defect_id in ids if defect_id in by_id]
