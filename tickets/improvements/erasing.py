"""Erasure of people from product feedback, whose titles agents typed (GDPR)."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet

from tickets.events import EventKind
from tickets.models import Improvement, ImprovementLink, TicketEvent


def list_requested(ticket_ids: Collection[int]) -> QuerySet[Improvement]:
    """Return the entries that these tickets ask for, or asked for before.

    After a merge of entries, a ticket has another one than it asked for.
    """
    events = TicketEvent.objects.filter(
        ticket_id__in=ticket_ids, kind=EventKind.IMPROVEMENT_REQUESTED
    )
    ids = events.order_by().values_list("data__improvement", flat=True)
    links = ImprovementLink.objects.filter(ticket_id__in=ticket_ids)
    return Improvement.objects.filter(Q(pk__in=set(ids)) | Q(pk__in=links.values("improvement")))
