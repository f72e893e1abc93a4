"""Pages that redact a text of a ticket, and remove a file: look first, then confirm.

They keep no draft, and the text is never part of a URL: neither may hold a secret.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from helpdesk.agent.permissions import AgentRequest, agent_required, write_access_required
from helpdesk.agent.redirects import redirect_to_ticket
from helpdesk.agent.shell import build_shell
from helpdesk.agent.ticket_page.forms.redactions import RedactionForm, RemovalForm
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.agent.views.form_pages import add_service_error
from helpdesk.privacy.redaction import Found, find_text, redact_text, remove_file
from tickets.access import get_attachment_for_agent
from tickets.errors import NotAllowedError, ServiceError
from tickets.models import Attachment, Ticket
from tickets.rules.redaction import require_redactor

TEMPLATE = "agent/ticket/redact.html"


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
def redact(request: AgentRequest, number: int) -> HttpResponse:
    """Ask for a text, list where it is, and after the confirmation replace it everywhere."""
    ticket = get_ticket_for_change(request.agent, number)
    _require_right(request)
    form = _read_form(request)
    found: Found | None = None
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            if form.is_confirmed:
                at = timezone.now()
                redact_text(
                    ticket=ticket, text=given["text"], why=given["why"], by=request.agent, at=at
                )
                return redirect_to_ticket(request, number, success=_("The text was redacted."))
            found = find_text(ticket=ticket, text=given["text"], by=request.agent)
            form.ask_for_confirmation()
        except ServiceError as error:
            add_service_error(form, error)
    more = {"title": _("Redact text"), "button": _("Find the text"), "found": _describe(found)}
    if found:
        more["button"] = _("Redact for good")
    return _render(request, ticket, form, more)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
def remove(request: AgentRequest, attachment_id: int) -> HttpResponse:
    """Ask why a file is removed, then delete its content for good."""
    try:
        attachment = get_attachment_for_agent(request.agent, attachment_id)
    except Attachment.DoesNotExist:
        raise Http404 from None
    _require_right(request)
    ticket = get_ticket_for_change(request.agent, attachment.ticket.number)
    form = RemovalForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        why, at = form.cleaned_data["why"], timezone.now()
        try:
            remove_file(attachment=attachment, why=why, by=request.agent, at=at)
        except ServiceError as error:
            add_service_error(form, error)
        else:
            return redirect_to_ticket(request, ticket.number, success=_("The file was removed."))
    more = {"title": _("Remove file"), "button": _("Remove for good"), "file": attachment.name}
    return _render(request, ticket, form, more)


def _read_form(request: AgentRequest) -> RedactionForm:
    """Return the form. The button of the ticket page posts what is selected there, and no more."""
    if "why" in request.POST:
        return RedactionForm(request.POST)
    selected = request.POST.get("text", "").replace("\x00", "")
    return RedactionForm(initial={"text": selected} if selected else {})


def _require_right(request: AgentRequest) -> None:
    try:
        require_redactor(request.agent)
    except NotAllowedError as error:
        raise PermissionDenied(str(error)) from None


def _describe(found: Found | None) -> dict[str, Any] | None:
    """Return what the preview lists: places with their counts, files, and hidden tickets."""
    if found is None:
        return None
    rows = [
        (label, ngettext("%(count)s place", "%(count)s places", count) % {"count": count})
        for label, count in found.list_counts()
    ]
    hidden = ngettext(
        "This includes %(count)s merged ticket that you can't see.",
        "This includes %(count)s merged tickets that you can't see.",
        found.hidden,
    )
    named = hidden % {"count": found.hidden} if found.hidden else ""
    return {"rows": rows, "files": found.file_names, "hidden": named}


def _render(request: AgentRequest, ticket: Ticket, form: Any, more: dict[str, Any]) -> HttpResponse:
    is_refused = form.is_bound and form.errors
    context = {
        **build_shell(request),
        "form": form,
        "action": request.path,
        "page_title": more["title"],
        "intro": ticket.subject,
        "submit_label": more["button"],
        "back_url": reverse("agent:ticket", args=[ticket.number]),
        "back_label": ticket.reference,
        "found": more.get("found"),
        "file": more.get("file", ""),
    }
    return render(request, TEMPLATE, context, status=422 if is_refused else 200)
