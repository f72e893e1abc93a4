"""Finds tickets by words, references and addresses."""

from __future__ import annotations

from django.db import connection
from django.db.models import Q

from accounts.matching import normalize_email
from accounts.models import Agent, Contact, Desk
from tickets.access import queue_parts_for_contact, tickets_for_agent, tickets_for_contact
from tickets.models import QueueRow, Ticket
from tickets.search.queries import read_query
from tickets.search.references import find_numbers, read_number
from tickets.visibility import TicketVisibility

MAX_HITS = 200
MAX_HITS_CHECKED = 2000  # if some of the hits may be hidden from the agent
MAX_TICKETS_OF_CONTACT = 10_000  # the newest; more only in the portal of a manager
MAX_NUMBERS = 20  # tickets whose number only starts with the one searched for
MAX_NUMBER_DIGITS = 12


def search_for_agent(agent: Agent, words: str, *, limit: int = MAX_HITS) -> list[int]:
    """Search as search_tickets does, for tickets that the agent may see.

    Where departments are hidden, up to ``limit`` of the newest MAX_HITS_CHECKED hits of the desk.
    """
    if not TicketVisibility.for_agent(agent).is_restricted:
        return search_tickets(desk=agent.desk, words=words, limit=limit)
    found = search_tickets(desk=agent.desk, words=words, limit=MAX_HITS_CHECKED)
    seen = set(tickets_for_agent(agent).filter(pk__in=found).values_list("pk", flat=True))
    return [ticket_id for ticket_id in found if ticket_id in seen][:limit]


def search_for_contact(contact: Contact, words: str) -> list[int]:
    """Return the ids of a contact's tickets with all words in subject, messages and file names.

    Notes and the names of other people are neither found nor excluded. Also finds references.
    """
    query = read_query(words).to_tsquery(for_agents=False)
    mine = tickets_for_contact(contact).order_by("-number")
    mine_by_id = {"number__in": find_numbers(contact.desk, words)}
    named = list(mine.filter(**mine_by_id).values_list("pk", flat=True))
    if number := read_number(contact.desk, words):
        named += mine.filter(_starts_with(number)).values_list("pk", flat=True)[:MAX_NUMBERS]
    if not query:
        return named
    ids = _list_newest(contact, MAX_TICKETS_OF_CONTACT)
    return [*named, *_search(contact.desk, query, limit=len(ids), among=ids)]


def _list_newest(contact: Contact, limit: int) -> list[int]:
    """Return the ids of up to so many tickets of each part of those that a contact may see."""
    newest = [part.order_by("-updated_at", "-pk") for part in queue_parts_for_contact(contact)]
    first, *others = (part.values_list("pk", flat=True)[:limit] for part in newest)
    return list(first.union(*others))


def search_tickets(*, desk: Desk, words: str, limit: int = MAX_HITS) -> list[int]:
    """Return the ids of the desk's tickets with all words, for agents; the newest hit comes first.

    Words count wherever they are: in the names and addresses of requester and account, in subject,
    messages, notes and names of files. Listed first: tickets whose number or reference is named
    (1042, "Re: Printer [RC-1042]", a link), those whose number starts with a number, and for a
    customer's whole address the tickets of that contact. The desk must be the entered one.
    """
    named = _find_by_reference(desk, words) or _find_by_address(desk, words, limit)
    query = read_query(words).to_tsquery(for_agents=True)
    found = _search(desk, query, limit=limit) if query else ()
    return [*named, *(ticket_id for ticket_id in found if ticket_id not in named)][:limit]


def _search(desk: Desk, query: str, *, limit: int, among: list[int] | None = None) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ticket_id FROM search_documents(%s, %s::tsquery, %s::bigint[], %s)",
            [desk.pk, query, among, limit],
        )
        return [ticket_id for (ticket_id,) in cursor.fetchall()]


def _find_by_address(desk: Desk, words: str, limit: int) -> list[int]:
    address = normalize_email(words)
    if not address:
        return []
    contacts = Contact.objects.filter(desk=desk, email=address).values("pk")[:1]
    theirs = QueueRow.objects.filter(desk=desk, contact_id=contacts).order_by("-updated_at", "-pk")
    return list(theirs.values_list("pk", flat=True)[:limit])


def _find_by_reference(desk: Desk, words: str) -> list[int]:
    """Return the tickets that are named, then the newest of those whose number starts with it."""
    numbers = find_numbers(desk, words)
    begins = read_number(desk, words)
    if not numbers and begins is None:
        return []
    tickets = Ticket.objects.filter(desk=desk).order_by("-number")
    rows = list(tickets.filter(number__in=numbers).values_list("pk", flat=True))
    if begins is not None:
        more = tickets.filter(_starts_with(begins)).exclude(number=begins)
        rows += more.values_list("pk", flat=True)[:MAX_NUMBERS]
    return rows


def _starts_with(number: int) -> Q:
    """Return a filter by the first digits of ticket numbers, by ranges of the number's index."""
    begins = Q(number=number)
    for more in range(1, MAX_NUMBER_DIGITS - len(str(number)) + 1) if number else ():
        begins |= Q(number__gte=number * 10**more, number__lt=(number + 1) * 10**more)
    return begins
