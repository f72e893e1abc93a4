"""Reads of tickets that take more than a filter."""

from __future__ import annotations

import re

from django.db import connection

from accounts.matching import normalise_email
from accounts.models import Agent, Desk
from tickets.access import find_hidden_departments, tickets_for_agent
from tickets.models import Ticket

LONGEST_SEARCH = 254  # characters, as many as an address may have; what stands behind is not looked for
MOST_HITS = 200
MOST_LOOKED_AT = 2000  # hits, where some of them may be hidden from the agent
_NUMBER = re.compile(r"\s*#?(?:([A-Za-z]{1,6})-)?([0-9]{1,15})\s*")


def search_for_agent(agent: Agent, words: str, *, most: int = MOST_HITS) -> list[int]:
    """What search_tickets finds with notes, but only tickets that the agent may see.

    Where departments are hidden, up to ``most`` of the newest MOST_LOOKED_AT hits of the desk.
    """
    if not find_hidden_departments(agent):
        return search_tickets(desk=agent.desk, words=words, with_notes=True, most=most)
    found = search_tickets(desk=agent.desk, words=words, with_notes=True, most=MOST_LOOKED_AT)
    seen = set(tickets_for_agent(agent).filter(pk__in=found).values_list("pk", flat=True))
    return [ticket_id for ticket_id in found if ticket_id in seen][:most]


def search_tickets(*, desk: Desk, words: str, with_notes: bool, most: int = MOST_HITS) -> list[int]:
    """The ids of the desk's tickets that hold all words in subject, messages or (for agents) notes.

    Newest hit first, at most ``most`` of them; a ticket's number or reference (1042, RC-1042) finds that ticket
    before all others, and a customer's whole address the tickets of that contact. The desk must be the one that is
    entered: the function of tickets/search_sql.py sees to it. Of more than LONGEST_SEARCH characters the first count.
    """
    words = words[:LONGEST_SEARCH]
    if not words.strip():
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ticket_id FROM search_tickets(%s, %s, %s, %s)",
            [desk.pk, words.replace("\x00", ""), with_notes, most],
        )
        found = [row[0] for row in cursor.fetchall()]
    named = _find_by_reference(desk, words) or _find_by_address(desk, words, most)
    return [*named, *(ticket_id for ticket_id in found if ticket_id not in named)][:most]


def _find_by_address(desk: Desk, words: str, most: int) -> list[int]:
    address = normalise_email(words)
    if not address:
        return []
    theirs = Ticket.objects.filter(desk=desk, contact__email=address).order_by("-updated_at", "-pk")
    return list(theirs.values_list("pk", flat=True)[:most])


def _find_by_reference(desk: Desk, words: str) -> list[int]:
    named = _NUMBER.fullmatch(words)
    if not named or (named[1] and named[1].upper() != desk.ticket_prefix):
        return []
    return list(Ticket.objects.filter(desk=desk, number=int(named[2])).values_list("pk", flat=True))
