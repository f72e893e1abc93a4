"""The people of a side conversation: add some, remove one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.agent.permissions import (
    AgentRequest,
    agent_action,
    agent_required,
    write_access_required,
)
from helpdesk.agent.redirects import see_other
from helpdesk.agent.side.finding import get_side
from helpdesk.agent.side.forms import PeopleForm
from helpdesk.agent.views.form_pages import run_page_form
from helpdesk.shared.components import Link
from helpdesk.shared.drafts import keeps_draft
from tickets.errors import ServiceError
from tickets.models import SideConversation
from tickets.side_conversations.people import add_people, remove_person


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def add(request: AgentRequest, number: int, side_id: int) -> HttpResponse:
    """Ask whom to add to a side conversation, and add them."""
    side = get_side(request, number, side_id)
    entered = request.POST if request.method == "POST" else None
    form = PeopleForm(entered, desk=request.desk)

    def change() -> str:
        emails = form.cleaned_data["emails"]
        added = add_people(side_id=side.pk, agent=request.agent, emails=emails, at=timezone.now())
        if added:
            return _("Added %(emails)s.") % {"emails": ", ".join(added)}
        return _("They are already in this conversation.")

    return run_page_form(
        request,
        form,
        change,
        title=_("Add people"),
        button=_("Add people"),
        back=Link(label=side.subject, url=_get_url(side)),
    )


@agent_action
def remove(request: AgentRequest, number: int, side_id: int, side_person_id: int) -> HttpResponse:
    """Remove a person from a side conversation."""
    side = get_side(request, number, side_id)
    try:
        email = remove_person(
            side_id=side.pk, person_id=side_person_id, agent=request.agent, at=timezone.now()
        )
    except ServiceError as error:
        messages.error(request, str(error))
    else:
        if email:
            messages.success(request, _("Removed %(email)s.") % {"email": email})
    return see_other(_get_url(side))


def _get_url(side: SideConversation) -> str:
    return reverse("agent:side", args=[side.ticket.number, side.pk])
