"""Pages of handles: joining one to a contact, with a reason."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Contact, ContactHandle
from channels_intake.connections.joining import (
    can_be_joined,
    is_shared,
    join_handle,
    separate_handle,
)
from helpdesk.agent.handles.forms import NUMBER_SIGN, JoinForm
from helpdesk.agent.permissions import (
    AgentRequest,
    agent_page,
    agent_required,
    write_access_required,
)
from helpdesk.agent.redirects import see_other
from helpdesk.agent.views.form_pages import run_page_form
from helpdesk.shared.components import Link
from helpdesk.shared.drafts import keeps_draft
from tickets.access import tickets_for_agent
from tickets.selectors import search_contacts

MAX_OFFERED = 12


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def join(request: AgentRequest, handle_id: int) -> HttpResponse:
    """Ask whose handle it is and how the agent knows, then join it to that contact.

    ``?ticket=`` is the number of the ticket to go back to.
    """
    handle = _get_handle(request, handle_id)
    form = JoinForm(
        request.POST if request.method == "POST" else None,
        desk=request.desk,
        offers_url=reverse("agent:contact_offers"),
        is_shared=is_shared(handle),
    )

    def change() -> str:
        given, at = form.cleaned_data, timezone.now()
        decided = {"handle_id": handle.pk, "agent": request.agent, "reason": given["reason"]}
        contact = given["contact"]
        if contact is None:
            separate_handle(**decided, at=at)
            return _("%(handle)s was unlinked from its contact.") % {"handle": handle}
        join_handle(**decided, contact=contact, at=at)
        named = {"handle": handle, "name": contact}
        return _("%(handle)s was linked to %(name)s, along with its tickets.") % named

    return run_page_form(
        request,
        form,
        change,
        title=_("Link to a contact"),
        button=_("Link identity"),
        back=_get_back(request, handle),
        intro=_(
            "%(handle)s belongs to the contact %(name)s now. Its tickets and messages "
            "move to the contact that you choose, and to their account."
        )
        % {"handle": handle, "name": handle.contact},
    )


def _get_back(request: AgentRequest, handle: ContactHandle) -> Link:
    """Return the link to the ticket that the agent came from, or to the handle's page."""
    number = request.GET.get("ticket", "")
    mine = tickets_for_agent(request.agent)
    if number.isdecimal() and len(number) < 10 and mine.filter(number=int(number)).exists():
        reference = f"{request.desk.ticket_prefix}-{int(number)}"
        return Link(reverse("agent:ticket", args=[int(number)]), reference)
    return Link(reverse("agent:handle_owner", args=[handle.pk]), str(handle.contact))


@agent_page
def show_owner(request: AgentRequest, handle_id: int) -> HttpResponse:
    """Redirect to the page of the contact whose handle it is now."""
    handle = _get_handle(request, handle_id)
    return see_other(reverse("agent:customer", args=[handle.contact_id]))


@agent_page
def offer_contacts(request: AgentRequest) -> HttpResponse:
    """Return contacts that match what is being typed (``?contact=``), as options."""
    words = request.GET.get("contact", "")
    found = search_contacts(desk=request.desk, words=words, limit=MAX_OFFERED)
    options = ((_get_value(one), str(one)) for one in found if not one.is_erased)
    return HttpResponse(format_html_join("", '<option value="{}">{}</option>', options))


def _get_value(contact: Contact) -> str:
    return contact.email or f"{NUMBER_SIGN}{contact.pk}"


def _get_handle(request: AgentRequest, handle_id: int) -> ContactHandle:
    rows = ContactHandle.objects.filter(desk=request.desk).select_related("contact")
    handle = rows.filter(pk=handle_id).first()
    if handle is None or not can_be_joined(handle.network):
        raise Http404
    return handle
