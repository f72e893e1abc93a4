"""Bulk changes: the form for the selected tickets, the progress, the summary, the undo."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from helpdesk.agent.macros.forms import BulkForm
from helpdesk.agent.macros.progress import describe_progress
from helpdesk.agent.macros.selection import Selection, read_selection
from helpdesk.agent.permissions import (
    AgentRequest,
    agent_action,
    agent_page,
    agent_required,
    write_access_required,
)
from helpdesk.agent.redirects import see_other
from helpdesk.agent.sending import create_once
from helpdesk.agent.shell import build_shell
from helpdesk.agent.views.form_pages import add_service_error
from helpdesk.shared.fields import new_form_token
from helpdesk.shared.urls import get_url
from tickets.bulk.running import run_slice
from tickets.bulk.starting import check_size, start_bulk_change, undo_bulk_change
from tickets.errors import InvalidValueError, ServiceError
from tickets.macros.acts import Acts
from tickets.macros.applying import split_status
from tickets.models import BulkJob, Macro

AT_ONCE = 50  # tickets that are changed within the request
MAX_NAMED = 20  # numbers of tickets on the form
MAX_PINNED = 500  # tickets of a list that the form names, so that these are what is changed
MAX_QUICK = 200  # characters of what a button changes


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
def start(request: AgentRequest) -> HttpResponse:
    """Ask what to change on the selected tickets, then change them.

    The list posts the selection. The form posts it again, with ``apply``. A button of the list can
    say what to change by itself, in ``quick``.
    """
    now, quick = timezone.now(), request.POST.get("quick", "")[:MAX_QUICK]
    is_applied = bool(quick) or "apply" in request.POST
    given = QueryDict(quick) if quick else request.POST
    form = BulkForm(given if is_applied else None, agent=request.agent)
    try:
        selection = read_selection(request, at=now)
        if request.method == "POST":
            check_size(len(selection.rows))
    except (ValidationError, InvalidValueError) as error:
        text = error.messages[0] if isinstance(error, ValidationError) else str(error)
        return _render(request, form, Selection(()), problem=text, status=422)
    if not is_applied or not form.is_valid():
        return _render(request, form, selection, status=422 if is_applied else 200)
    try:
        job = _start_once(request, selection, form)
    except ServiceError as error:
        add_service_error(form, error)
        return _render(request, form, selection, status=422)
    if len(selection.rows) <= AT_ONCE:
        run_now(job)
    return see_other(get_url("agent:bulk_change", job.pk))


def _start_once(request: AgentRequest, selection: Selection, form: BulkForm) -> BulkJob:
    macro: Macro | None = form.cleaned_data["macro"]
    acts = _read_acts(macro) if macro else form.read_acts()

    def work() -> BulkJob:
        return start_bulk_change(
            agent=request.agent,
            ticket_ids=selection.ids,
            acts=acts,
            macro=macro,
            at=timezone.now(),
        )

    return create_once(request, work, visible=BulkJob.objects.filter(agent=request.agent))


def _read_acts(macro: Macro) -> Acts:
    acts, _status = split_status(macro)
    if not acts:
        raise InvalidValueError(
            "macro",
            _(
                "This macro changes nothing until its reply is sent, so it can't be applied in "
                "bulk. Apply it to one ticket at a time."
            ),
        )
    return acts


def run_now(job: BulkJob) -> None:
    """Make a small change within the request. What is left is done in the background."""
    run_slice(job.pk, at=timezone.now(), limit=AT_ONCE)
    run_slice(job.pk, at=timezone.now(), limit=AT_ONCE)  # notes the end


def _render(
    request: AgentRequest,
    form: BulkForm,
    selection: Selection,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    prefix, numbers = request.desk.ticket_prefix, selection.numbers
    count = len(numbers)
    is_pinned = not selection.scope or count <= MAX_PINNED
    text = ngettext("Change %(count)s ticket", "Change %(count)s tickets", count)
    back = get_url("agent:queue")
    context: dict[str, Any] = {
        **build_shell(request),
        "form": form,
        "form_token": request.POST.get("form_token") or new_form_token(),
        "title": text % {"count": count} if count else _("Change tickets"),
        "numbers": numbers if is_pinned else (),
        "named": [f"{prefix}-{number}" for number in numbers[:MAX_NAMED]],
        "more": max(0, count - MAX_NAMED),
        "list_query": selection.list_query,
        "scope": "" if is_pinned else selection.scope,
        "problem": problem or ("" if count else _("Select tickets in a list first.")),
        "back_url": f"{back}?{selection.list_query}" if selection.list_query else back,
    }
    return render(request, "agent/macros/bulk_form.html", context, status=status)


@vary_on_headers("HX-Request")
@agent_page
def show(request: AgentRequest, job_id: int) -> HttpResponse:
    """Show the progress and the summary of a bulk change; to htmx that part alone."""
    job = _get_job(request, job_id)
    progress = describe_progress(job, request.agent)
    if request.htmx:
        return render(request, "agent/macros/_progress.html", {"progress": progress})
    context = {**build_shell(request), "progress": progress}
    return render(request, "agent/macros/bulk.html", context)


@agent_action
def undo(request: AgentRequest, job_id: int) -> HttpResponse:
    """Take back a bulk change, where nobody has changed the tickets since."""
    job = _get_job(request, job_id)
    try:
        undone = undo_bulk_change(job_id=job.pk, agent=request.agent, at=timezone.now())
    except ServiceError as error:
        messages.error(request, str(error))
        return see_other(get_url("agent:bulk_change", job.pk))
    if undone.items.count() <= AT_ONCE:
        run_now(undone)
    return see_other(get_url("agent:bulk_change", undone.pk))


def _get_job(request: AgentRequest, job_id: int) -> BulkJob:
    """Return a bulk change by the agent. Raises Http404 for those of others."""
    found = BulkJob.objects.select_related("desk", "undo_of")
    job = found.filter(pk=job_id, desk=request.desk, agent=request.agent).first()
    if job is None:
        raise Http404
    return job
