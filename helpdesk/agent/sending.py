"""Doing the work of an agent's form once, however often it is sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from helpdesk.agent.permissions import AgentRequest
from helpdesk.shared.fields import SubmitOnceForm
from tickets.models import Ticket
from tickets.submissions import submit_once


def send_once(
    request: AgentRequest, form: SubmitOnceForm, work: Callable[[], Ticket], *, at: datetime
) -> tuple[Ticket, bool]:
    """Run work for the first sending of a valid form; gives its ticket, and whether this sending was the first.

    The token counts per agent, as that of a customer's form counts per contact.
    """
    token = f"{request.agent.pk}-{form.cleaned_data['form_token']}"[:64]
    return submit_once(desk=request.desk, contact=None, token=token, at=at, work=work)
