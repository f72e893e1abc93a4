"""Wait for deliveries that are being made, before texts are erased or redacted."""

from __future__ import annotations

from collections.abc import Collection

from tickets.models import DeliveryState, EventDelivery


def wait_for_deliveries(ticket_ids: Collection[int]) -> None:
    """Lock the due deliveries of these tickets until the transaction ends.

    Those that are being made are committed by then, with the emails that they wrote.
    """
    due = EventDelivery.objects.filter(event__ticket_id__in=ticket_ids, state=DeliveryState.DUE)
    list(due.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
