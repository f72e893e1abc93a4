"""Sweeps of offers and handovers: offers that expired, and handovers that nobody claimed."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db.models import Q, QuerySet

from routing.assignment import pick_agent
from routing.candidates import list_candidates
from routing.handover.offers import offer_ticket
from routing.models import Handover, HandoverCause, Offer
from tickets.actors import SYSTEM
from tickets.changes import Change
from tickets.events import EventKind
from tickets.models import ACTIVE_STATES, State, SweepKind
from tickets.sentences.reasons import ReasonCode, make_reason
from tickets.services.properties import record_assignment
from tickets.sweeping import Sweep

BATCH = 200


def list_expired_offers(at: datetime) -> QuerySet[Offer]:
    """Return the offers that were not accepted in time."""
    return Offer.objects.filter(expires_at__lte=at)


def pass_on_offers(*, desk_id: int, at: datetime) -> int:
    """Assign up to BATCH tickets whose offer expired to the next agent; return how many offers."""
    expired = list_expired_offers(at).filter(desk_id=desk_id).order_by("expires_at", "pk")
    sweep = Sweep(SweepKind.OFFERS, expired, desk_id=desk_id, at=at)
    return sweep.run_each(partial(_pass_on, at=at), batch=BATCH)


def _pass_on(offer_id: int, *, at: datetime) -> int:
    found = Offer.objects.filter(pk=offer_id).values_list("ticket_id", flat=True).first()
    if found is None:
        return 0
    change = Change.open(found, by=SYSTEM, at=at)
    offer = list_expired_offers(at).filter(pk=offer_id).first()
    if offer is None:  # accepted just now
        return 0
    if not _is_pending(offer, change) or not _offer_to_next(change, offer):
        offer.delete()  # if nobody else is there, the ticket stays with its agent
    change.save()
    return 1


def _is_pending(offer: Offer, change: Change) -> bool:
    """Return True if the ticket still waits for the agent of the offer."""
    ticket = change.ticket
    is_theirs = ticket.assignee_id == offer.agent_id and ticket.owner_id is None
    return is_theirs and ticket.status in ACTIVE_STATES and ticket.desk.offer_minutes > 0


def _offer_to_next(change: Change, offer: Offer) -> bool:
    ticket, before = change.ticket, change.ticket.assignee
    passed = [*offer.passed, offer.agent_id]
    pick = pick_agent(list_candidates(ticket), ticket, at=change.at, without=passed)
    if pick.agent is None:
        return False
    reason = make_reason(ReasonCode.OFFER_PASSED_ON, agent=str(pick.agent), before=str(before))
    change.set(assignee=pick.agent, route_reasons=[*ticket.route_reasons[:1], reason])
    record_assignment(change, before=before, by=SYSTEM, reason=reason)
    offer_ticket(change, passed=passed)
    return True


def list_unclaimed_handovers(at: datetime) -> QuerySet[Handover]:
    """Return the handovers that nobody has claimed until the end of the receiver's shift."""
    return Handover.objects.filter(
        alarm_at__lte=at, ended_at__isnull=True, claimed_at__isnull=True, alarmed_at__isnull=True
    )


def raise_alarms(*, desk_id: int, at: datetime) -> int:
    """Tell leads about up to BATCH unclaimed handovers, once each; return how many."""
    due = list_unclaimed_handovers(at).filter(desk_id=desk_id).order_by("alarm_at", "pk")
    sweep = Sweep(SweepKind.ALARMS, due, desk_id=desk_id, at=at)
    return sweep.run_each(partial(_raise_alarm, at=at), batch=BATCH)


def _raise_alarm(handover_id: int, *, at: datetime) -> int:
    due = list_unclaimed_handovers(at).filter(pk=handover_id)
    found = due.select_related("sender", "receiver").first()
    if found is None:
        return 0
    change = Change.open(found.ticket_id, by=SYSTEM, at=at)
    if not due.update(alarmed_at=at):
        return 0
    names = {"sender": str(found.sender or ""), "receiver": str(found.receiver or "")}
    since = found.created_at.isoformat()
    change.record(EventKind.HANDOVER_UNCLAIMED, {**names, "since": since}, by=SYSTEM)
    change.save()
    return 1


def list_stale_handovers() -> QuerySet[Handover]:
    """Return open handovers of closed tickets, and of lent ones that were assigned by hand since.

    Services of tickets know nothing of handovers.
    """
    is_done = Q(ticket__status=State.CLOSED) | (
        Q(ticket__owner__isnull=True) & ~Q(cause=HandoverCause.DEPARTURE)
    )
    return Handover.objects.filter(is_done, ended_at__isnull=True)


def end_stale_handovers(*, desk_id: int, at: datetime) -> int:
    """End the stale handovers of a desk; return how many."""
    return list_stale_handovers().filter(desk_id=desk_id).update(ended_at=at)
