"""Pages that are one form (templates/agent/form_page.html)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from helpdesk.agent.permissions import AgentRequest
from helpdesk.agent.shell import make_shell
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
    """A form about a ticket, asked before it is changed."""
    return ask(
        request,
        form,
        status=status,
        page_title=title,
        intro=ticket.subject,
        submit_label=button,
        back_url=reverse("agent:ticket", args=[ticket.number]),
        back_label=ticket.reference,
    )


def ask(
    request: AgentRequest, form: forms.Form, *, status: int = 200, **words: Any
) -> HttpResponse:
    """A form that posts to the page's own address; words as the template says."""
    context = {
        **make_shell(request),
        "form": form,
        "action": request.path,
        "multipart": form.is_multipart(),
        **words,
    }
    return render(request, "agent/form_page.html", context, status=status)
