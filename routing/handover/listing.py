"""Handovers to show: the open ones, and the ones due at the end of a shift."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from accounts.models import Agent, Desk
from routing.availability import find_next_on_shift, find_shift_end, is_on_shift
from routing.candidates import list_staff
from routing.handover.lending import find_due_tickets
from routing.handover.roll_call import Absence
from routing.models import Handover
from tickets.access import tickets_for_agent
from tickets.models import Ticket
from tickets.rules.visibility import TicketVisibility

MAX_LISTED = 200
SOON = timedelta(hours=2)  # before the end of a shift


@dataclass(frozen=True, slots=True)
class DueHandover:
    """A ticket that is handed over at the end of its agent's shift, unless it is done by then."""

    ticket: Ticket
    ends_at: datetime


def list_open_handovers(
    agent: Agent, *, region_id: int | None = None, only_waiting: bool = False
) -> QuerySet[Handover]:
    """Return up to MAX_LISTED open handovers of tickets that an agent may see, newest first.

    region_id: only those to agents of this region. only_waiting: only those to the agent that they
    have yet to accept.
    """
    seen = TicketVisibility.for_agent(agent).as_q("ticket__")
    found = Handover.objects.filter(seen, desk_id=agent.desk_id, ended_at__isnull=True)
    if region_id is not None:
        found = found.filter(receiver__region_id=region_id)
    if only_waiting:
        found = found.filter(receiver=agent, claimed_at__isnull=True)
    related = found.select_related(
        "ticket__desk", "ticket__priority", "ticket__owner", "sender", "receiver__region"
    )
    return related.order_by("-created_at", "-pk")[:MAX_LISTED]


def list_due_handovers(
    agent: Agent, at: datetime, *, region_id: int | None = None
) -> list[DueHandover]:
    """Return tickets that agents hand over when their shifts end soon, as an agent may see them.

    region_id: only those of agents of this region.
    """
    ends = _find_ends(agent.desk, at, region_id)
    if not ends:
        return []
    absent = [Absence(agent_id, back) for agent_id, (_end, back) in ends.items()]
    ids = find_due_tickets(agent.desk_id, absent, at)
    tickets = tickets_for_agent(agent).filter(pk__in=ids)
    related = tickets.select_related("desk", "priority", "assignee", "owner")
    return [
        DueHandover(ticket, ends[ticket.assignee_id][0])
        for ticket in related.order_by("due_at", "pk")
        if ticket.assignee_id in ends
    ]


def _find_ends(
    desk: Desk, at: datetime, region_id: int | None
) -> dict[int, tuple[datetime, datetime | None]]:
    """Return the end of each shift that ends soon, and the start of the next, by the agent's ID."""
    found = {}
    for one in list_staff(desk):
        if region_id not in (None, one.agent.region_id) or not is_on_shift(one.facts, at):
            continue
        end = find_shift_end(one.facts, at)
        if end is not None and end - at <= SOON:
            found[one.agent.pk] = (end, find_next_on_shift(one.facts, end))
    return found
