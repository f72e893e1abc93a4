"""News for an agent's open pages, which alert them if they want."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from helpdesk.agent.permissions import AgentRequest, agent_page
from helpdesk.notify.push_texts import describe_push
from helpdesk.shared.numbers import parse_number
from helpdesk.shared.urls import get_url
from tickets.access import tickets_for_agent
from tickets.models import Notification
from tickets.models.choices import ACTIVE_STATES
from tickets.notifications import list_visible_notifications
from tickets.notify.choosing import Choices, get_choices

MAX_SHOWN = 3


@agent_page
def show_alerts(request: AgentRequest) -> HttpResponse:
    """Return whether the agent wants alerts, and what is new since the last time.

    notification and ticket: the marks that the page sent, or none at first: then only the newest
    marks are returned. A mark is the ID of a notification, and the number of a ticket.
    """
    choices = get_choices(request.agent)
    if not choices.plays_sound and not choices.shows_alerts:
        return JsonResponse({"is_on": False})
    marks = [parse_number(request.GET.get(name)) for name in ("notification", "ticket")]
    mine, last_mine = _list_own(request, marks[0])
    others, last_other = _list_unassigned(request, marks[1], choices)
    content = {
        "is_on": True,
        "plays_sound": choices.plays_sound,
        "shows_alerts": choices.shows_alerts,
        "notification": last_mine,
        "ticket": last_other,
        "news": [*mine, *others],
    }
    return JsonResponse(content)


def _list_own(request: AgentRequest, mark: int | None) -> tuple[list[dict[str, Any]], int]:
    """Return the newest unread notifications after a mark, and the new mark."""
    mine = list_visible_notifications(request.agent)
    if mark is None:
        newest = mine.order_by("-pk").values_list("pk", flat=True).first()
        return [], newest or 0
    unread = mine.filter(pk__gt=mark, read_at__isnull=True).order_by("-pk")
    found = list(unread.select_related("ticket__desk", "event")[:MAX_SHOWN])
    return [_describe(request, one) for one in found], found[0].pk if found else mark


def _describe(request: AgentRequest, notification: Notification) -> dict[str, Any]:
    title, body = describe_push(request.desk, notification)
    url = get_url("agent:notifications")
    if notification.ticket is not None:
        url = get_url("agent:ticket", notification.ticket.number)
    return {"title": title, "body": body, "url": url}


def _list_unassigned(
    request: AgentRequest, mark: int | None, choices: Choices
) -> tuple[list[dict[str, Any]], int]:
    """Return the newest unassigned tickets after a mark, and the new mark."""
    if not choices.alerts_unassigned:
        return [], 0
    visible = tickets_for_agent(request.agent).order_by("-number")
    if not mark:
        newest = visible.values_list("number", flat=True).first()
        return [], newest or 0
    free = visible.filter(number__gt=mark, assignee__isnull=True, status__in=ACTIVE_STATES)
    found = list(free.select_related("desk")[:MAX_SHOWN])
    news = [
        {
            "title": ticket.reference,
            "body": _("New unassigned ticket."),
            "url": get_url("agent:ticket", ticket.number),
        }
        for ticket in found
    ]
    return news, found[0].number if found else mark
