"""Requests for help: asking a group, its queue, and the page of each request."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from helpdesk.agent.brief.cards import write_prefill
from helpdesk.agent.help.cards import describe_help_line, describe_help_page
from helpdesk.agent.help.forms import AnswerForm, QuestionForm, ReasonForm
from helpdesk.agent.permissions import (
    AgentRequest,
    agent_page,
    agent_required,
    write_access_required,
)
from helpdesk.agent.sending import create_once
from helpdesk.agent.shell import build_shell
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.agent.views.form_pages import run_page_form, run_ticket_form
from helpdesk.shared.components import EmptyState, Link, Pagination
from helpdesk.shared.drafts import keeps_draft
from helpdesk.shared.fields import MAX_TEXT_LENGTH
from helpdesk.shared.numbers import parse_number
from helpdesk.shared.urls import get_url
from tickets.access import tickets_for_agent
from tickets.defects.access import find_key
from tickets.help_requests.access import (
    can_answer,
    get_request_for_agent,
    list_groups_of_agent,
    list_requests_for_agent,
)
from tickets.help_requests.answering import answer_request
from tickets.help_requests.asking import ask_group, withdraw_request
from tickets.models import DefectLink, EngineeringGroup, HelpRequest, HelpState, State, Ticket
from tickets.services.summaries import find_summary, get_summary_fields

PAGE, MAX_TICKETS = 50, 50
ALL, ENDED, MINE = "all", "ended", "mine"


@agent_page
def show_help_requests(request: AgentRequest) -> HttpResponse:
    """Show the open questions to the agent's groups, or to another one, the next due first."""
    groups = list(EngineeringGroup.objects.filter(desk=request.desk))
    chosen = _choose_group(request, groups)
    view = request.GET.get("view", "")
    found, older = _read_page(request, view, chosen)
    now = timezone.now()
    context = {
        **build_shell(request, current="help_requests"),
        "groups": _list_group_links(groups, chosen, view),
        "views": _list_views(chosen, view),
        "lines": [describe_help_line(asked, now=now) for asked in found],
        "pagination": Pagination(older_url=older, older_label=_("Next")),
        "empty": EmptyState(
            _("No questions"),
            _("Agents ask engineering groups from a ticket. Their questions show up here."),
        ),
    }
    return render(request, "agent/help/page.html", context)


def _choose_group(request: AgentRequest, groups: list[EngineeringGroup]) -> list[int]:
    """Return the IDs of the groups whose questions are shown: one's own, at first; [] for all."""
    asked = request.GET.get("group", "")
    if not asked:
        return list_groups_of_agent(request.agent)
    number = parse_number(asked)
    return [group.pk for group in groups if group.pk == number]


def _read_page(
    request: AgentRequest, view: str, chosen: list[int]
) -> tuple[list[HelpRequest], str]:
    """Return a page of requests, and the URL of the next page or ""."""
    found = _filter(list_requests_for_agent(request.agent), request, view, chosen)
    is_ended = view in (ENDED, MINE)
    found = found.order_by("-pk") if is_ended else found.order_by("due_at", "pk")
    after = parse_number(request.GET.get("after"))
    start = list_requests_for_agent(request.agent).filter(pk=after).first() if after else None
    if start and is_ended:
        found = found.filter(pk__lt=start.pk)
    elif start:
        found = found.filter(due_at__gte=start.due_at).exclude(
            due_at=start.due_at, pk__lte=start.pk
        )
    page = list(found[: PAGE + 1])
    query = {**request.GET.dict(), "after": page[PAGE - 1].pk} if len(page) > PAGE else None
    return page[:PAGE], get_url("agent:help_requests", query=query) if query else ""


def _filter(
    found: QuerySet[HelpRequest], request: AgentRequest, view: str, chosen: list[int]
) -> QuerySet[HelpRequest]:
    if view == MINE:
        return found.filter(asked_by=request.agent)
    if chosen:
        found = found.filter(group__in=chosen)
    is_open = {"state": HelpState.OPEN}
    return found.exclude(**is_open) if view == ENDED else found.filter(**is_open)


def _list_group_links(
    groups: list[EngineeringGroup], chosen: list[int], view: str
) -> tuple[Link, ...]:
    if not groups:
        return ()
    kept = {"view": view} if view else {}

    def link(value: str, label: str, *, current: bool) -> Link:
        url = get_url("agent:help_requests", query={"group": value, **kept})
        return Link(url, label, current=current and view != MINE)

    everything = link(ALL, pgettext("engineering groups", "All"), current=not chosen)
    return (
        everything,
        *(link(str(each.pk), each.name, current=chosen == [each.pk]) for each in groups),
    )


def _list_views(chosen: list[int], view: str) -> tuple[Link, ...]:
    kept = {"group": str(chosen[0])} if len(chosen) == 1 else {}
    views = [
        ("", pgettext("requests for help", "Open")),
        (ENDED, pgettext("requests for help", "Ended")),
        (MINE, pgettext("requests for help", "Asked by me")),
    ]
    return tuple(
        Link(
            get_url("agent:help_requests", query=(kept | ({"view": name} if name else {})) or None),
            label,
            current=view == name,
        )
        for name, label in views
    )


@agent_page
def show_help_request(request: AgentRequest, help_id: int) -> HttpResponse:
    """Show a request for help with its answer."""
    asked = _get(request, help_id)
    may = can_answer(request.agent, asked.group_id)
    context: dict[str, Any] = {
        **build_shell(request, current="help_requests"),
        "asked": describe_help_page(asked, request.agent, can_answer=may, now=timezone.now()),
    }
    return render(request, "agent/help/request.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def ask_for_help(request: AgentRequest, number: int) -> HttpResponse:
    """Ask an engineering group about a ticket."""
    ticket = get_ticket_for_change(request.agent, number)
    key = request.GET.get("defect", "")
    tickets = _list_tickets_of(request, key, ticket)
    form = QuestionForm(
        request.POST if request.method == "POST" else None,
        desk=request.desk,
        tickets=tickets,
        initial={
            "ticket": ticket.number,
            "defect": key or _find_only_defect(ticket),
            "question": _write_context(ticket),
        },
    )

    def change() -> str:
        given = {name: form.cleaned_data[name] for name in ("group", "question", "defect")}
        about = form.cleaned_data.get("ticket", ticket)
        create_once(
            request,
            lambda: ask_group(ticket_id=about.pk, agent=request.agent, at=timezone.now(), **given),
            visible=HelpRequest.objects.filter(desk=request.desk),
        )
        return _("Question sent to %(group)s.") % {"group": given["group"]}

    title = _("Ask for help")
    more = {"intro": ""} if tickets else {}
    return run_ticket_form(request, ticket, form, change, title=title, button=title, more=more)


def _list_tickets_of(request: AgentRequest, key: str, ticket: Ticket) -> QuerySet[Ticket]:
    """Return the tickets of the defect from whose page the form was opened, open ones first.

    None if it is about this ticket alone.
    """
    number = find_key(key, request.desk)
    if number is None:
        return Ticket.objects.none()
    links = DefectLink.objects.filter(defect__desk=request.desk, defect__number=number)
    seen = tickets_for_agent(request.agent).alias(is_closed=Q(status=State.CLOSED))
    in_order = seen.select_related("desk").order_by("is_closed", "-pk")
    others = in_order.filter(pk__in=links.values("ticket_id"))
    ids = {ticket.pk, *others.values_list("pk", flat=True)[:MAX_TICKETS]}
    return in_order.filter(pk__in=ids) if len(ids) > 1 else Ticket.objects.none()


def _write_context(ticket: Ticket) -> str:
    """Return what the question begins with: the problem and what was tried, from the summary."""
    known = get_summary_fields(find_summary(ticket.pk))
    text = write_prefill(known, ("problem", "tried", "blocker"), limit=MAX_TEXT_LENGTH)
    return f"{text}\n\n" if text else ""


def _find_only_defect(ticket: Ticket) -> str:
    """Return the key of the one defect that a ticket is linked to; "" if there are several."""
    links = list(DefectLink.objects.filter(ticket=ticket).select_related("defect__desk")[:2])
    return links[0].defect.key if len(links) == 1 else ""


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def answer(request: AgentRequest, help_id: int) -> HttpResponse:
    """End a request with an answer, changed documentation, or a defect."""
    asked = _get(request, help_id)
    form = AnswerForm(request.POST if request.method == "POST" else None, desk=request.desk)

    def change() -> str:
        outcome, now = form.get_outcome(), timezone.now()
        answer_request(help_id=asked.pk, agent=request.agent, outcome=outcome, at=now)
        return _("Answered. The agent who asked has been notified.")

    return run_page_form(
        request,
        form,
        change,
        title=_("Answer"),
        button=_("Send answer"),
        intro=asked.question,
        back=Link(get_url("agent:help_request", asked.pk), asked.group.name),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def withdraw(request: AgentRequest, help_id: int) -> HttpResponse:
    """Withdraw a request that needs no answer anymore."""
    asked = _get(request, help_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)

    def change() -> str:
        why, now = form.cleaned_data["why"], timezone.now()
        withdraw_request(help_id=asked.pk, agent=request.agent, why=why, at=now)
        return _("Question withdrawn.")

    title = _("Withdraw the question")
    return run_page_form(
        request,
        form,
        change,
        title=title,
        button=title,
        intro=asked.question,
        back=Link(get_url("agent:help_request", asked.pk), asked.group.name),
    )


def _get(request: AgentRequest, help_id: int) -> HelpRequest:
    try:
        return get_request_for_agent(request.agent, help_id)
    except HelpRequest.DoesNotExist:
        raise Http404 from None
