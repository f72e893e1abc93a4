"""Search for tickets, contacts and accounts; names of priorities."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db import connection
from django.db.models import Q

from accounts.matching import normalize_email
from accounts.models import Account, Agent, Contact, Desk
from tickets.access import tickets_for_agent
from tickets.models import Priority, Ticket, TicketEvent
from tickets.visibility import TicketVisibility

MAX_SEARCH_LENGTH = 254  # characters, as in an email address; the rest is ignored
MAX_HITS = 200
MAX_HITS_CHECKED = 2000  # if some of the hits may be hidden from the agent
MAX_NUMBERS = 20  # tickets whose number only starts with the one searched for
MAX_NAME_WORDS = 8
MAX_NUMBER_DIGITS = 12
_NUMBER = re.compile(r"\s*#?(?:([A-Za-z]{1,6})-)?([0-9]{1,15})\s*")
# Each dash is a "not" within the one before, of which PostgreSQL refuses a few hundred.
_DASHES = re.compile(r"-(?:\s*-)+")
_LAST = re.compile(r"(?P<before>.*(?:^|\s))(?P<last>\w{3,})\s*", re.DOTALL)


def get_priority_names(desk: Desk, events: Iterable[TicketEvent]) -> dict[str, str]:
    """Return the names of priorities in the active language, by the desk's own names.

    Empty, and no query, if no event names a priority.
    """
    if not any(event.data.get("priority") for event in events):
        return {}
    return {one.name: one.localized_name for one in Priority.objects.filter(desk=desk)}


def search_for_agent(agent: Agent, words: str, *, limit: int = MAX_HITS) -> list[int]:
    """Search as search_tickets does, with notes, for tickets that the agent may see.

    Where departments are hidden, up to ``limit`` of the newest MAX_HITS_CHECKED hits of the desk.
    """
    if not TicketVisibility.for_agent(agent).is_restricted:
        return search_tickets(desk=agent.desk, words=words, with_notes=True, limit=limit)
    found = search_tickets(desk=agent.desk, words=words, with_notes=True, limit=MAX_HITS_CHECKED)
    seen = set(tickets_for_agent(agent).filter(pk__in=found).values_list("pk", flat=True))
    return [ticket_id for ticket_id in found if ticket_id in seen][:limit]


def search_tickets(*, desk: Desk, words: str, with_notes: bool, limit: int = MAX_HITS) -> list[int]:
    """Return the ids of the desk's tickets with all words in subject, messages or notes.

    with_notes: for agents; also finds the tickets of contacts and accounts whose names or
    addresses have words that start with all the words. The last word may be the start of one. The
    newest hit comes first. Before all others come, for a ticket's number or reference (1042,
    RC-1042), that ticket and those whose number starts with it, and for a customer's whole address
    the tickets of that contact. The desk must be the entered one.
    """
    words = _DASHES.sub("-", words.replace("\x00", ""))[:MAX_SEARCH_LENGTH]
    if not words.strip():
        return []
    before, last = split_last(words)
    names = make_names_query(words) if with_notes else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ticket_id FROM search_tickets(%s, %s, %s, %s, %s, %s)",
            [desk.pk, before, last, names, with_notes, limit],
        )
        found = [ticket_id for (ticket_id,) in cursor.fetchall()]
    named = _find_by_reference(desk, words) or _find_by_address(desk, words, limit)
    return [*named, *(ticket_id for ticket_id in found if ticket_id not in named)][:limit]


def split_last(words: str) -> tuple[str, str]:
    """Split a search into a query for websearch_to_tsquery and one for words with a prefix.

    The second is "" if the last word is whole: shorter than three letters, in quotes, after "or",
    or joined to signs. Pure.
    """
    found = _LAST.fullmatch(words)
    if (
        not found
        or words.count('"') % 2
        or re.search(r"(^|\s)or\s+$", found["before"], re.IGNORECASE)
    ):
        return words, ""
    return found["before"], f"'{found['last']}':*"


def make_names_query(words: str) -> str:
    """Return a query for names with words that start with these, or "" for none. Pure."""
    parts = re.findall(r"[^\W_]{2,}", words)
    return " & ".join(f"'{part}':*" for part in parts) if len(parts) <= MAX_NAME_WORDS else ""


def search_contacts(*, desk: Desk, words: str, limit: int) -> list[Contact]:
    """Return contacts of the entered desk by the start of words of name and address, by address."""
    ids = _search_names("search_contacts", desk, words, limit)
    return list(Contact.objects.filter(pk__in=ids).select_related("account").order_by("email"))


def search_accounts(*, desk: Desk, words: str, limit: int) -> list[Account]:
    """Return accounts of the entered desk by the start of words of their name, by name."""
    ids = _search_names("search_accounts", desk, words, limit)
    return list(Account.objects.filter(pk__in=ids).select_related("plan").order_by("name"))


def _search_names(function: str, desk: Desk, words: str, limit: int) -> list[int]:
    names = make_names_query(words[:MAX_SEARCH_LENGTH])
    if not names:
        return []
    with connection.cursor() as cursor:
        statement = f"SELECT id FROM {function}(%s, %s, %s)"  # noqa: S608 (a name of our own)
        cursor.execute(statement, [desk.pk, names, limit])
        return [found for (found,) in cursor.fetchall()]


def _find_by_address(desk: Desk, words: str, limit: int) -> list[int]:
    address = normalize_email(words)
    if not address:
        return []
    theirs = Ticket.objects.filter(desk=desk, contact__email=address).order_by("-updated_at", "-pk")
    return list(theirs.values_list("pk", flat=True)[:limit])


def _find_by_reference(desk: Desk, words: str) -> list[int]:
    """Return the ticket with the number, then the newest of those whose number starts with it.

    By ranges of the number's index.
    """
    named = _NUMBER.fullmatch(words)
    if not named or (named[1] and named[1].upper() != desk.ticket_prefix):
        return []
    number = int(named[2])
    begins = Q(number=number)
    for more in range(1, MAX_NUMBER_DIGITS - len(str(number)) + 1) if number else ():
        begins |= Q(number__gte=number * 10**more, number__lt=(number + 1) * 10**more)
    found = Ticket.objects.filter(begins, desk=desk).order_by("-number").values_list("pk", "number")
    rows = [
        *found.filter(number=number),
        *((pk, other) for pk, other in found[:MAX_NUMBERS] if other != number),
    ]
    return [pk for pk, _ in rows]
