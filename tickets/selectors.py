"""Reads of tickets that take more than a filter."""

from __future__ import annotations

import re

from django.db import connection
from django.db.models import Q

from accounts.matching import normalize_email
from accounts.models import Account, Agent, Contact, Desk
from tickets.access import tickets_for_agent
from tickets.models import Ticket
from tickets.visibility import TicketVisibility

MAX_SEARCH_LENGTH = (
    254  # characters, as many as an address may have; what stands behind is not looked for
)
MAX_HITS = 200
MAX_HITS_CHECKED = 2000  # hits, where some of them may be hidden from the agent
MAX_NUMBERS = 20  # tickets whose number only begins as written
MAX_NAME_WORDS = 8
MAX_NUMBER_DIGITS = 12
_NUMBER = re.compile(r"\s*#?(?:([A-Za-z]{1,6})-)?([0-9]{1,15})\s*")
_DASHES = re.compile(
    r"-(?:\s*-)+"
)  # each is a "not" within the one before: PostgreSQL refuses a few hundred
_LAST = re.compile(r"(?P<before>.*(?:^|\s))(?P<last>\w{3,})\s*", re.DOTALL)


def search_for_agent(agent: Agent, words: str, *, limit: int = MAX_HITS) -> list[int]:
    """What search_tickets finds with notes, but only tickets that the agent may see.

    Where departments are hidden, up to ``limit`` of the newest MAX_HITS_CHECKED hits of the desk.
    """
    if not TicketVisibility.for_agent(agent).is_restricted:
        return search_tickets(desk=agent.desk, words=words, with_notes=True, limit=limit)
    found = search_tickets(desk=agent.desk, words=words, with_notes=True, limit=MAX_HITS_CHECKED)
    seen = set(tickets_for_agent(agent).filter(pk__in=found).values_list("pk", flat=True))
    return [ticket_id for ticket_id in found if ticket_id in seen][:limit]


def search_tickets(*, desk: Desk, words: str, with_notes: bool, limit: int = MAX_HITS) -> list[int]:
    """The ids of the desk's tickets that hold all words in subject, messages or (for agents) notes.

    The last word may be the beginning of one. For agents, also the tickets of contacts and accounts whose names or
    addresses have all the words as beginnings. Newest hit first, at most ``limit`` of them; a ticket's number or
    reference (1042, RC-1042) finds that ticket before all others and then those whose number begins so, and a
    customer's whole address the tickets of that contact. The desk must be the one that is entered: the function of
    tickets/search_sql.py sees to it.
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
        found = [row[0] for row in cursor.fetchall()]
    named = _find_by_reference(desk, words) or _find_by_address(desk, words, limit)
    return [*named, *(ticket_id for ticket_id in found if ticket_id not in named)][:limit]


def split_last(words: str) -> tuple[str, str]:
    """What PostgreSQL's web search reads, and the last word as a query for words that begin so ("" for none).

    A word of fewer than three letters stays whole, and so does one in quotes, after "or", or joined to signs. Pure.
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
    """The words as beginnings of all the words of a name, in any order; "" for none. Pure."""
    parts = re.findall(r"[^\W_]{2,}", words)
    return " & ".join(f"'{part}':*" for part in parts) if len(parts) <= MAX_NAME_WORDS else ""


def search_contacts(*, desk: Desk, words: str, limit: int) -> list[Contact]:
    """Up to ``limit`` contacts of the entered desk whose name and address have words that begin so, by address."""
    ids = _search_names("search_contacts", desk, words, limit)
    return list(Contact.objects.filter(pk__in=ids).select_related("account").order_by("email"))


def search_accounts(*, desk: Desk, words: str, limit: int) -> list[Account]:
    """Up to ``limit`` accounts of the entered desk whose name has words that begin so, by name."""
    ids = _search_names("search_accounts", desk, words, limit)
    return list(Account.objects.filter(pk__in=ids).select_related("plan").order_by("name"))


def _search_names(function: str, desk: Desk, words: str, limit: int) -> list[int]:
    names = make_names_query(words[:MAX_SEARCH_LENGTH])
    if not names:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {function}(%s, %s, %s)", [desk.pk, names, limit])  # noqa: S608 (ours)
        return [row[0] for row in cursor.fetchall()]


def _find_by_address(desk: Desk, words: str, limit: int) -> list[int]:
    address = normalize_email(words)
    if not address:
        return []
    theirs = Ticket.objects.filter(desk=desk, contact__email=address).order_by("-updated_at", "-pk")
    return list(theirs.values_list("pk", flat=True)[:limit])


def _find_by_reference(desk: Desk, words: str) -> list[int]:
    """The ticket of that number, then the newest of those whose number begins with it, by ranges of the number's
    index."""
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
        *(row for row in found[:MAX_NUMBERS] if row[1] != number),
    ]
    return [pk for pk, _ in rows]
