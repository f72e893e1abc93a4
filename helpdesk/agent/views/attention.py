"""Requests for attention: asking, and deciding."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from accounts.models import Account
from helpdesk.agent.help.attention import describe_attention, describe_escalation
from helpdesk.agent.help.forms import (
    AttentionForm,
    DecisionForm,
)
from helpdesk.agent.permissions import (
    AgentRequest,
    agent_page,
    agent_required,
    write_access_required,
)
from helpdesk.agent.shell import build_shell
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.agent.views.account_escalations import get_account
from helpdesk.agent.views.form_pages import run_page_form
from helpdesk.shared.attention import list_attentive_leads
from helpdesk.shared.components import EmptyState, Link, Pagination
from helpdesk.shared.drafts import FormDraft, keeps_draft
from helpdesk.shared.numbers import parse_number
from helpdesk.shared.urls import get_url
from tickets.attention.access import (
    can_ask,
    can_decide,
    get_attention_for_agent,
    list_attention_for_agent,
    list_escalations,
)
from tickets.attention.asking import ask_attention, name_subject
from tickets.attention.deciding import decide_attention
from tickets.models import AttentionRequest, AttentionState, Ticket

PAGE = 50
MAX_SHOWN = 100  # escalated accounts, updates of one
EVERYTHING = "all"


@agent_page
def show_attention(request: AgentRequest) -> HttpResponse:
    """Show the requests that wait for a decision, or all of them, and the escalated accounts."""
    view, now = request.GET.get("view", ""), timezone.now()
    found = list_attention_for_agent(request.agent).order_by("-pk")
    if view != EVERYTHING:
        found = found.filter(state=AttentionState.ASKED)
    if before := parse_number(request.GET.get("before")):
        found = found.filter(pk__lt=before)
    page = list(found[: PAGE + 1])
    may = can_decide(request.agent)
    escalations = list(list_escalations(request.agent)[:MAX_SHOWN])
    escalated = {each.account_id for each in escalations}
    context = {
        **build_shell(request, current="attention"),
        "views": _list_views(view),
        "lines": [
            describe_attention(asked, can_decide=may, escalated=escalated, now=now)
            for asked in page[:PAGE]
        ],
        "escalations": [describe_escalation(each, now=now) for each in escalations],
        "pagination": _paginate(page, view),
        "empty": EmptyState(
            _("No requests for attention"),
            _("Managers ask for attention on a ticket or an account. Leads decide here."),
        ),
    }
    return render(request, "agent/attention/page.html", context)


def _list_views(view: str) -> tuple[Link, ...]:
    url = get_url("agent:attention_requests")
    waiting = pgettext("requests for attention", "Waiting")
    everything = pgettext("requests for attention", "All")
    return (
        Link(url, waiting, current=view != EVERYTHING),
        Link(f"{url}?view={EVERYTHING}", everything, current=view == EVERYTHING),
    )


def _paginate(page: list[AttentionRequest], view: str) -> Pagination:
    if len(page) <= PAGE:
        return Pagination()
    query = {"before": page[PAGE - 1].pk, **({"view": view} if view else {})}
    return Pagination(older_url=get_url("agent:attention_requests", query=query))


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def ask_about_ticket(request: AgentRequest, number: int) -> HttpResponse:
    """Ask for attention on a ticket. Observers may, too."""
    ticket = get_ticket_for_change(request.agent, number)
    back = Link(get_url("agent:ticket", ticket.number), ticket.reference)
    return _ask(request, ticket.account, back, ticket=ticket)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def ask_about_account(request: AgentRequest, account_id: int) -> HttpResponse:
    """Ask for attention on an account as a whole. Observers may, too."""
    account = get_account(request, account_id)
    back = Link(get_url("agent:account", account.pk), account.name)
    return _ask(request, account, back)


def _ask(
    request: AgentRequest, account: Account | None, back: Link, *, ticket: Ticket | None = None
) -> HttpResponse:
    if not can_ask(request.agent, account):
        raise PermissionDenied(
            _("Only the account's managers, observers, leads and admins can ask for attention.")
        )
    form = AttentionForm(request.POST if request.method == "POST" else None)

    def change() -> str:
        now = timezone.now()
        leads = list_attentive_leads(request.desk, now)
        ask_attention(
            agent=request.agent,
            leads=leads,
            at=now,
            ticket_id=ticket.pk if ticket else None,
            account=None if ticket else account,
            **form.cleaned_data,
        )
        return _("Attention requested. The lead will decide.")

    title = _("Ask for attention")
    draft = FormDraft("")  # observers have none
    return run_page_form(
        request,
        form,
        change,
        title=title,
        button=title,
        back=back,
        intro=ticket.subject if ticket else "",
        draft=draft,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def decide(request: AgentRequest, attention_id: int) -> HttpResponse:
    """Accept or decline a request for attention."""
    try:
        asked = get_attention_for_agent(request.agent, attention_id)
    except AttentionRequest.DoesNotExist:
        raise Http404 from None
    _require_lead(request)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    line = describe_attention(asked, can_decide=False, escalated=(), now=timezone.now())

    def change() -> str:
        given, now = form.cleaned_data, timezone.now()
        decide_attention(
            attention_id=asked.pk,
            agent=request.agent,
            is_accepted=given["decision"] == "accept",
            why=given["why"],
            at=now,
        )
        return _("Decision saved.")

    return run_page_form(
        request,
        form,
        change,
        title=_("Decide on attention for %(subject)s") % {"subject": name_subject(asked)},
        button=_("Save decision"),
        template="agent/attention/decide.html",
        more={"line": line},
        back=Link(get_url("agent:attention_requests"), _("Attention")),
    )


def _require_lead(request: AgentRequest) -> None:
    if not can_decide(request.agent):
        raise PermissionDenied(_("Only leads and admins can decide on requests for attention."))
