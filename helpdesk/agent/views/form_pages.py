"""Pages that are one form (templates/agent/form_page.html)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from helpdesk.agent.permissions import AgentRequest
from helpdesk.agent.redirects import redirect_to_ticket, see_other
from helpdesk.agent.shell import build_shell
from helpdesk.shared.components import Link
from helpdesk.shared.drafts import FormDraft, discard, open_draft, restore
from tickets.errors import InvalidValueError, ServiceError
from tickets.models import Ticket

R = TypeVar("R")
FORM_PAGE = "agent/form_page.html"


def run_ticket_form(
    request: AgentRequest,
    ticket: Ticket,
    form: forms.Form,
    change: Callable[[], str],
    *,
    title: str,
    button: str,
    template: str = FORM_PAGE,
    more: dict[str, Any] | None = None,
    after: Callable[[], HttpResponse | None] | None = None,
) -> HttpResponse:
    """Render a form that is filled in before a ticket is changed. When it is valid, change it.

    The view keeps drafts (helpdesk.shared.drafts.keeps_draft).

    change: calls the service; returns the message of success. A ServiceError is shown above the
    form, which keeps its input (422). htmx posts from the ticket's panel, where an error is shown
    as a message. more: the rest of the context of another template than the usual one. after:
    returns where to go after the change if that isn't the ticket.
    """
    success = apply_valid_form(request, form, change)
    if success is not None:
        answer = after() if after else None
        return answer or redirect_to_ticket(request, ticket.number, success=success)
    if form.is_bound and request.htmx:
        texts = [text for errors in form.errors.values() for text in errors]
        refusal = ServiceError(" ".join(map(str, texts)))
        return redirect_to_ticket(request, ticket.number, error=refusal)
    return render_form(
        request,
        form,
        status=422 if form.is_bound else 200,
        page_title=title,
        intro=ticket.subject,
        submit_label=button,
        back_url=reverse("agent:ticket", args=[ticket.number]),
        back_label=ticket.reference,
        template=template,
        more=more,
    )


def run_page_form(
    request: AgentRequest,
    form: forms.Form,
    change: Callable[[], str],
    *,
    title: str,
    button: str,
    back: Link,
    intro: str = "",
    draft: FormDraft | None = None,
    template: str = FORM_PAGE,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """Render a form that belongs to another page. When it is valid, change it and go back.

    back: where the reader came from. draft: for people without drafts. more: the rest of the
    context of another template than the usual one. Errors as in run_ticket_form, those of one
    field beside it.
    """
    success = apply_valid_form(request, form, change)
    if success is not None:
        messages.success(request, success)
        return see_other(back.url)
    return render_form(
        request,
        form,
        status=422 if form.is_bound else 200,
        page_title=title,
        intro=intro,
        submit_label=button,
        back_url=back.url,
        back_label=back.label,
        template=template,
        more=(more or {}) | ({"draft": draft} if draft else {}),
    )


def apply_valid_form(
    request: AgentRequest,
    form: forms.Form,
    change: Callable[[], R],
    *,
    explain: Callable[[ServiceError], str] = str,
) -> R | None:
    """Make the change of a valid form, and discard its draft. Return what ``change`` returns.

    None for a form that isn't valid, or that the service refused: the form has the reason.
    explain: returns the reason for an error.
    """
    if not (form.is_bound and form.is_valid()):
        return None
    try:
        with transaction.atomic():
            result = change()
            discard(request, request.get_full_path())
    except ServiceError as error:
        add_service_error(form, error, text=explain(error))
        return None
    return result


def add_service_error(form: forms.Form, error: ServiceError, *, text: str = "") -> None:
    """Show why a service refused a form: beside the field that it's about, else above the form."""
    field = error.field if isinstance(error, InvalidValueError) else None
    form.add_error(field if field in form.fields else None, text or str(error))


def render_form(
    request: AgentRequest,
    form: forms.Form,
    *,
    page_title: str,
    submit_label: str,
    back_url: str,
    back_label: str,
    intro: str = "",
    status: int = 200,
    template: str = FORM_PAGE,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """Render a form that posts to the page's own URL."""
    action = request.get_full_path()
    draft = open_draft(request, action=action, save_view="agent:drafts")
    if not form.is_bound:
        restore(form, draft)
    context: dict[str, Any] = {
        **build_shell(request),
        "form": form,
        "draft": draft,
        "action": action,
        "multipart": form.is_multipart(),
        "page_title": page_title,
        "intro": intro,
        "submit_label": submit_label,
        "back_url": back_url,
        "back_label": back_label,
        **(more or {}),
    }
    return render(request, template, context, status=status)
