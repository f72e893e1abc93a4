"""Pages of escalated accounts: starting an escalation, its updates, changing and ending it."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Account
from helpdesk.agent.help.attention import describe_escalation
from helpdesk.agent.help.forms import EscalationForm, ReasonForm, UpdateForm
from helpdesk.agent.permissions import AgentRequest, agent_action, agent_required
from helpdesk.agent.redirects import see_other
from helpdesk.agent.shell import build_shell
from helpdesk.agent.views.form_pages import add_service_error
from helpdesk.shared.urls import get_url
from helpdesk.shared.wording.times import format_datetime
from tickets.attention.access import can_decide, find_escalation
from tickets.attention.escalating import (
    EscalationPlan,
    add_update,
    change_escalation,
    end_escalation,
    escalate_account,
)
from tickets.errors import ServiceError
from tickets.models import AccountEscalation

MAX_SHOWN = 100  # updates, and earlier escalations
END_IDS = "end_%s"  # of the fields of the form that ends an escalation


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def show_escalation(request: AgentRequest, account_id: int) -> HttpResponse:
    """Show the escalation of an account with its updates; leads start or change it here."""
    if request.method == "POST" and not request.agent.can_write:
        raise PermissionDenied(_("Only leads and admins can escalate an account."))
    account = get_account(request, account_id)
    escalation = find_escalation(account)
    may_change = _may_change(request, escalation)
    if request.method == "POST" and not may_change:
        raise PermissionDenied(_("Only leads and admins can escalate an account."))
    form = EscalationForm(
        request.POST if request.method == "POST" else None,
        desk=request.desk,
        escalation=escalation,
    )
    if form.is_bound and form.is_valid():
        return _save_escalation(request, account, escalation, form)
    return _render_escalation(request, account, escalation, form if may_change else None)


def _save_escalation(
    request: AgentRequest,
    account: Account,
    escalation: AccountEscalation | None,
    form: EscalationForm,
) -> HttpResponse:
    given, now = dict(form.cleaned_data), timezone.now()
    why = given.pop("why", "")
    plan, by = EscalationPlan(**given), request.agent
    try:
        if escalation is None:
            escalate_account(account=account, plan=plan, why=why, agent=by, at=now)
            messages.success(request, _("Account escalated."))
        else:
            change_escalation(escalation_id=escalation.pk, plan=plan, agent=by, at=now)
            messages.success(request, _("Escalation changed."))
    except ServiceError as error:
        add_service_error(form, error)
        return _render_escalation(request, account, find_escalation(account), form)
    return see_other(get_url("agent:account_escalation", account.pk))


def _render_escalation(
    request: AgentRequest,
    account: Account,
    escalation: AccountEscalation | None,
    form: forms.Form | None,
    *,
    update_form: forms.Form | None = None,
    end_form: forms.Form | None = None,
) -> HttpResponse:
    """Render the page. update_form, end_form: those that have errors; they keep what was typed."""
    now = timezone.now()
    has_forms = escalation is not None and form is not None
    earlier = AccountEscalation.objects.filter(account=account, ended_at__isnull=False)
    context = {
        **build_shell(request, current="attention"),
        "account": account,
        "account_url": get_url("agent:account", account.pk),
        "escalation": describe_escalation(escalation, now=now) if escalation else None,
        "why": escalation.why if escalation else "",
        "updates": _list_updates(escalation),
        "earlier": [_describe_earlier(each) for each in earlier[:MAX_SHOWN]],
        "form": form,
        "update_form": (update_form or UpdateForm()) if has_forms else None,
        "end_form": (end_form or ReasonForm(auto_id=END_IDS)) if has_forms else None,
    }
    posted = (form, update_form, end_form)
    status = 422 if any(each is not None and each.is_bound for each in posted) else 200
    return render(request, "agent/attention/account.html", context, status=status)


def _list_updates(escalation: AccountEscalation | None) -> list[tuple[str, str]]:
    """Return who reported what, newest first."""
    if escalation is None:
        return []
    updates = escalation.updates.select_related("agent")[:MAX_SHOWN]
    return [
        (
            _("%(name)s, %(time)s")
            % {"name": each.agent or _("a former agent"), "time": format_datetime(each.at)},
            each.text,
        )
        for each in updates
    ]


def _describe_earlier(escalation: AccountEscalation) -> tuple[str, str]:
    assert escalation.ended_at is not None  # noqa: S101 (only those that have ended)
    times = _("%(start)s to %(end)s") % {
        "start": format_datetime(escalation.started_at),
        "end": format_datetime(escalation.ended_at),
    }
    return times, escalation.end_reason


@agent_action
def report_update(request: AgentRequest, account_id: int) -> HttpResponse:
    """Add the lead's update about an escalated account."""

    def change(escalation: AccountEscalation, text: str) -> str:
        now = timezone.now()
        add_update(escalation_id=escalation.pk, agent=request.agent, text=text, at=now)
        return _("Update added.")

    form = UpdateForm(request.POST)
    return _apply(request, account_id, form, change, name="update_form")


@agent_action
def end(request: AgentRequest, account_id: int) -> HttpResponse:
    """End the escalation of an account."""

    def change(escalation: AccountEscalation, why: str) -> str:
        now = timezone.now()
        end_escalation(escalation_id=escalation.pk, agent=request.agent, why=why, at=now)
        return _("Escalation ended.")

    form = ReasonForm(request.POST, auto_id=END_IDS)
    return _apply(request, account_id, form, change, name="end_form")


def _apply(
    request: AgentRequest,
    account_id: int,
    form: forms.Form,
    change: Callable[[AccountEscalation, str], str],
    *,
    name: str,
) -> HttpResponse:
    """Change an escalation by a form of one text. name: of the form on the page."""
    account = get_account(request, account_id)
    escalation = find_escalation(account)
    if not _may_change(request, escalation):
        raise PermissionDenied(_("Only the lead, leads and admins can change this escalation."))
    if escalation is None:
        messages.error(request, _("%(account)s isn't escalated.") % {"account": account})
        return see_other(get_url("agent:account_escalation", account.pk))
    if form.is_valid():
        (text,) = form.cleaned_data.values()
        try:
            messages.success(request, change(escalation, text))
        except ServiceError as error:
            add_service_error(form, error)
        else:
            return see_other(get_url("agent:account_escalation", account.pk))
    plan = EscalationForm(desk=request.desk, escalation=escalation)
    return _render_escalation(request, account, escalation, plan, **{name: form})


def _may_change(request: AgentRequest, escalation: AccountEscalation | None) -> bool:
    is_lead = escalation is not None and escalation.lead_id == request.agent.pk
    return can_decide(request.agent) or (is_lead and request.agent.can_write)


def get_account(request: AgentRequest, account_id: int) -> Account:
    """Return an account of the desk. Raises Http404."""
    account = Account.objects.filter(desk=request.desk, pk=account_id).first()
    if account is None:
        raise Http404
    return account
