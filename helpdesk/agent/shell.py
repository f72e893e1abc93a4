"""The frame of every agent page: sidebar, signed-in agent, URLs (templates/agent/base.html)."""

from __future__ import annotations

from typing import Any, cast

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Agent, Role, User
from helpdesk.agent.components.shell import ShellUrls, SignedInAgent
from helpdesk.agent.lists.queue_queries import Sidebar, read_sidebar
from helpdesk.agent.navigation import build_nav
from helpdesk.agent.permissions import AgentRequest
from helpdesk.agent.presence import describe_choice, list_choices
from helpdesk.shared.avatars import get_initials, get_tone
from helpdesk.shared.http.dialogs import DIALOG_FRAME, is_dialog
from helpdesk.shared.shortcuts import write_keys
from helpdesk.shared.urls import get_url
from tickets.rules.visibility import TicketVisibility

DECIDES_ON_QUARANTINE = frozenset({Role.LEAD, Role.ADMIN})


def can_read_quarantine(agent: Agent) -> bool:
    """Return True if the agent may read quarantined emails, not only see that they are there.

    Such an email may belong to a ticket of any department, so only agents who see every department
    can read it.
    """
    return not TicketVisibility.for_agent(agent).is_restricted


def build_shell(request: AgentRequest, *, current: str | None = None) -> dict[str, Any]:
    """Return the context of agent/base.html. current: the open view or page.

    A page in a dialog needs no sidebar.
    """
    if is_dialog(request):
        return {"frame": DIALOG_FRAME}
    return frame_shell(request, read_sidebar(request.agent, at=timezone.now()), current=current)


def frame_shell(
    request: AgentRequest, sidebar: Sidebar, *, current: str | None, words: str = ""
) -> dict[str, Any]:
    """Return the same context for a sidebar that was read already. words: of the search."""
    return {
        "agent_nav": build_nav(request.agent, sidebar, current),
        "departments": sidebar.departments,
        "person": _describe_agent(request.agent, sidebar),
        "urls": _build_urls(request),
        "search_query": words,
        "search_hidden": (),
        "shortcut_keys": write_keys(cast(User, request.user).shortcuts),
    }


def _describe_agent(agent: Agent, sidebar: Sidebar) -> SignedInAgent:
    return SignedInAgent(
        name=agent.name,
        initials=get_initials(agent.name),
        tone=get_tone(agent.name),
        role=_("%(role)s, %(level)s")
        % {"role": agent.get_role_display(), "level": agent.desk.word_for_level(agent.level)},
        presence=describe_choice(sidebar.counts.presence) if agent.can_write else "",
        options=list_choices(sidebar.counts.presence) if agent.can_write else (),
    )


def _build_urls(request: AgentRequest) -> ShellUrls:
    return ShellUrls(
        tickets=get_url("agent:queue"),
        search=get_url("agent:queue"),
        logout=get_url("account_logout"),
        password=get_url("account_change_password"),
        security=get_url("mfa_index"),
        preferences=get_url("preferences"),
        notifications=get_url("agent:notification_settings"),
        alerts=get_url("agent:alerts"),
        shortcuts=get_url("agent:shortcuts"),
        api_docs=get_url("api_docs:overview"),
        presence=get_url("agent:presence"),
        schedule=get_url("agent:my_schedule"),
        macros=get_url("agent:macros"),
        tokens=get_url("agent:tokens"),
        signature=get_url("agent:signature") if request.agent.can_write else "",
        new_ticket=get_url("agent:new_ticket") if request.agent.can_write else "",
        find=get_url("agent:find"),
        search_values=get_url("agent:search_values"),
        owner=f"{request.desk.slug}/{request.agent.pk}",
        admin=get_url("admin:index") if request.user.is_staff else "",
    )
