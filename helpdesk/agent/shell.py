"""What stands around every page of the agents: sidebar, person, addresses (templates/agent/base.html)."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import Agent, Role
from helpdesk.agent.permissions import AgentRequest
from helpdesk.agent.queue_queries import MAX_COUNTED, MAX_UNREAD, Sidebar, read_sidebar
from helpdesk.shared.avatars import get_initials

SEES_QUARANTINE = frozenset({Role.LEAD, Role.ADMIN})


def make_shell(request: AgentRequest, *, current: str | None = None) -> dict[str, Any]:
    """The context of agent/base.html. current: the view or page that is open."""
    return frame_shell(request, read_sidebar(request.agent, at=timezone.now()), current=current)


def frame_shell(
    request: AgentRequest, sidebar: Sidebar, *, current: str | None, words: str = ""
) -> dict[str, Any]:
    """The same around a sidebar that is read already; words: what is searched for."""
    return {
        "agent_nav": _make_nav(request.agent, sidebar, current),
        "departments": sidebar.departments,
        "person": _describe_person(request.agent, sidebar),
        "urls": _make_urls(request),
        "search_query": words,
    }


def describe_count(amount: int, most: int = MAX_COUNTED) -> str:
    """A counted badge: "" for none, "1000+" where counting stopped."""
    if amount > most:
        return f"{most}+"
    return str(amount or "")


def _describe_person(agent: Agent, sidebar: Sidebar) -> dict[str, Any]:
    return {
        "name": agent.name,
        "initials": get_initials(agent.name),
        "role_word": f"{agent.get_role_display()}, {agent.get_level_display()}",
        "is_away": sidebar.is_away,
        "may_be_away": agent.can_write,
    }


def _make_urls(request: AgentRequest) -> dict[str, str]:
    urls = {
        "tickets": reverse("agent:queue"),
        "search": reverse("agent:queue"),
        "logout": reverse("account_logout"),
        "password": reverse("account_change_password"),
        "presence": reverse("agent:presence"),
    }
    if request.agent.can_write:
        urls["new_ticket"] = reverse("agent:new_ticket")
    if request.user.is_staff:
        urls["admin"] = reverse("admin:index")
    return urls


def _make_nav(agent: Agent, sidebar: Sidebar, current: str | None) -> list[dict[str, Any]]:
    queue = reverse("agent:queue")

    def item(
        view: str, label: str, icon: str, amount: int = 0, keys: str = "", url: str = ""
    ) -> dict[str, Any]:
        return {
            "url": url or (f"{queue}?view={view}" if view else queue),
            "label": label,
            "icon": icon,
            "count": describe_count(amount),
            "current": view == current,
            "keys": keys,
        }

    counts = sidebar.counts
    tickets = [
        item("", "All undone", "inbox-stack", counts["undone"], "g a"),
        item("mine", "Mine", "user", counts["mine"], "g m"),
        item("unassigned", "Unassigned", "user-plus", counts["unassigned"], "g u"),
        item("overdue", "Overdue", "clock", counts["overdue"], "g o"),
        item("closed", "Closed", "check-circle", 0, "g c"),
    ]
    departments = [
        item(str(d.id), d.name, "queue-list", d.amount)
        for d in sidebar.departments
        if not d.is_hidden
    ]
    notices = item(
        "notifications", "Notifications", "bell", 0, "g n", url=reverse("agent:notifications")
    )
    inbox = [notices | {"count": describe_count(counts["unread"], MAX_UNREAD)}]
    if agent.role in SEES_QUARANTINE:
        held = item(
            "quarantine",
            "Quarantine",
            "shield-exclamation",
            0,
            "g q",
            url=reverse("agent:quarantine"),
        )
        inbox.append(held | {"count": describe_count(counts["held"], MAX_UNREAD)})
    people = item(
        "customers", "Customers", "building-office", 0, "g k", url=reverse("agent:customers")
    )
    return [
        {"title": "Tickets", "items": tickets},
        {"title": "Departments", "items": departments},
        {"title": "Inbox", "items": inbox},
        {"title": "People", "items": [people]},
    ]
