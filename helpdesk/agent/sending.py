"""Forms of agents that take effect once, however often they are submitted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from helpdesk.agent.permissions import AgentRequest
from helpdesk.shared.drafts import read_fields
from helpdesk.shared.fields import SubmitOnceForm
from tickets.models import SubmittedForm, Ticket
from tickets.submissions import Made, make_agent_token, request_once, submit_once


def submit_agent_form_once(
    request: AgentRequest, form: SubmitOnceForm, work: Callable[[], Ticket], *, at: datetime
) -> tuple[Ticket, bool]:
    """Run work for the first submission of a valid form.

    Returns its ticket, and True if this submission was the first. A token counts per agent, as that
    of a customer's form counts per contact.
    """
    token = make_agent_token(request.agent.pk, form.cleaned_data["form_token"])
    return submit_once(desk=request.desk, contact=None, token=token, at=at, work=work)


def create_once(
    request: AgentRequest, work: Callable[[], Made], *, visible: QuerySet[Made]
) -> Made:
    """Run work for the first submission of a form with a token, and return what it creates.

    The same again, such as by a double click, returns that row; with other contents, the form
    counts as another one. visible: where the row is looked up.
    """
    form_token = request.POST.get("form_token", "")
    if not form_token:
        return work()
    sent = json.dumps([form_token, request.path, read_fields(request.POST)], sort_keys=True)
    token = make_agent_token(request.agent.pk, hashlib.sha256(sent.encode()).hexdigest())
    return request_once(
        desk=request.desk,
        token=token,
        fingerprint="",
        at=timezone.now(),
        work=work,
        visible=visible,
    )


def was_submitted(request: AgentRequest) -> bool:
    """Return True if the form of this request has taken effect already."""
    form_token = request.POST.get("form_token", "")
    return bool(form_token) and find_submitted(request, form_token).exists()


def find_submitted(request: AgentRequest, form_token: str) -> QuerySet[SubmittedForm]:
    """Return the row of a form of this agent, which exists once it was submitted."""
    token = make_agent_token(request.agent.pk, form_token)
    return SubmittedForm.objects.filter(desk=request.desk, contact=None, token=token)
