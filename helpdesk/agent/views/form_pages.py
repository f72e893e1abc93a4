"""Pages that are one form (templates/agent/form_page.html)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from helpdesk.agent.permissions import AgentRequest
from helpdesk.agent.shell import build_shell
from tickets.models import Ticket


def render_ticket_form(
    request: AgentRequest,
    ticket: Ticket,
    form: forms.Form,
    *,
    title: str,
    button: str,
    status: int = 200,
) -> HttpResponse:
    """Render a form that is filled in before a ticket is changed."""
    return render_form(
        request,
        form,
        status=status,
        page_title=title,
        intro=ticket.subject,
        submit_label=button,
        back_url=reverse("agent:ticket", args=[ticket.number]),
        back_label=ticket.reference,
    )


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
) -> HttpResponse:
    """Render a form that posts to the page's own URL."""
    context: dict[str, Any] = {
        **build_shell(request),
        "form": form,
        "action": request.path,
        "multipart": form.is_multipart(),
        "page_title": page_title,
        "intro": intro,
        "submit_label": submit_label,
        "back_url": back_url,
        "back_label": back_label,
    }
    return render(request, "agent/form_page.html", context, status=status)
