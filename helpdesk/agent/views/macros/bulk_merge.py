"""Merging selected tickets into one of them: the choice with a preview, then the bulk change."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from helpdesk.agent.macros.merge_form import BulkMergeForm
from helpdesk.agent.macros.selection import Selection, read_selection
from helpdesk.agent.permissions import AgentRequest, agent_required, write_access_required
from helpdesk.agent.redirects import see_other
from helpdesk.agent.sending import create_once
from helpdesk.agent.shell import build_shell
from helpdesk.agent.views.form_pages import add_service_error
from helpdesk.agent.views.macros.bulk import run_now
from helpdesk.shared.fields import new_form_token
from helpdesk.shared.urls import get_url
from tickets.access import tickets_for_agent
from tickets.bulk.merging import BulkMerge, check_merge_size, start_bulk_merge
from tickets.errors import InvalidValueError, ServiceError
from tickets.models import BulkJob, Ticket


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
def merge_selected(request: AgentRequest) -> HttpResponse:
    """Ask which of the selected tickets stays and show what can't be merged, then merge.

    The list posts the selection. The form posts it again: with ``preview`` for another choice, with
    ``apply`` to merge.
    """
    try:
        selection = read_selection(request, at=timezone.now())
        if selection.rows or request.method == "POST":
            check_merge_size(len(selection.rows))
    except (ValidationError, InvalidValueError) as error:
        text = error.messages[0] if isinstance(error, ValidationError) else str(error)
        return _render(request, Selection(()), BulkMergeForm(None, tickets=()), problem=text)
    tickets = _list_tickets(request, selection)
    is_sent = bool({"apply", "preview"} & request.POST.keys())
    form = BulkMergeForm(request.POST if is_sent else None, tickets=tickets)
    if "apply" not in request.POST:
        return _render(request, selection, form)
    if not form.is_previewed:
        form.add_error(None, _("You chose something else. Check the preview, then merge."))
    if form.is_valid():
        try:
            return see_other(get_url("agent:bulk_change", _start_once(request, form).pk))
        except ServiceError as error:
            add_service_error(form, error)
    return _render(request, selection, form, status=422)


def _list_tickets(request: AgentRequest, selection: Selection) -> list[Ticket]:
    found = tickets_for_agent(request.agent).filter(pk__in=selection.ids)
    return list(found.select_related("desk", "contact", "account").order_by("pk"))


def _start_once(request: AgentRequest, form: BulkMergeForm) -> BulkJob:
    merge = BulkMerge(int(form.cleaned_data["into"]), form.is_across)

    def work() -> BulkJob:
        ids = [ticket.pk for ticket in form.tickets]
        return start_bulk_merge(agent=request.agent, ticket_ids=ids, merge=merge, at=timezone.now())

    job = create_once(request, work, visible=BulkJob.objects.filter(agent=request.agent))
    run_now(job)
    return job


def _render(
    request: AgentRequest,
    selection: Selection,
    form: BulkMergeForm,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    lines = form.list_lines(at=timezone.now())
    count = sum(not line.problem for line in lines)
    button = ngettext("Merge %(count)s ticket", "Merge %(count)s tickets", count)
    if not problem and not selection.rows:
        problem = _("Select tickets in a list first.")
    back = get_url("agent:queue")
    context: dict[str, Any] = {
        **build_shell(request),
        "form": form,
        "form_token": request.POST.get("form_token") or new_form_token(),
        "title": _("Merge tickets"),
        "button": button % {"count": count} if count else "",
        "lines": lines,
        "numbers": selection.numbers,
        "list_query": selection.list_query,
        "problem": problem,
        "back_url": f"{back}?{selection.list_query}" if selection.list_query else back,
    }
    is_refused = bool(problem) and request.method == "POST"
    return render(
        request, "agent/macros/bulk_merge.html", context, status=422 if is_refused else status
    )
