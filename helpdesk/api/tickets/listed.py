"""Tickets of the API's list, built from queue rows.

One query reads all names, each once. Tickets themselves are read only if they have form field
answers or aren't covered. The number of queries doesn't depend on the number of tickets.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from django.db.models import F, Model, Value

from accounts.models import Account, Agent, Contact, ContactHandle, Department, Product
from accounts.models.customers import UNKNOWN_PERSON
from tickets.models import NOBODY, Priority, QueueRow, Ticket

# The models of a ticket's relations. Of each, the API shows the name.
RELATED: dict[str, type[Model]] = {
    "priority": Priority,
    "product": Product,
    "department": Department,
    "assignee": Agent,
    "owner": Agent,
    "contact": Contact,
    "account": Account,
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
    related = _read_related(rows)
    for relation in RELATED:
        for ticket, row in zip(tickets, rows, strict=True):
            found_row = related.get((relation, getattr(row, f"{relation}_id")))
            setattr(ticket, relation, found_row)
    return tickets


def _read_related(rows: Sequence[QueueRow]) -> dict[tuple[str, int], SimpleNamespace]:
    """Return what references show of each related row, by relation and id. One query."""
    parts = []
    for relation, model in RELATED.items():
        ids = {getattr(row, f"{relation}_id") for row in rows} - {None, NOBODY}
        related = model._default_manager.filter(pk__in=ids).order_by()
        email = F("email") if model is Contact else Value("")
        parts.append(related.values_list(Value(relation), "pk", "name", email))
    first, *others = parts
    found = list(first.union(*others, all=True)) if rows else []
    nameless = [
        pk for relation, pk, name, email in found if relation == "contact" and not (name or email)
    ]
    handles = _read_handles(nameless)
    return {
        (relation, pk): SimpleNamespace(pk=pk, name=name or email or handles.get(pk), email=email)
        for relation, pk, name, email in found
    }


def _read_handles(contact_ids: Sequence[int]) -> dict[int, str]:
    """Return what people without a name and an address are called. Few desks have any."""
    if not contact_ids:
        return {}
    handles = ContactHandle.objects.filter(contact__in=contact_ids).exclude(name="").order_by("-pk")
    return dict.fromkeys(contact_ids, str(UNKNOWN_PERSON)) | dict(
        handles.values_list("contact_id", "name")
    )
