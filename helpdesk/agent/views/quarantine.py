"""Mail that became no ticket: held for a person, or set aside because it cannot be read. For leads and admins."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from channels_intake.mime.masking import mask_source
from channels_intake.models import InboundMessage, InboundState
from channels_intake.selectors import list_quarantined
from helpdesk.agent.audit import record_admin_view
from helpdesk.agent.permissions import AgentRequest, agent_action, agent_page
from helpdesk.agent.redirects import redirect_to_ticket, see_other
from helpdesk.agent.shell import SEES_QUARANTINE, make_shell
from helpdesk.agent.views.mails import describe_mail, read_source, show_text_of
from helpdesk.shared.numbers import parse_number
from helpdesk.shared.quarantine import DecisionForm
from helpdesk.shared.times import format_age, format_datetime, format_full_datetime, to_iso
from tickets.errors import ServiceError

MAX_SHOWN = 50


@agent_page
def list_quarantine(request: AgentRequest) -> HttpResponse:
    """The newest held messages of the desk, each with its reason; or (show=discarded) those put out of the way."""
    _require_right(request)
    is_discarded = request.GET.get("show") == "discarded"
    held = list_quarantined(request.desk, discarded=is_discarded)
    if before := parse_number(request.GET.get("before")):
        held = held.filter(pk__lt=before)
    found = list(held[: MAX_SHOWN + 1])
    shown = found[:MAX_SHOWN]
    context = {
        **make_shell(request, current="quarantine"),
        "held": [_describe(inbound) for inbound in shown],
        "views": _list_views(is_discarded),
        "pagination": {
            "older_url": _older_url(shown, is_discarded) if len(found) > MAX_SHOWN else ""
        },
    }
    return render(request, "agent/quarantine/page.html", context)


@agent_page
def show_inbound(request: AgentRequest, inbound_id: int) -> HttpResponse:
    """A held message as plain text: nothing of it is rendered. Of a released one, the ticket."""
    inbound = _find(request, inbound_id)
    if inbound.ticket is not None:
        return redirect_to_ticket(request, inbound.ticket.number)
    if not inbound.is_held:
        raise Http404
    record_admin_view(request, inbound)
    return _show(request, inbound, DecisionForm(desk=request.desk))


@agent_action
def decide_inbound(request: AgentRequest, inbound_id: int) -> HttpResponse:
    """Release, discard or put back; sent again it changes nothing more. A release leads to the ticket."""
    inbound = _find(request, inbound_id)
    form = DecisionForm(request.POST, desk=request.desk)
    if not form.is_valid():
        return _show(request, inbound, form, status=422)
    try:
        ticket, told = form.decide(inbound, by=request.agent.user, at=timezone.now())
    except ServiceError as refusal:
        form.add_error(None, str(refusal))
        return _show(request, inbound, form, status=422)
    if ticket is not None:
        return redirect_to_ticket(request, ticket.number, told=told)
    messages.success(request, told)
    return see_other(reverse("agent:quarantine"))


def _show(
    request: AgentRequest, inbound: InboundMessage, form: DecisionForm, *, status: int = 200
) -> HttpResponse:
    raw = mask_source(read_source(inbound))
    context = {
        **make_shell(request, current="quarantine"),
        "inbound": _describe(inbound),
        "form": form,
        "mail": describe_mail(raw),
        **show_text_of(raw),
    }
    return render(request, "agent/quarantine/message.html", context, status=status)


def _require_right(request: AgentRequest) -> None:
    if request.agent.role not in SEES_QUARANTINE:
        raise Http404


def _find(request: AgentRequest, inbound_id: int) -> InboundMessage:
    _require_right(request)
    inbound = InboundMessage.objects.filter(desk=request.desk, pk=inbound_id).first()
    if inbound is None:
        raise Http404
    return inbound


def _list_views(is_discarded: bool) -> list[dict[str, Any]]:
    address = reverse("agent:quarantine")
    return [
        {"url": address, "label": "Held", "current": not is_discarded},
        {"url": f"{address}?show=discarded", "label": "Discarded", "current": is_discarded},
    ]


def _older_url(shown: list[InboundMessage], is_discarded: bool) -> str:
    asked = {"show": "discarded"} if is_discarded else {}
    return reverse("agent:quarantine", query=asked | {"before": shown[-1].pk})


def _describe(inbound: InboundMessage) -> dict[str, Any]:
    return {
        "url": reverse("agent:quarantined", args=[inbound.pk]),
        "source_url": f"{reverse('agent:received_mail', args=[inbound.pk])}?download=1",
        "decision_url": reverse("agent:decision", args=[inbound.pk]),
        "is_held": inbound.is_held,
        "is_discarded": inbound.discarded_at is not None,
        "sender": inbound.sender or "Unknown sender",
        "subject": inbound.subject or "(no subject)",
        "state": inbound.state,
        "state_word": "Quarantined" if inbound.state == InboundState.QUARANTINED else "Set aside",
        "reason": inbound.explanation,
        "at_iso": to_iso(inbound.received_at),
        "at_text": format_age(inbound.received_at, now=timezone.now()),
        "at_moment": format_datetime(inbound.received_at),
        "at_title": format_full_datetime(inbound.received_at),
    }
