"""Drafts of agents' forms, saved while they type."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse

from helpdesk.agent.permissions import AgentRequest, agent_action
from helpdesk.agent.sending import find_submitted
from helpdesk.shared.drafts import receive_draft


@agent_action
def save_draft(request: AgentRequest) -> HttpResponse:
    """Save or discard the draft of the form named by ``?form=``."""
    return receive_draft(request, sent=partial(find_submitted, request))
