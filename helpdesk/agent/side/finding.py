"""The side conversation of a page."""

from __future__ import annotations

from django.http import Http404

from helpdesk.agent.permissions import AgentRequest
from tickets.models import SideConversation
from tickets.side_conversations.access import get_side_for_agent


def get_side(request: AgentRequest, number: int, side_id: int) -> SideConversation:
    """Return a side conversation of a ticket that the agent may see. Raises Http404.

    Of a merged ticket, it is on the one that continues it: use the number of ``ticket``.
    """
    try:
        return get_side_for_agent(request.agent, number, side_id)
    except SideConversation.DoesNotExist:
        raise Http404 from None
