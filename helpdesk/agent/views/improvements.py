"""Product feedback: its three lists, an entry, and the questions about a ticket (M64)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from helpdesk.agent.forms import expect
from helpdesk.agent.improvements.components import (
    TONES,
    describe_counts,
    describe_ticket,
    link_accounts,
)
from helpdesk.agent.improvements.forms import EntryForm, MergeEntryForm, QuestionsForm
from helpdesk.agent.improvements.lists import Choice, read_rows, write_file
from helpdesk.agent.permissions import (
    AgentRequest,
    agent_action,
    agent_page,
    agent_required,
    require_write_access,
    write_access_required,
)
from helpdesk.agent.redirects import apply_change, see_other
from helpdesk.agent.shell import build_shell
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.agent.views.form_pages import add_service_error, run_ticket_form
from helpdesk.shared.components import EmptyState, Link, Pagination
from helpdesk.shared.drafts import keeps_draft
from helpdesk.shared.urls import get_url
from tickets.errors import ConflictError, ServiceError
from tickets.improvements.answering import answer_questions
from tickets.improvements.changing import change_improvement, get_version, merge_improvement
from tickets.improvements.linking import withdraw_improvement
from tickets.improvements.ranking import Listed, list_improvements, name_accounts
from tickets.models import Improvement, ImprovementLink, ImprovementStatus
from tickets.rules.visibility import TicketVisibility

MAX_TICKETS = 100  # shown of an entry


@agent_page
def show_list(request: AgentRequest) -> HttpResponse:
    """Show one of the lists, what most accounts ask for first."""
    choice = Choice.read(request.GET)
    rows, has_more = read_rows(request.agent, choice)
    names = {
        Listed.DOCUMENTATION: pgettext("product feedback", "Documentation"),
        Listed.BUGS: pgettext("product feedback", "Bugs"),
        Listed.FEATURES: pgettext("product feedback", "Feature requests"),
    }
    statuses = {one.value: str(one.label) for one in ImprovementStatus}
    statuses["all"] = pgettext("product feedback", "All")
    later, earlier = str(choice.page + 1), str(choice.page - 1)
    context = {
        **build_shell(request, current="feedback"),
        "lists": [
            Link(choice.get_url(list=each.value, q=""), name, current=each == choice.listed)
            for each, name in names.items()
        ],
        "statuses": [
            Link(choice.get_url(status=value), name, current=value == (choice.status or "all"))
            for value, name in statuses.items()
        ],
        "choice": choice,
        "rows": rows,
        "export_url": choice.get_url("agent:feedback_export"),
        "pagination": Pagination(
            newer_url=choice.get_url(page=earlier) if choice.page > 1 else "",
            older_url=choice.get_url(page=later) if has_more else "",
            newer_label=_("Previous"),
            older_label=_("Next"),
        ),
        "empty": _describe_empty(choice),
    }
    return render(request, "agent/improvements/list.html", context)


def _describe_empty(choice: Choice) -> EmptyState:
    if choice.words or choice.status != ImprovementStatus.OPEN:
        return EmptyState(
            _("Nothing found"),
            _("Change the status or the words to see more."),
            Choice(listed=choice.listed).get_url(),
            _("Show all open entries"),
        )
    return EmptyState(
        _("Nothing here yet"),
        _("Agents add to this list when they close a ticket, or from its menu later."),
    )


@agent_page
def export(request: AgentRequest) -> HttpResponse:
    """Return a list as CSV."""
    choice = Choice.read(request.GET)
    name = f"{request.desk.slug}-feedback-{choice.listed.value}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    # Excel reads a file as UTF-8 only if it begins with the byte order mark.
    content = write_file(request.agent, choice).encode("utf-8-sig")
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def edit_entry(request: AgentRequest, feedback_id: int) -> HttpResponse:
    """Show an entry with its tickets; agents who may write change it."""
    if request.method == "POST":
        require_write_access(request)
    entry = _get_entry(request, feedback_id)
    if request.method != "POST":
        return _show_entry(request, entry)
    form = EntryForm(request.POST)
    if form.is_valid():
        try:
            change_improvement(
                entry_id=entry.pk, **form.cleaned_data, agent=request.agent, at=timezone.now()
            )
        except ServiceError as error:
            if isinstance(error, ConflictError):  # whoever saves again has seen it
                expect(form, {"version": get_version(entry)})
            add_service_error(form, error)
        else:
            messages.success(request, _("Entry saved."))
            return see_other(get_url("agent:feedback_entry", entry.pk))
    return _show_entry(request, entry, form=form)


@agent_action
def merge_entry(request: AgentRequest, feedback_id: int) -> HttpResponse:
    """Merge an entry into another one of its list."""
    entry = _get_entry(request, feedback_id)
    form = MergeEntryForm(request.POST, agent=request.agent, entry=entry)
    if form.is_valid():
        into = form.cleaned_data["into"]
        try:
            merge_improvement(
                entry_id=entry.pk, into_id=into.pk, agent=request.agent, at=timezone.now()
            )
        except ServiceError as error:
            add_service_error(form, error)
        else:
            messages.success(request, _("Entries merged."))
            return see_other(get_url("agent:feedback_entry", into.pk))
    return _show_entry(request, entry, merging=form)


def _get_entry(request: AgentRequest, entry_id: int) -> Improvement:
    """Return an entry of the agent's desk with its counts. Raises Http404, also for merged ones."""
    found = list_improvements(request.agent).filter(pk=entry_id).first()
    if found is not None:
        return found
    raise Http404(_("This entry doesn't exist. It may have been merged into another one."))


def _show_entry(
    request: AgentRequest,
    entry: Improvement,
    *,
    form: forms.Form | None = None,
    merging: forms.Form | None = None,
) -> HttpResponse:
    agent = request.agent
    visible = TicketVisibility.for_agent(agent).as_q("ticket__")
    links = ImprovementLink.objects.filter(visible, improvement=entry)
    found = list(links.select_related("ticket__account")[: MAX_TICKETS + 1])
    named = name_accounts(agent, entry.kind, [entry.pk])
    context: dict[str, Any] = {
        **build_shell(request, current="feedback"),
        "entry": entry,
        "status_tone": TONES[ImprovementStatus(entry.status)],
        "counts": describe_counts(entry),
        "accounts": link_accounts(named.get(entry.pk, [])),
        "tickets": [
            describe_ticket(link, request.desk, can_write=agent.can_write)
            for link in found[:MAX_TICKETS]
        ],
        "is_cut": len(found) > MAX_TICKETS,
        "back_url": Choice(listed=Listed(entry.kind)).get_url(),
        "back_label": entry.get_kind_display(),
    }
    if agent.can_write:
        initial = {"title": entry.title, "status": entry.status, "version": get_version(entry)}
        context["form"] = form or EntryForm(initial=initial)
        context["merging"] = merging or MergeEntryForm(agent=agent, entry=entry)
    refused = any(each is not None and each.errors for each in (form, merging))
    return render(request, "agent/improvements/entry.html", context, status=422 if refused else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def answer(request: AgentRequest, number: int) -> HttpResponse:
    """Ask the three questions about a ticket, open or closed."""
    ticket = get_ticket_for_change(request.agent, number)
    form = QuestionsForm(request.POST if request.method == "POST" else None, agent=request.agent)
    links = ImprovementLink.objects.filter(ticket=ticket).select_related("improvement")

    def change() -> str:
        answer_questions(
            ticket_id=ticket.pk, agent=request.agent, answers=form.get_answers(), at=timezone.now()
        )
        return _("Product feedback saved.")

    return run_ticket_form(
        request,
        ticket,
        form,
        change,
        title=_("Product feedback"),
        button=_("Save feedback"),
        template="agent/improvements/questions.html",
        more={"known": [one.improvement for one in links], "number": number},
    )


@agent_action
def withdraw(request: AgentRequest, number: int, feedback_id: int) -> HttpResponse:
    """Take a ticket off an entry."""
    ticket = get_ticket_for_change(request.agent, number)
    return apply_change(
        request,
        number,
        lambda: withdraw_improvement(
            ticket_id=ticket.pk, entry_id=feedback_id, agent=request.agent, at=timezone.now()
        ),
        success=_("The ticket was taken off this entry."),
    )
