"""Reads of a ticket's history."""

from __future__ import annotations

from accounts.models import Agent
from tickets.access import tickets_for_agent
from tickets.models import Ticket, TicketEvent
from tickets.rules.visibility import TicketVisibility

# What events call the number of another ticket.
OTHER_TICKETS = ("follow_up_of", "into", "merged", "other", "duplicate_of")


def list_events(
    ticket: Ticket, agent: Agent, *, before: int | None, limit: int
) -> list[TicketEvent]:
    """Return up to ``limit`` + 1 events of a ticket, newest first, older than the event ``before``.

    Other tickets are named only if the agent may see them.
    """
    found = TicketEvent.objects.filter(ticket=ticket)
    if before:
        found = found.filter(pk__lt=before)
    events = list(found.order_by("-id")[: limit + 1])
    hide_other_tickets(events, agent)
    return events


def hide_other_tickets(events: list[TicketEvent], agent: Agent) -> None:
    """Remove from events the numbers of other tickets that the agent may not see."""
    named = {number for event in events for key in OTHER_TICKETS if (number := event.data.get(key))}
    if not (named and TicketVisibility.for_agent(agent).is_restricted):
        return
    seen = set(tickets_for_agent(agent).filter(number__in=named).values_list("number", flat=True))
    for event in events:
        for key in OTHER_TICKETS:
            if event.data.get(key) not in seen:
                event.data.pop(key, None)
