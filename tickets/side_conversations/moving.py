"""Side conversations of merged tickets: they go on with the ticket that continues."""

from __future__ import annotations

from django.db.models import F
from django.db.models.functions import Coalesce

from tickets.models import SideConversation
from tickets.services.merged import list_merged


def carry_sides(from_id: int, to_id: int) -> None:
    """Move the side conversations of a ticket that is merged. The caller has locked both."""
    sides = SideConversation.objects.filter(ticket_id=from_id)
    sides.update(ticket_id=to_id, merged_from_id=Coalesce("merged_from_id", F("ticket_id")))


def return_sides(ticket_id: int) -> None:
    """Move back those that came from a ticket whose merge is undone, or from others before it.

    The caller has locked the ticket.
    """
    came_from = list_merged(ticket_id)
    sides = SideConversation.objects.filter(merged_from__in=came_from)
    sides.update(ticket_id=ticket_id)
    sides.filter(merged_from=ticket_id).update(merged_from=None)
