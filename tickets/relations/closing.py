"""Closing of a ticket as a duplicate of another one, which it is linked to."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Agent
from tickets.access import tickets_for_contact
from tickets.actors import Actor
from tickets.errors import InvalidValueError
from tickets.events import EventKind
from tickets.models import CloseReason, LinkKind, Ticket
from tickets.relations.linking import add_link, open_both, require_both_visible
from tickets.rules.transitions import apply_transition
from tickets.services.common import require_writer


def close_as_duplicate(*, ticket_id: int, of_id: int, agent: Agent, at: datetime) -> Ticket:
    """Close a ticket as a duplicate of another one, and link the two.

    The customer is told the other one's number if they may see it. Raises NotAllowedError,
    InvalidValueError for the ticket itself, InvalidTransitionError.
    """
    by, reason = Actor.of(agent), CloseReason.DUPLICATE.value
    require_writer(by)
    if ticket_id == of_id:
        raise InvalidValueError("duplicate_of", _("A ticket can't be a duplicate of itself."))
    with transaction.atomic():
        closed, other = open_both(ticket_id, of_id, by=by, at=at)
        require_both_visible(agent, closed.ticket, other.ticket)
        status = apply_transition(closed, "close", reason=reason)
        is_named = tickets_for_contact(closed.ticket.contact).filter(pk=of_id).exists()
        add_link(closed, other, LinkKind.DUPLICATE)
        closed.touch()
        facts = {"duplicate_of": other.ticket.number, "named": is_named}
        closed.record(EventKind.TICKET_CLOSED, {"status": status, "reason": reason} | facts)
        closed.save()
        other.save()
    return closed.ticket
