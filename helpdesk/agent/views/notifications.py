"""The agent's notifications. Marking as read takes a POST: a GET changes nothing."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from helpdesk.agent.components.inbox import Notice
from helpdesk.agent.help.notices import describe_attention_details
from helpdesk.agent.permissions import AgentRequest, agent_page, agent_required
from helpdesk.agent.redirects import see_other
from helpdesk.agent.shell import build_shell
from helpdesk.shared.http.methods import post_only
from helpdesk.shared.wording.times import format_ago, format_title, to_iso
from tickets.conditions.values import MAX_UNREAD
from tickets.models import Notification
from tickets.notifications import (
    ABOUT_DEFECTS,
    ATTENTION_ACCEPTED,
    ATTENTION_ASKED,
    ATTENTION_DECLINED,
    ESCALATION_DUE,
    ESCALATION_LEAD,
    HOTLINE_MISSING,
    STAFF_MISSING,
    SWAP_DECIDED,
    SWAP_OFFERED,
    describe_notification,
    get_notification,
    list_unread_notifications,
    mark_all_read,
    mark_read,
)

# The page of a notification that is about no ticket.
PAGES = {
    ATTENTION_ASKED: "agent:attention_requests",
    ATTENTION_ACCEPTED: "agent:attention_requests",
    ATTENTION_DECLINED: "agent:attention_requests",
    ESCALATION_LEAD: "agent:attention_requests",
    ESCALATION_DUE: "agent:attention_requests",
    HOTLINE_MISSING: "agent:board",
    STAFF_MISSING: "agent:schedule",
    SWAP_OFFERED: "agent:on_call",
    SWAP_DECIDED: "agent:on_call",
}


@agent_page
def show_notifications(request: AgentRequest) -> HttpResponse:
    """Show the newest unread notifications."""
    unread = list_unread_notifications(request.agent, limit=MAX_UNREAD)
    now = timezone.now()
    details = describe_attention_details(request.agent, unread)
    context = {
        **build_shell(request, current="notifications"),
        "notices": [_build_notice(each, details.get(each.pk, ""), now) for each in unread],
    }
    return render(request, "agent/notifications/page.html", context)


@post_only
@agent_required
def open_notification(request: AgentRequest, notification_id: int) -> HttpResponse:
    """Mark all notifications about a ticket as read and redirect to it. Observers may, too.

    A notification that is about no ticket leads to the page of its subject.
    """
    try:
        notification = get_notification(request.agent, notification_id)
    except Notification.DoesNotExist:
        raise Http404 from None
    mark_read(notification=notification, at=timezone.now())
    return see_other(_get_page(notification))


def _get_page(notification: Notification) -> str:
    """Return the page of what a notification is about."""
    if notification.ticket is not None:
        return reverse("agent:ticket", args=[notification.ticket.number])
    if notification.kind.startswith(ABOUT_DEFECTS):
        return reverse("agent:defect", args=[(notification.data or {})["number"]])
    return reverse(PAGES.get(notification.kind, "agent:notifications"))


@post_only
@agent_required
def read_all(request: AgentRequest) -> HttpResponse:
    """Mark all of the agent's notifications as read."""
    mark_all_read(agent=request.agent, at=timezone.now())
    return see_other(reverse("agent:notifications"))


def _build_notice(notification: Notification, detail: str, now: datetime) -> Notice:
    return Notice(
        url=reverse("agent:notification", args=[notification.pk]),
        text=describe_notification(notification),
        subject=notification.ticket.subject if notification.ticket else detail,
        at_iso=to_iso(notification.created_at),
        at_text=format_ago(notification.created_at, now=now),
        at_title=format_title(notification.created_at),
    )
