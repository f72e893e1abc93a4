"""Offers: tickets that were assigned by rotation and wait for their agents to accept them.

The agent accepts with a button, or any agent by working on the ticket. Otherwise it goes to the
next one after the desk's number of minutes (sweeps.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Agent
from routing.handover.rows import claim_handover, list_unclaimed
from routing.models import Offer
from tickets.actors import Actor
from tickets.changes import Change
from tickets.errors import ConflictError
from tickets.events import EventKind
from tickets.models import ActorKind, TicketEvent
from tickets.services.common import require_writer
from tickets.writes import Write

OFFER = """
offered AS (
  INSERT INTO routing_offer (desk_id, ticket_id, agent_id, expires_at, passed)
  VALUES (%(offer_desk)s, %(offer_ticket)s, %(offer_agent)s, %(offer_expires)s::timestamptz,
    %(offer_passed)s::bigint[])
  ON CONFLICT (ticket_id) DO UPDATE SET agent_id = excluded.agent_id,
    expires_at = excluded.expires_at, passed = excluded.passed)
"""
ACCEPT = """
accepted AS (
  DELETE FROM routing_offer WHERE ticket_id = %(accepted_ticket)s)
"""


def offer_ticket(change: Change, *, passed: Sequence[int] = ()) -> None:
    """Offer a ticket to its new assignee, if the desk has offers. passed: who let it pass."""
    ticket = change.ticket
    if not ticket.desk.offer_minutes or ticket.assignee_id is None:
        return
    expires_at = change.at + timedelta(minutes=ticket.desk.offer_minutes)
    given = {
        "offer_desk": ticket.desk_id,
        "offer_ticket": ticket.pk,
        "offer_agent": ticket.assignee_id,
        "offer_expires": expires_at,
        "offer_passed": list(passed),
    }
    change.write(Write(OFFER, given))


def accept_by_working(change: Change, event: TicketEvent) -> None:
    """End a ticket's offer, because an agent has just worked on it.

    If the agent is the receiver of its handover, that is claimed.
    """
    if event.actor_kind == ActorKind.AGENT:
        _accept(change)


def accept_ticket(*, ticket_id: int, agent: Agent, at: datetime) -> None:
    """Accept a ticket that was offered or handed over to an agent.

    Raises ConflictError if it doesn't wait for the agent, for example because they have accepted it
    already. Raises NotAllowedError for an observer.
    """
    require_writer(Actor.of(agent))
    with transaction.atomic():
        change = Change.open(ticket_id, by=Actor.of(agent), at=at)
        if change.ticket.assignee_id != agent.pk or not is_acceptable(ticket_id, agent):
            raise ConflictError(_("This ticket isn't waiting for you to accept it."))
        _accept(change)
        change.record(EventKind.ACCEPTED)
        change.save()


def is_acceptable(ticket_id: int, agent: Agent) -> bool:
    """Return True if a ticket was offered or handed over to an agent who hasn't accepted it yet."""
    offers = Offer.objects.filter(ticket_id=ticket_id, agent=agent)
    return offers.exists() or list_unclaimed(ticket_id, agent).exists()


class _Acceptance:
    """Written once, however many events of a change show the work."""

    def __init__(self, change: Change) -> None:
        self.change = change

    def finish(self) -> None:
        """Remove the offer, and claim the handover."""
        ticket = self.change.ticket
        if ticket.desk.offer_minutes:
            self.change.write(Write(ACCEPT, {"accepted_ticket": ticket.pk}))
        claim_handover(self.change)


def _accept(change: Change) -> None:
    change.before_write("acceptance", _Acceptance)
