"""Erasure of people from product feedback, whose titles agents typed (GDPR)."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from tickets.events import EventKind
from tickets.models import Improvement, TicketEvent


def list_requested(ticket_ids: Collection[int]) -> QuerySet[Improvement]:
    """Return the entries that these tickets ask for, or asked for before."""
    events = TicketEvent.objects.filter(
        ticket_id__in=ticket_ids, kind=EventKind.IMPROVEMENT_REQUESTED
    )
    ids = events.order_by().values_list("data__improvement", flat=True)
    return Improvement.objects.filter(pk__in=set(ids))
