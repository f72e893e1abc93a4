"""The agent's inbox. Reading is a post: a GET changes nothing."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from helpdesk.agent.permissions import AgentRequest, agent_page, agent_required
from helpdesk.agent.queue_queries import MAX_UNREAD
from helpdesk.agent.redirects import see_other
from helpdesk.agent.shell import make_shell
from helpdesk.shared.times import format_age, format_full_datetime, to_iso
from tickets.models import Notification
from tickets.notifications import (
    describe_notification,
    get_notification,
    list_unread_notifications,
    mark_all_read,
    mark_ticket_read,
)


@agent_page
def show_notifications(request: AgentRequest) -> HttpResponse:
    """The newest unread lines."""
    lines = list_unread_notifications(request.agent, limit=MAX_UNREAD)
    context = {
        **make_shell(request, current="notifications"),
        "lines": [_describe(line) for line in lines],
    }
    return render(request, "agent/notifications/page.html", context)


@require_POST
@agent_required
def open_notification(request: AgentRequest, notification_id: int) -> HttpResponse:
    """To the ticket of a line; all lines about that ticket are read then. Observers read their inbox, too."""
    try:
        line = get_notification(request.agent, notification_id)
    except Notification.DoesNotExist:
        raise Http404 from None
    mark_ticket_read(agent=request.agent, ticket_id=line.ticket_id, at=timezone.now())
    return see_other(reverse("agent:ticket", args=[line.ticket.number]))


@require_POST
@agent_required
def read_all(request: AgentRequest) -> HttpResponse:
    mark_all_read(agent=request.agent, at=timezone.now())
    return see_other(reverse("agent:notifications"))


def _describe(line: Notification) -> dict[str, Any]:
    return {
        "url": reverse("agent:notification", args=[line.pk]),
        "text": describe_notification(line),
        "subject": line.ticket.subject,
        "at_iso": to_iso(line.created_at),
        "at_text": format_age(line.created_at, now=timezone.now()),
        "at_title": format_full_datetime(line.created_at),
    }
