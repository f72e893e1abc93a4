"""Wait for pending writes and deliveries of tickets, before texts are erased or redacted."""

from __future__ import annotations

from collections.abc import Collection

from tickets.models import DeliveryState, EventDelivery, Ticket


def wait_for_writers(ticket_ids: Collection[int]) -> None:
    """Lock these tickets and their due deliveries until the transaction ends.

    What was being written is committed by then, also the emails and calls of deliveries.
    """
    tickets = Ticket.objects.filter(pk__in=ticket_ids).order_by("pk")
    list(tickets.select_for_update(no_key=True).values_list("pk", flat=True))
    due = EventDelivery.objects.filter(event__ticket_id__in=ticket_ids, state=DeliveryState.DUE)
    list(due.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
