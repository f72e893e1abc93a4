"""Emails that aren't on a ticket: quarantined or unreadable.

Everyone who works the queue sees that they are there. Leads and admins decide on them.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Agent
from channels_intake.mime.masking import mask_source
from channels_intake.models import InboundMessage, InboundState
from channels_intake.selectors import list_quarantined
from helpdesk.agent.audit import record_admin_view
from helpdesk.agent.components.inbox import HeldEmail
from helpdesk.agent.permissions import AgentRequest, agent_action, agent_page
from helpdesk.agent.redirects import redirect_to_ticket, see_other
from helpdesk.agent.shell import DECIDES_ON_QUARANTINE, build_shell, can_read_quarantine
from helpdesk.agent.views.mails import describe_source, read_source
from helpdesk.shared.components import Link, Pagination
from helpdesk.shared.numbers import parse_number
from helpdesk.shared.quarantine import DecisionForm
from helpdesk.shared.wording.times import format_ago, format_datetime, format_title, to_iso
from tickets.errors import ServiceError

MAX_SHOWN = 50


@agent_page
def show_quarantine(request: AgentRequest) -> HttpResponse:
    """List the desk's newest quarantined emails, or with ``?show=discarded`` the discarded ones."""
    is_discarded = request.GET.get("show") == "discarded"
    held = list_quarantined(request.desk, discarded=is_discarded)
    if before := parse_number(request.GET.get("before")):
        held = held.filter(pk__lt=before)
    found, now = list(held[: MAX_SHOWN + 1]), timezone.now()
    shown = found[:MAX_SHOWN]
    older_url = _get_older_url(shown, is_discarded) if len(found) > MAX_SHOWN else ""
    context = {
        **build_shell(request, current="quarantine"),
        "held": [_build_held(inbound, now, request.agent) for inbound in shown],
        "decides": request.agent.role in DECIDES_ON_QUARANTINE,
        "views": _list_views(is_discarded),
        "pagination": Pagination(older_url=older_url),
    }
    return render(request, "agent/quarantine/page.html", context)


@agent_page
def show_inbound(request: AgentRequest, inbound_id: int) -> HttpResponse:
    """Show a quarantined email as plain text; redirect to the ticket of a released one."""
    inbound = _get_inbound(request, inbound_id)
    if inbound.ticket is not None:
        return redirect_to_ticket(request, inbound.ticket.number)
    if not inbound.is_held:
        raise Http404
    record_admin_view(request, inbound)
    return _show(request, inbound, DecisionForm(desk=request.desk))


@agent_action
def decide_inbound(request: AgentRequest, inbound_id: int) -> HttpResponse:
    """Release, discard or restore an email; repeating it changes nothing more."""
    inbound = _get_inbound(request, inbound_id)
    if request.agent.role not in DECIDES_ON_QUARANTINE:
        raise Http404
    form = DecisionForm(request.POST, desk=request.desk)
    if not form.is_valid():
        return _show(request, inbound, form, status=422)
    try:
        ticket, message = form.decide(inbound, by=request.agent.user, at=timezone.now())
    except ServiceError as error:
        form.add_error(None, str(error))
        return _show(request, inbound, form, status=422)
    if ticket is not None:
        return redirect_to_ticket(request, ticket.number, success=message)
    messages.success(request, message)
    return see_other(reverse("agent:quarantine"))


def _show(
    request: AgentRequest, inbound: InboundMessage, form: DecisionForm, *, status: int = 200
) -> HttpResponse:
    source = mask_source(read_source(inbound))
    context = {
        **build_shell(request, current="quarantine"),
        "inbound": _build_held(inbound, timezone.now(), request.agent),
        "decides": request.agent.role in DECIDES_ON_QUARANTINE,
        "form": form,
        "mail": describe_source(source, title=_("Quarantined email")),
    }
    return render(request, "agent/quarantine/message.html", context, status=status)


def _get_inbound(request: AgentRequest, inbound_id: int) -> InboundMessage:
    if not can_read_quarantine(request.agent):
        raise Http404
    inbound = InboundMessage.objects.filter(desk=request.desk, pk=inbound_id).first()
    if inbound is None:
        raise Http404
    return inbound


def _describe_subject(inbound: InboundMessage) -> str:
    return inbound.subject or _("(no subject)")


def _list_views(is_discarded: bool) -> tuple[Link, ...]:
    url = reverse("agent:quarantine")
    return (
        Link(url, pgettext("emails", "Quarantined"), current=not is_discarded),
        Link(f"{url}?show=discarded", pgettext("emails", "Discarded"), current=is_discarded),
    )


def _get_older_url(shown: list[InboundMessage], is_discarded: bool) -> str:
    parameters = {"show": "discarded"} if is_discarded else {}
    return reverse("agent:quarantine", query=parameters | {"before": shown[-1].pk})


def _build_held(inbound: InboundMessage, now: datetime, agent: Agent) -> HeldEmail:
    is_quarantined = inbound.state == InboundState.QUARANTINED
    is_readable = can_read_quarantine(agent)
    return HeldEmail(
        url=reverse("agent:quarantined", args=[inbound.pk]) if is_readable else "",
        source_url=f"{reverse('agent:received_mail', args=[inbound.pk])}?download=1",
        decision_url=reverse("agent:decision", args=[inbound.pk]),
        is_held=inbound.is_held,
        is_discarded=inbound.discarded_at is not None,
        sender=inbound.sender or _("Unknown sender"),
        subject=_describe_subject(inbound) if is_readable else _("Subject hidden"),
        state=inbound.state,
        state_word=pgettext("email", "Quarantined") if is_quarantined else _("Unreadable"),
        reason=inbound.explanation,
        at_iso=to_iso(inbound.received_at),
        at_text=format_ago(inbound.received_at, now=now),
        at_moment=format_datetime(inbound.received_at),
        at_title=format_title(inbound.received_at),
    )
