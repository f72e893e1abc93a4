"""The agents who wrote in a side conversation: an answer is for them, whoever has the ticket."""

from __future__ import annotations

from tickets.models import SideMessage


def list_writers(side_id: int) -> set[int]:
    """Return the IDs of the active agents who wrote in a side conversation."""
    wrote = SideMessage.objects.filter(side=side_id, agent__is_active=True)
    return set(wrote.order_by().values_list("agent_id", flat=True))
