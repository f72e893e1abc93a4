"""Tickets of the API's list, made from queue rows.

Each name is read once, and a ticket itself only for answers to form fields or because it isn't
covered. The number of queries doesn't depend on the number of tickets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from accounts.models import Account, Agent, Contact, Department, Product
from tickets.models import Priority, QueueRow, Ticket

# Relation of a ticket: its model, and the column that the API shows.
RELATED: dict[str, tuple[type[Model], str]] = {
    "priority": (Priority, "name"),
    "product": (Product, "name"),
    "department": (Department, "name"),
    "assignee": (Agent, "name"),
    "contact": (Contact, "email"),
    "account": (Account, "name"),
}


@dataclass(frozen=True, slots=True)
class ListedClock:
    """The clock of a listed ticket."""

    due_at: Any


class ListedTicket:
    """A ticket as TicketOutput reads it: columns of its row, related rows, and its details."""

    def __init__(self, row: QueueRow, *, prefix: str, details: dict[str, Any]) -> None:
        self._row = row
        self.reference = f"{prefix}-{row.number}"
        self.fields: dict[str, Any] = details.get("fields", {})
        self.uncovered: dict[str, Any] = details.get("uncovered", {})
        self.clock = ListedClock(row.response_due_at)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)


def list_tickets(rows: Sequence[QueueRow], *, prefix: str) -> list[ListedTicket]:
    """Return the tickets of these rows. prefix: of the desk's references."""
    with_details = [row.pk for row in rows if row.has_details]
    details: dict[int, dict[str, Any]] = {}
    if with_details:
        found = Ticket.objects.filter(pk__in=with_details)
        details = {each["pk"]: dict(each) for each in found.values("pk", "fields", "uncovered")}
    tickets = [ListedTicket(row, prefix=prefix, details=details.get(row.pk, {})) for row in rows]
    for name, (model, column) in RELATED.items():
        ids = {getattr(row, f"{name}_id") for row in rows}
        related = model._default_manager.only(column).in_bulk(list(filter(None, ids)))
        for ticket in tickets:
            setattr(ticket, name, related.get(getattr(ticket, f"{name}_id")))
    return tickets
