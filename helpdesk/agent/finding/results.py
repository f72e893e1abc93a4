"""Results of the command bar: a few of each kind, by the searches of the lists."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Account, Agent, Contact, Desk
from helpdesk.agent.finding.cards import FoundGroup, FoundLink
from helpdesk.shared.urls import get_url
from tickets.access import queue_for_agent
from tickets.macros.access import list_usable_macros
from tickets.models import QueueRow, Ticket
from tickets.search.find import search_for_agent
from tickets.selectors import search_accounts, search_contacts

MAX_EACH = 5
MIN_LETTERS = 2  # of words that are no number


def find_everything(
    agent: Agent, words: str, *, ticket: Ticket | None = None
) -> tuple[FoundGroup, ...]:
    """Return tickets, people and accounts that match, without empty groups.

    ticket: the one that is open, whose macros are found, too. The statements are those of the
    searches, whatever is found.
    """
    words = words.strip()
    if not _is_long_enough(words):
        return ()
    desk = agent.desk
    tickets = tuple(_describe_ticket(row, desk) for row in _find_tickets(agent, words))
    people = search_contacts(desk=desk, words=words, limit=MAX_EACH)
    accounts = search_accounts(desk=desk, words=words, limit=MAX_EACH)
    groups = (
        FoundGroup("macros", _("Macros"), "bolt", _find_macros(agent, words, ticket)),
        FoundGroup("tickets", _("Tickets"), "ticket", tickets),
        FoundGroup("people", _("People"), "user", tuple(map(_describe_person, people))),
        FoundGroup(
            "accounts", _("Accounts"), "building-office", tuple(map(_describe_account, accounts))
        ),
    )
    return tuple(group for group in groups if group.links)


def _find_macros(agent: Agent, words: str, ticket: Ticket | None) -> tuple[FoundLink, ...]:
    """Return the macros that fit a ticket by words of their name. Each shows what it will do."""
    if ticket is None:
        return ()
    found = list_usable_macros(agent, ticket)
    for word in words.split()[:10]:
        found = found.filter(name__icontains=word)
    return tuple(
        FoundLink(
            get_url("agent:ticket_macro", ticket.number, macro.pk),
            _("Run macro: %(macro)s") % {"macro": macro.name},
        )
        for macro in found[:MAX_EACH]
    )


def count_found(groups: tuple[FoundGroup, ...]) -> str:
    """Return how much was found, for screen readers."""
    count = sum(len(group.links) for group in groups)
    return ngettext("%(count)s result", "%(count)s results", count) % {"count": count}


def _is_long_enough(words: str) -> bool:
    return len(words) >= MIN_LETTERS or any(character.isdigit() for character in words)


def _find_tickets(agent: Agent, words: str) -> Iterator[QueueRow]:
    """Yield the tickets found, in the order of the search."""
    ids = search_for_agent(agent, words, limit=MAX_EACH).ids
    rows = queue_for_agent(agent).filter(pk__in=ids).in_bulk() if ids else {}
    return (rows[ticket_id] for ticket_id in ids if ticket_id in rows)


def _describe_ticket(row: QueueRow, desk: Desk) -> FoundLink:
    return FoundLink(
        get_url("agent:ticket", row.number),
        f"{desk.ticket_prefix}-{row.number} {row.subject}",
        desk.word_for(row.word_key),
    )


def _describe_person(contact: Contact) -> FoundLink:
    known = [contact.email, contact.account.name if contact.account else ""]
    return FoundLink(
        get_url("agent:customer", contact.pk), str(contact), " · ".join(filter(None, known))
    )


def _describe_account(account: Account) -> FoundLink:
    plan = account.plan.name if account.plan else ""
    return FoundLink(get_url("agent:account", account.pk), account.name, plan)
