"""Places of customer cards in a ticket's panel."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import CardSubject
from helpdesk.agent.components.cards import CardPlace
from helpdesk.agent.ticket_page.ticket_sql import Offer
from helpdesk.shared.urls import get_url
from tickets.models import Ticket


def list_places(ticket: Ticket, cards: Iterable[Offer]) -> tuple[CardPlace, ...]:
    """Return the places of a desk's cards. One about accounts needs an account."""
    return tuple(
        describe_place(ticket, card.id, card.name)
        for card in cards
        if ticket.account_id or card.key != CardSubject.ACCOUNT
    )


def describe_place(ticket: Ticket, card_id: int, name: str) -> CardPlace:
    """Return a place. Its key changes with the customer, so that another one's card goes."""
    return CardPlace(
        key=f"card-{card_id}-{ticket.account_id or 0}-{ticket.contact_id}",
        title=name,
        url=get_url("agent:ticket_card", ticket.number, card_id),
    )
