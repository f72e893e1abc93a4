"""The demo's product feedback: what its closed tickets ask for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from helpdesk.demo.people import Cast
from tickets.improvements.changing import change_improvement
from tickets.improvements.linking import request_improvement
from tickets.models import State, Ticket


def create_feedback(cast: Cast, data: dict[str, Any], *, now: datetime) -> None:
    """Create the entries of a data file, on closed tickets of different accounts.

    Each entry has the number of tickets that it says, if the desk has as many.
    """
    closed = Ticket.objects.filter(status=State.CLOSED, merged_into__isnull=True).order_by("pk")
    ticket_ids = list(closed.values_list("pk", flat=True))
    agent = next(one for one in cast.agents if one.can_write)
    start = 0
    for one in data["entry"]:
        chosen = (ticket_ids[start:] + ticket_ids[:start])[: one["tickets"]]
        start += 3  # so that entries share some tickets
        for ticket_id in chosen:
            entry = request_improvement(
                ticket_id=ticket_id, kind=one["kind"], title=one["title"], agent=agent, at=now
            )
        if chosen and "status" in one:
            change_improvement(
                entry_id=entry.pk, title=one["title"], status=one["status"], agent=agent, at=now
            )
