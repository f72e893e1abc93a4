"""Reads of a ticket's history."""

from __future__ import annotations

from accounts.models import Agent
from tickets.access import tickets_for_agent
from tickets.models import Ticket, TicketEvent
from tickets.rules.visibility import TicketVisibility


def list_events(
    ticket: Ticket, agent: Agent, *, before: int | None, limit: int
) -> list[TicketEvent]:
    """Return up to ``limit`` + 1 events of a ticket, newest first, older than the event ``before``.

    The ticket that this one follows up on is named only if the agent may see it.
    """
    found = TicketEvent.objects.filter(ticket=ticket)
    if before:
        found = found.filter(pk__lt=before)
    events = list(found.order_by("-id")[: limit + 1])
    hide_origins(events, agent)
    return events


def hide_origins(events: list[TicketEvent], agent: Agent) -> None:
    """Remove from events the number of a followed-up ticket that the agent may not see."""
    named = {number for event in events if (number := event.data.get("follow_up_of"))}
    if not (named and TicketVisibility.for_agent(agent).is_restricted):
        return
    seen = set(tickets_for_agent(agent).filter(number__in=named).values_list("number", flat=True))
    for event in events:
        if event.data.get("follow_up_of") not in seen:
            event.data.pop("follow_up_of", None)
