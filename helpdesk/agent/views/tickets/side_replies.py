"""The composer in the card of a side conversation, on its ticket's page."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.agent.permissions import AgentRequest, agent_required, write_access_required
from helpdesk.agent.redirects import see_other
from helpdesk.agent.sending import submit_agent_form_once
from helpdesk.agent.side.finding import get_side
from helpdesk.agent.side.forms import MessageForm
from helpdesk.agent.views.form_pages import add_service_error
from helpdesk.agent.views.tickets.side_conversations import get_newest, send_message
from helpdesk.shared.drafts import discard, open_draft, restore
from tickets.errors import NewerMessageError, ServiceError
from tickets.models import SideConversation

CARD = "agent/side/_composer.html"


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
def compose(request: AgentRequest, number: int, side_id: int) -> HttpResponse:
    """Show the composer in the card, and send its message.

    Without htmx, the side conversation's own page has the form, which both share the draft of.
    """
    side = get_side(request, number, side_id)
    page_url = reverse("agent:side", args=[side.ticket.number, side.pk])
    if not request.htmx:
        return see_other(page_url)
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = MessageForm(data, files, auto_id=f"side_{side.pk}_%s")  # the page has other forms
    if form.is_bound and form.is_valid() and _send(request, side, form, page_url):
        return _show(request, side, page_url, {"status": _("Message sent.")})
    return _show(request, side, page_url, {"form": form}, status=422 if form.is_bound else 200)


def _send(request: AgentRequest, side: SideConversation, form: MessageForm, page_url: str) -> bool:
    """Send the message. Return False if the form says why it can't be."""
    at, cleaned = timezone.now(), form.cleaned_data
    try:
        with transaction.atomic():
            submit_agent_form_once(
                request, form, lambda: send_message(request, side, cleaned, at), at=at
            )
            discard(request, page_url)
    except NewerMessageError as error:
        # The card shows it now; sending the message again is deliberate.
        form.data = {**request.POST.dict(), "last_seen": str(get_newest(side))}
        add_service_error(form, error)
    except ServiceError as error:
        add_service_error(form, error)
    else:
        return True
    return False


def _show(
    request: AgentRequest,
    side: SideConversation,
    page_url: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    form: MessageForm | None = context.get("form")
    if form is not None:
        form.fields["last_seen"].initial = get_newest(side)
        draft = open_draft(request, action=page_url, save_view="agent:drafts")
        context["draft"] = draft
        if not form.is_bound:
            restore(form, draft)
    number = side.ticket.number
    reply_url = reverse("agent:side_reply", args=[number, side.pk])
    more = {"side_id": side.pk, "page_url": page_url, "reply_url": reply_url}
    return render(request, CARD, {**context, **more}, status=status)
