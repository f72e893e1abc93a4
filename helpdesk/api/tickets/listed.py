"""Tickets of the API's list, built from queue rows.

One query reads all names, each once. Tickets themselves are read only if they have form field
answers or aren't covered. The number of queries doesn't depend on the number of tickets.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from django.db.models import Model, Value

from accounts.models import Account, Agent, Contact, Department, Product
from tickets.models import NOBODY, Priority, QueueRow, Ticket

# Relation of a ticket: its model, and the column that the API shows.
RELATED: dict[str, tuple[type[Model], str]] = {
    "priority": (Priority, "name"),
    "product": (Product, "name"),
    "department": (Department, "name"),
    "assignee": (Agent, "name"),
    "owner": (Agent, "name"),
    "contact": (Contact, "email"),
    "account": (Account, "name"),
}


class ListedTicket:
    """A ticket as TicketOutput reads it: columns of its row, related rows, and its details."""

    def __init__(self, row: QueueRow, *, prefix: str, details: dict[str, Any]) -> None:
        self._row = row
        self.reference = f"{prefix}-{row.number}"
        self.fields: dict[str, Any] = details.get("fields", {})
        self.uncovered: dict[str, Any] = details.get("uncovered", {})
        self.queue_row = row

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)


def list_tickets(rows: Sequence[QueueRow], *, prefix: str) -> list[ListedTicket]:
    """Return the tickets of these rows. prefix: the desk's prefix for references."""
    with_details = [row.pk for row in rows if row.has_details]
    details: dict[int, dict[str, Any]] = {}
    if with_details:
        found = Ticket.objects.filter(pk__in=with_details)
        details = {each["pk"]: dict(each) for each in found.values("pk", "fields", "uncovered")}
    tickets = [ListedTicket(row, prefix=prefix, details=details.get(row.pk, {})) for row in rows]
    names = _read_names(rows)
    for relation, (_model, column) in RELATED.items():
        for ticket, row in zip(tickets, rows, strict=True):
            name = names.get((relation, getattr(row, f"{relation}_id")))
            related = None if name is None else SimpleNamespace(**{column: name})
            setattr(ticket, relation, related)
    return tickets


def _read_names(rows: Sequence[QueueRow]) -> dict[tuple[str, int], str]:
    """Return the column of each related row, by relation and id. One query."""
    parts = []
    for relation, (model, column) in RELATED.items():
        ids = {getattr(row, f"{relation}_id") for row in rows} - {None, NOBODY}
        related = model._default_manager.filter(pk__in=ids).order_by()
        parts.append(related.values_list(Value(relation), "pk", column))
    first, *others = parts
    found = first.union(*others, all=True) if rows else ()
    return {(relation, pk): name for relation, pk, name in found}
