"""Finds tickets by words, references and addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from accounts.matching import normalize_email
from accounts.models import Agent, Contact, Desk
from tickets.access import queue_parts_for_contact, tickets_for_contact
from tickets.models import ImportedRow, QueueRow
from tickets.rules.visibility import TicketVisibility
from tickets.search.queries import read_query
from tickets.search.references import find_numbers, list_spellings, read_number
from tickets.search.spaces import get_desk_space
from tickets.search.tsquery import has_positions, write_tsquery

MAX_HITS = 200
MAX_HITS_OF_CONTACT = 1_000
MAX_TICKETS_OF_CONTACT = 10_000  # the newest; more only in the portal of a manager
MAX_NUMBERS = 20  # tickets whose number only starts with the one searched for
MAX_NUMBER_DIGITS = 12

SEARCH = """
SELECT ticket_ids, unchecked_before FROM search_documents(%(desk)s, %(words)s::tsquery,
  %(rows)s::tsquery, %(before)s, %(hidden)s::bigint[], %(agent)s, %(tickets)s::bigint[], %(most)s)
"""


@dataclass(frozen=True, slots=True)
class Found:
    """The IDs of the tickets found, newest first.

    unchecked_before: the ticket number below which nothing was searched, because too many tickets
    have the words of a phrase, or None.
    """

    ids: list[int]
    unchecked_before: int | None = None


def search_for_agent(
    agent: Agent, words: str, *, limit: int = MAX_HITS, before: int | None = None
) -> Found:
    """Search as search_tickets does, for tickets that the agent may see.

    before: the ``unchecked_before`` of a search that is to be continued. No number is below 1.
    """
    visibility = TicketVisibility.for_agent(agent)
    if before is not None:
        return _search(
            agent.desk, words, for_agents=True, limit=limit, visibility=visibility, before=before
        )
    return _search_desk(agent.desk, words, limit=limit, visibility=visibility)


def search_for_contact(contact: Contact, words: str) -> list[int]:
    """Return the ids of a contact's tickets with all words in subject, messages and file names.

    Notes and the names of other people are neither found nor excluded. Also finds references.
    """
    mine = tickets_for_contact(contact).order_by("-number")
    mine_by_id = {"number__in": find_numbers(contact.desk, words)}
    named = list(mine.filter(**mine_by_id).values_list("pk", flat=True))
    if number := read_number(contact.desk, words):
        named += mine.filter(_starts_with(number)).values_list("pk", flat=True)[:MAX_NUMBERS]
    if not read_query(words).branches:
        return named
    ids = _list_newest(contact, MAX_TICKETS_OF_CONTACT)
    found = _search(contact.desk, words, for_agents=False, limit=MAX_HITS_OF_CONTACT, among=ids)
    return [*named, *found.ids]


def _list_newest(contact: Contact, limit: int) -> list[int]:
    """Return the ids of up to so many tickets of each part of those that a contact may see."""
    newest = [part.order_by("-updated_at", "-pk") for part in queue_parts_for_contact(contact)]
    first, *others = (part.values_list("pk", flat=True)[:limit] for part in newest)
    return list(first.union(*others))


def search_tickets(*, desk: Desk, words: str, limit: int = MAX_HITS) -> list[int]:
    """Return the ids of the desk's tickets with all words, for agents; the newest ticket first.

    Words count wherever they are: in the names and addresses of requester and account, in subject,
    messages, notes and names of files. Listed first: tickets whose number or reference is named
    (1042, "Re: Printer [RC-1042]", a link), those whose number starts with a number, and for a
    customer's whole address the tickets of that contact. The desk must be the entered one.
    """
    return _search_desk(desk, words, limit=limit).ids


def _search_desk(
    desk: Desk, words: str, *, limit: int, visibility: TicketVisibility | None = None
) -> Found:
    visible = visibility.as_q() if visibility else Q()
    rows = QueueRow.objects.filter(visible, desk=desk)
    named = _find_by_reference(desk, words, rows) or _find_by_address(desk, words, rows, limit)
    found = _search(desk, words, for_agents=True, limit=limit, visibility=visibility)
    ids = [*named, *(ticket_id for ticket_id in found.ids if ticket_id not in named)][:limit]
    return Found(ids, found.unchecked_before)


def _search(
    desk: Desk,
    words: str,
    *,
    for_agents: bool,
    limit: int,
    visibility: TicketVisibility | None = None,
    among: Sequence[int] | None = None,
    before: int | None = None,
) -> Found:
    query, space = read_query(words), get_desk_space(desk.pk)
    exact = write_tsquery(query, for_agents=for_agents, space=space)
    if not exact or (before is not None and before < 1):
        return Found([])
    hidden = visibility.hidden_departments if visibility else ()
    given: dict[str, Any] = {
        "desk": desk.pk,
        "words": write_tsquery(query, for_agents=for_agents, space=space, with_positions=False),
        "rows": exact if has_positions(query) else None,
        "before": before,
        "hidden": list(hidden) or None,
        "agent": visibility and visibility.agent_id,
        "tickets": among,
        "most": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(SEARCH, given)
        row = cursor.fetchone()
    return Found(*row) if row else Found([])


def _find_by_address(desk: Desk, words: str, rows: QuerySet[QueueRow], limit: int) -> list[int]:
    address = normalize_email(words)
    if not address:
        return []
    contact = Contact.objects.filter(desk=desk).with_any_email(address).values("pk")[:1]
    theirs = rows.filter(contact_id=contact).order_by("-updated_at", "-pk")
    return list(theirs.values_list("pk", flat=True)[:limit])


def _find_by_reference(desk: Desk, words: str, rows: QuerySet[QueueRow]) -> list[int]:
    """Return the tickets that are named, then the newest of those whose number starts with it."""
    numbers = find_numbers(desk, words)
    begins = read_number(desk, words)
    found = _find_by_old_number(desk, words, rows)
    if numbers:
        named = rows.filter(number__in=numbers).exclude(pk__in=found).order_by("-number")
        found = [*named.values_list("pk", flat=True), *found]
    return found + (_find_longer_numbers(begins, rows) if begins else [])


def _find_by_old_number(desk: Desk, words: str, rows: QuerySet[QueueRow]) -> list[int]:
    """Return the imported tickets that had this number in the help desk that they are from."""
    spellings = list_spellings(words)
    if not spellings:
        return []
    imported = ImportedRow.objects.filter(desk=desk, kind="ticket", number__in=spellings)
    ids = list(imported.order_by("-row_id").values_list("row_id", flat=True)[:MAX_NUMBERS])
    return list(rows.filter(pk__in=ids).order_by("-number").values_list("pk", flat=True))


def _find_longer_numbers(begins: int, rows: QuerySet[QueueRow]) -> list[int]:
    """Return the newest tickets whose number is longer but starts with this number.

    The newest of each range are read from the index, because together the ranges may be a tenth of
    the desk.
    """
    newest = [
        rows.filter(range_).order_by("-number").values_list("number", "pk")[:MAX_NUMBERS]
        for range_ in _list_ranges(begins)
    ]
    found = newest[0].union(*newest[1:], all=True) if newest else []
    return [pk for _, pk in sorted(found, reverse=True)[:MAX_NUMBERS]]


def _list_ranges(number: int) -> list[Q]:
    """Return filters for the ranges of longer numbers that start with the digits of a number."""
    powers = (10**more for more in range(1, MAX_NUMBER_DIGITS - len(str(number)) + 1))
    return [Q(number__gte=number * by, number__lt=(number + 1) * by) for by in powers]


def _starts_with(number: int) -> Q:
    """Return a filter by the first digits of ticket numbers."""
    return reduce(or_, _list_ranges(number), Q(number=number))
