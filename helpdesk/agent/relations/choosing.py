"""The choice of another ticket: by number or words, or from those that are likely."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.models import Account, Agent, Contact
from helpdesk.agent.components.relations import TicketCard
from helpdesk.shared.urls import get_url
from tickets.access import queue_for_agent, tickets_for_agent
from tickets.models import QueueRow, Ticket
from tickets.search.find import search_for_agent
from tickets.search.references import find_numbers

MAX_FOUND = 20
MAX_LIKELY = 10


def find_tickets(agent: Agent, ticket: Ticket, words: str) -> list[TicketCard]:
    """Return other tickets that the agent may see, by number or words, newest first."""
    numbers = find_numbers(agent.desk, words)
    rows = queue_for_agent(agent).exclude(pk=ticket.pk)
    named = list(rows.filter(number__in=numbers)) if numbers else []
    found = search_for_agent(agent, words, limit=MAX_FOUND).ids
    others = rows.filter(pk__in=found).exclude(number__in=numbers).order_by("-number")
    return _describe(agent, [*named, *others[:MAX_FOUND]])


def list_likely(agent: Agent, ticket: Ticket) -> list[TicketCard]:
    """Return the open tickets of the same requester, then of the same account."""
    rows = queue_for_agent(agent).filter(is_open=True).exclude(pk=ticket.pk)
    rows = rows.order_by("-updated_at", "-pk")
    own = list(rows.filter(contact_id=ticket.contact_id)[:MAX_LIKELY])
    cards = _describe(agent, own, heading=_("Open tickets from the same requester"))
    if ticket.account_id is not None:
        account = rows.filter(account_id=ticket.account_id).exclude(contact_id=ticket.contact_id)
        heading = _("Open tickets from the same account")
        cards += _describe(agent, account[:MAX_LIKELY], heading=heading)
    return cards


def get_chosen(agent: Agent, ticket: Ticket, chosen: int) -> Ticket | None:
    """Return another ticket that the agent may see, or None."""
    others = tickets_for_agent(agent).exclude(pk=ticket.pk)
    found = others.select_related("contact", "account").filter(pk=chosen).first()
    if found is not None:
        found.desk = agent.desk
    return found


def describe_card(ticket: Ticket) -> TicketCard:
    """Return one ticket, for the page that confirms the choice."""
    names = [str(ticket.contact), ticket.account.name if ticket.account else ""]
    return TicketCard(
        id=ticket.pk,
        url=get_url("agent:ticket", ticket.number),
        number=ticket.reference,
        subject=ticket.subject,
        status=ticket.status,
        status_word=ticket.desk.word_for(ticket.word_key),
        detail=" · ".join(filter(None, names)),
    )


def _describe(agent: Agent, found: Iterable[QueueRow], *, heading: str = "") -> list[TicketCard]:
    rows, desk = list(found), agent.desk
    contacts = Contact.objects.in_bulk({row.contact_id for row in rows})
    accounts = Account.objects.in_bulk({row.account_id for row in rows if row.account_id})
    return [
        TicketCard(
            id=row.pk,
            url=get_url("agent:ticket", row.number),
            number=f"{desk.ticket_prefix}-{row.number}",
            subject=row.subject,
            status=row.status,
            status_word=desk.word_for(row.word_key),
            detail=" · ".join(
                str(one)
                for one in (contacts.get(row.contact_id), accounts.get(row.account_id or 0))
                if one
            ),
            heading=heading,
        )
        for row in rows
    ]
