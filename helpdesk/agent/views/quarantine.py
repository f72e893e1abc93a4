"""Mail that became no ticket: held for a person, or set aside because it cannot be read. For leads and admins."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from channels_intake.models import InboundMessage, InboundState
from channels_intake.selectors import quarantined
from helpdesk.agent.doors import AgentRequest, reading
from helpdesk.agent.shell import SEES_QUARANTINE, make_shell
from helpdesk.agent.views.mails import read_source
from helpdesk.moments import describe_age, describe_moment, describe_moment_fully, to_iso
from helpdesk.numbers import read_number

MOST_SHOWN = 50
MOST_SOURCE = 200_000  # bytes shown; the download has all


@reading
def list_quarantine(request: AgentRequest) -> HttpResponse:
    """The newest held messages of the desk, each with its reason."""
    held = _held(request)
    if before := read_number(request.GET.get("before")):
        held = held.filter(pk__lt=before)
    found = list(held.order_by("-id")[: MOST_SHOWN + 1])
    shown = found[:MOST_SHOWN]
    older = f"{reverse('agent:quarantine')}?before={shown[-1].pk}" if len(found) > MOST_SHOWN else ""
    context = {
        **make_shell(request, current="quarantine"),
        "held": [_describe(inbound) for inbound in shown],
        "pagination": {"older_url": older},
    }
    return render(request, "agent/quarantine/page.html", context)


@reading
def show_inbound(request: AgentRequest, inbound_id: int) -> HttpResponse:
    """A held message as plain text: nothing of it is rendered."""
    inbound = _held(request).filter(pk=inbound_id).first()
    if inbound is None:
        raise Http404
    raw = read_source(inbound)
    context = {
        **make_shell(request, current="quarantine"),
        "inbound": _describe(inbound),
        "source": raw[:MOST_SOURCE].decode("utf-8", "replace").replace("\x00", "\N{REPLACEMENT CHARACTER}"),
        "is_cut": len(raw) > MOST_SOURCE,
    }
    return render(request, "agent/quarantine/message.html", context)


def _held(request: AgentRequest) -> QuerySet[InboundMessage]:
    if request.agent.role not in SEES_QUARANTINE:
        raise Http404
    return quarantined(request.desk)


def _describe(inbound: InboundMessage) -> dict[str, Any]:
    return {
        "url": reverse("agent:quarantined", args=[inbound.pk]),
        "source_url": reverse("agent:received_mail", args=[inbound.pk]),
        "sender": inbound.sender or "Unknown sender",
        "subject": inbound.subject or "(no subject)",
        "state": inbound.state,
        "state_word": "Quarantined" if inbound.state == InboundState.QUARANTINED else "Set aside",
        "reason": inbound.reason,
        "at_iso": to_iso(inbound.received_at),
        "at_text": describe_age(inbound.received_at, now=timezone.now()),
        "at_moment": describe_moment(inbound.received_at),
        "at_title": describe_moment_fully(inbound.received_at),
    }
