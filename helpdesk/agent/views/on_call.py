"""On-call rotas: who is on call, the coming turns, and swaps between agents."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.agent.permissions import (
    AgentRequest,
    agent_action,
    agent_page,
    agent_required,
    write_access_required,
)
from helpdesk.agent.redirects import see_other
from helpdesk.agent.schedules.forms import SwapForm
from helpdesk.agent.schedules.rotas import format_turn, list_rota_cards, list_swaps
from helpdesk.agent.shell import build_shell
from helpdesk.agent.views.form_pages import render_form
from helpdesk.agent.views.schedules import list_tabs
from helpdesk.shared.drafts import keeps_draft
from routing.models import OnCallSwap, OnCallTurn
from routing.staff.on_call import decide_swap, offer_swap, withdraw_swap
from tickets.errors import InvalidValueError, ServiceError


@agent_page
def show_rotas(request: AgentRequest) -> HttpResponse:
    """Show the rotas with who is on call now, the coming turns and open swaps."""
    cards = list_rota_cards(
        request.desk, request.agent, at=timezone.now(), admin=request.user.is_staff
    )
    context = {
        **build_shell(request, current="on_call"),
        "tabs": list_tabs("agent:on_call"),
        "rotas": cards,
        "swaps": list_swaps(request.desk, request.agent),
    }
    return render(request, "agent/schedule/on_call.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def offer(request: AgentRequest, turn_id: int) -> HttpResponse:
    """Ask another agent to take a turn of one's own."""
    turn = OnCallTurn.objects.filter(desk=request.desk, pk=turn_id).first()
    if turn is None:
        raise Http404
    if turn.agent_id != request.agent.pk:
        raise PermissionDenied(_("You can offer only your own on-call turns."))
    data = request.POST if request.method == "POST" else None
    form = SwapForm(data, turn=turn, by=request.agent)
    if form.is_bound and form.is_valid():
        try:
            return _offer(request, turn, form)
        except InvalidValueError as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        except ServiceError as refused:
            form.add_error(None, str(refused))
    return render_form(
        request,
        form,
        page_title=_("Offer an on-call turn"),
        intro=format_turn(turn),
        submit_label=_("Ask for a swap"),
        back_url=reverse("agent:on_call"),
        back_label=_("On call"),
        status=422 if form.is_bound else 200,
    )


def _offer(request: AgentRequest, turn: OnCallTurn, form: SwapForm) -> HttpResponse:
    to = form.cleaned_data["offered_to"]
    offer_swap(
        turn=turn,
        to=to,
        by=request.agent,
        at=timezone.now(),
        in_return=form.cleaned_data["in_return"],
    )
    messages.success(request, _("%(agent)s was asked to take this turn.") % {"agent": to})
    return see_other(reverse("agent:on_call"))


@agent_action
def decide(request: AgentRequest, swap_id: int) -> HttpResponse:
    """Accept, decline or withdraw an offer, as the field "decision" says."""
    swap = OnCallSwap.objects.filter(desk=request.desk, pk=swap_id).first()
    if swap is None:
        raise Http404
    try:
        success = _decide(request, swap, request.POST.get("decision", ""))
    except ServiceError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, success)
    return see_other(reverse("agent:on_call"))


def _decide(request: AgentRequest, swap: OnCallSwap, decision: str) -> str:
    by, at = request.agent, timezone.now()
    if decision == "withdraw":
        withdraw_swap(swap=swap, by=by, at=at)
        return _("The offer was withdrawn.")
    if decision not in ("accept", "decline"):
        raise ServiceError(_("Choose whether to accept or to decline."))
    decide_swap(swap=swap, by=by, is_accepted=decision == "accept", at=at)
    return _("You took the turn.") if decision == "accept" else _("You declined the swap.")
