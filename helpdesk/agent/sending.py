"""Forms of agents that take effect once, however often they are submitted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db.models import QuerySet

from helpdesk.agent.permissions import AgentRequest
from helpdesk.shared.fields import SubmitOnceForm
from tickets.models import SubmittedForm, Ticket
from tickets.submissions import make_agent_token, submit_once


def submit_agent_form_once(
    request: AgentRequest, form: SubmitOnceForm, work: Callable[[], Ticket], *, at: datetime
) -> tuple[Ticket, bool]:
    """Run work for the first submission of a valid form.

    Returns its ticket, and True if this submission was the first. A token counts per agent, as that
    of a customer's form counts per contact.
    """
    token = make_agent_token(request.agent.pk, form.cleaned_data["form_token"])
    return submit_once(desk=request.desk, contact=None, token=token, at=at, work=work)


def find_submitted(request: AgentRequest, form_token: str) -> QuerySet[SubmittedForm]:
    """Return the row of a form of this agent, which exists once it was submitted."""
    token = make_agent_token(request.agent.pk, form_token)
    return SubmittedForm.objects.filter(desk=request.desk, contact=None, token=token)
