"""Macros on a ticket: choose one, see what it will do, apply it."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.agent.macros.cards import describe_for_ticket
from helpdesk.agent.macros.drafts import put_into_composer
from helpdesk.agent.macros.wording import describe_language
from helpdesk.agent.permissions import AgentRequest, agent_required, write_access_required
from helpdesk.agent.redirects import see_other
from helpdesk.agent.sending import submit_agent_form_once
from helpdesk.agent.shell import build_shell
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.agent.views.macros.editing import describe_empty, search_macros
from helpdesk.shared.fields import SubmitOnceForm
from helpdesk.shared.urls import get_url
from tickets.errors import ServiceError
from tickets.macros.access import list_usable_macros
from tickets.macros.acts import MOVES, resolve
from tickets.macros.applying import apply_macro, split_status, write_reply
from tickets.macros.steps import describe_status, list_steps
from tickets.models import Macro, Ticket

MAX_OFFERED = 50


@require_http_methods(["GET", "HEAD"])
@agent_required
@write_access_required
def choose_macro(request: AgentRequest, number: int) -> HttpResponse:
    """List the macros for a ticket, the most used first, or those that contain some words."""
    ticket = get_ticket_for_change(request.agent, number)
    words = request.GET.get("q", "").strip()[:200]
    found = search_macros(list_usable_macros(request.agent, ticket), words)
    macros = list(found.select_related("department")[: MAX_OFFERED + 1])
    context = {
        **build_shell(request),
        "back_url": get_url("agent:ticket", number),
        "back_label": ticket.reference,
        "subject": ticket.subject,
        "words": words,
        "lines": [describe_for_ticket(macro, number) for macro in macros[:MAX_OFFERED]],
        "is_cut": len(macros) > MAX_OFFERED,
        "macros_url": get_url("agent:macros"),
        "empty": describe_empty(words, request.agent),
    }
    return render(request, "agent/macros/choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
def use_macro(request: AgentRequest, number: int, macro_id: int) -> HttpResponse:
    """Show what a macro will do to a ticket, then do it. Its reply goes into the composer."""
    ticket = get_ticket_for_change(request.agent, number)
    macro = list_usable_macros(request.agent, ticket).filter(pk=macro_id).first()
    if macro is None:
        raise Http404
    macro.desk = request.desk
    if request.method != "POST":
        return _show(request, ticket, macro, SubmitOnceForm())
    form = SubmitOnceForm(request.POST)
    if not form.is_valid():
        return _show(request, ticket, macro, form, status=422)
    try:
        _apply_once(request, ticket, macro, form)
    except ServiceError as error:
        form.add_error(None, str(error))
        return _show(request, ticket, macro, form, status=422)
    except Ticket.DoesNotExist:
        raise Http404 from None
    return _return_to_ticket(request, ticket, macro)


def _apply_once(request: AgentRequest, ticket: Ticket, macro: Macro, form: SubmitOnceForm) -> None:
    now = timezone.now()

    def work() -> Ticket:
        prepared = apply_macro(macro=macro, ticket_id=ticket.pk, agent=request.agent, at=now)
        if prepared.text:
            put_into_composer(request, ticket, prepared, at=now)
        return ticket

    with transaction.atomic():
        submit_agent_form_once(request, form, work, at=now)


def _return_to_ticket(request: AgentRequest, ticket: Ticket, macro: Macro) -> HttpResponse:
    named = {"macro": macro.name}
    if macro.text:
        text = _("Macro %(macro)s applied. Check the reply below, then send it.") % named
        text = f"{text} {describe_language(macro, ticket)}".strip()
    else:
        text = _("Macro %(macro)s applied.") % named
    messages.success(request, text)
    url = get_url("agent:ticket", ticket.number)
    return see_other(f"{url}#composer" if macro.text else url)


@dataclass(slots=True)
class _Preview:
    """Effects of a macro if it were applied now. problem: why it can't be applied, or ""."""

    reply: str
    sentences: list[str] = field(default_factory=list)
    problem: str = ""


def _preview(request: AgentRequest, ticket: Ticket, macro: Macro) -> _Preview:
    preview = _Preview(write_reply(macro, ticket, request.agent))
    acts, next_status = split_status(macro)
    try:
        resolved = resolve(acts, desk=request.desk, agent=request.agent)
    except ServiceError as error:
        preview.problem = str(error)
        return preview
    preview.sentences = [step.sentence for step in list_steps(ticket, resolved)]
    if next_status and next_status != ticket.status:
        sentence = describe_status(ticket, next_status)
        preview.sentences.append(_("When you send the reply: %(act)s") % {"act": sentence})
    if acts.status and acts.status != ticket.status:
        preview.problem = _find_problem(ticket, acts.status)
    return preview


def _find_problem(ticket: Ticket, status: str) -> str:
    """Return why the ticket can't get a status now, or ""."""
    if MOVES[status] in ticket.list_transitions():
        return ""
    return _("The status can't be changed while the ticket is %(status)s.") % {
        "status": ticket.desk.word_for(ticket.word_key)
    }


def _show(
    request: AgentRequest,
    ticket: Ticket,
    macro: Macro,
    form: SubmitOnceForm,
    *,
    status: int = 200,
) -> HttpResponse:
    preview = _preview(request, ticket, macro)
    context = {
        **build_shell(request),
        "form": form,
        "macro_name": macro.name,
        "subject": ticket.subject,
        "action": get_url("agent:ticket_macro", ticket.number, macro.pk),
        "back_url": get_url("agent:ticket_macros", ticket.number),
        "ticket_url": get_url("agent:ticket", ticket.number),
        "ticket_label": ticket.reference,
        "reply": preview.reply,
        "reply_language": describe_language(macro, ticket) if preview.reply else "",
        "sentences": preview.sentences,
        "problem": preview.problem,
    }
    return render(request, "agent/macros/preview.html", context, status=status)
