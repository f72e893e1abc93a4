"""The frame of every agent page: sidebar, signed-in agent, URLs (templates/agent/base.html)."""

from __future__ import annotations

from typing import Any, cast

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Agent, Desk, Level, Role, User
from helpdesk.agent.calls.known import has_calls
from helpdesk.agent.components.shell import NavItem, NavSection, ShellUrls, SignedInAgent
from helpdesk.agent.lists.queue_queries import MAX_COUNTED, Sidebar, read_sidebar
from helpdesk.agent.permissions import AgentRequest
from helpdesk.agent.presence import describe_choice, list_choices
from helpdesk.shared.avatars import get_initials, get_tone
from helpdesk.shared.http.dialogs import DIALOG_FRAME, is_dialog
from helpdesk.shared.numbers import format_capped_count
from helpdesk.shared.shortcuts import write_keys
from helpdesk.shared.urls import get_url
from tickets.conditions.values import MAX_UNREAD
from tickets.rules.visibility import ROLES_SEEING_ALL, TicketVisibility

DECIDES_ON_QUARANTINE = frozenset({Role.LEAD, Role.ADMIN})
MAXIMA = {"mentioned": MAX_UNREAD, "unread": MAX_UNREAD}  # other views count to MAX_COUNTED


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
        "agent_nav": _build_nav(request.agent, sidebar, current),
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


def _build_nav(agent: Agent, sidebar: Sidebar, current: str | None) -> tuple[NavSection, ...]:
    return (
        NavSection(
            _("Tickets"),
            (_build_home(current), *_list_ticket_views(agent.desk, sidebar, current)),
        ),
        *_list_saved_views(sidebar, current),
        NavSection(_("Departments"), _list_departments(sidebar, current)),
        NavSection(_("Levels"), _list_levels(agent.desk, sidebar, current)),
        NavSection(pgettext("sidebar", "Inbox"), _list_inbox(agent.desk, sidebar, current)),
        NavSection(_("People"), _list_people(agent, current)),
    )


def _build_home(current: str | None) -> NavItem:
    return NavItem(
        url=get_url("agent:start"),
        label=_("Home"),
        icon="home",
        current=current == "start",
        keys="g i",
    )


def _list_people(agent: Agent, current: str | None) -> tuple[NavItem, ...]:
    customers = NavItem(
        url=get_url("agent:customers"),
        label=_("Customers"),
        icon="building-office",
        current=current == "customers",
        keys="g k",
    )
    schedule = NavItem(
        url=get_url("agent:schedule"),
        label=_("Schedule"),
        icon="calendar-days",
        current=current in ("schedule", "my_schedule", "on_call"),
        keys="g s",
    )
    if agent.role not in ROLES_SEEING_ALL:
        return (customers, schedule)
    board = NavItem(
        url=get_url("agent:board"),
        label=_("Board"),
        icon="chart-bar",
        current=current == "board",
        keys="g b",
    )
    return (customers, schedule, board)


def _list_ticket_views(desk: Desk, sidebar: Sidebar, current: str | None) -> tuple[NavItem, ...]:
    counts = sidebar.counts
    is_snoozing = counts.snoozed or current == "snoozed"
    snoozed = [("snoozed", _("Snoozed"), "moon", counts.snoozed, "")] if is_snoozing else []
    views = [
        ("", _("Open tickets"), "inbox-stack", sidebar.open_tickets, "g a"),
        ("mine", pgettext("tickets", "Mine"), "user", counts.mine, "g m"),
        ("mentioned", _("Mentioned"), "at-symbol", counts.mentioned, ""),
        *snoozed,
        ("unassigned", _("Unassigned"), "user-plus", counts.unassigned, "g u"),
        ("unanswered", _("Needs reply"), "chat-bubble-left", counts.unanswered, "g r"),
        ("soon", _("Due soon"), "clock", counts.soon, "g d"),
        ("overdue", _("Breached"), "exclamation-triangle", counts.overdue, "g o"),
        ("waiting", desk.word_for("waiting"), "pause-circle", counts.waiting, "g w"),
        ("escalated", desk.word_for("escalated"), "arrow-trending-up", counts.escalated, "g x"),
        ("unread", _("Unread by me"), "envelope", counts.unread_tickets, "g y"),
        ("recent", _("Recently closed"), "check-circle", counts.recent, "g c"),
    ]
    return tuple(
        NavItem(
            url=_get_view_url(view),
            label=label,
            icon=icon,
            count=format_capped_count(count, MAXIMA.get(view, MAX_COUNTED)),
            current=view == current,
            keys=keys,
        )
        for view, label, icon, count, keys in views
    )


def list_counted(agent: Agent, sidebar: Sidebar) -> tuple[NavSection, ...]:
    """Return the sections of ticket lists, whose counts change all the time."""
    return (
        NavSection("", _list_ticket_views(agent.desk, sidebar, None)),
        NavSection("", _list_departments(sidebar, None)),
        NavSection("", _list_levels(agent.desk, sidebar, None)),
    )


def _list_saved_views(sidebar: Sidebar, current: str | None) -> tuple[NavSection, ...]:
    """Return the section of saved views, if there are any."""
    if not sidebar.saved:
        return ()
    views = [
        NavItem(
            url=_get_view_url(f"s{view.id}"),
            label=view.name,
            icon="users" if view.is_shared else "bookmark",
            current=current == f"s{view.id}",
        )
        for view in sidebar.saved
    ]
    url = get_url("agent:saved_views")
    manage = NavItem(
        url, _("Manage views"), "adjustments-horizontal", current=current == "saved_views"
    )
    return (NavSection(_("Saved views"), (*views, manage)),)


def _list_departments(sidebar: Sidebar, current: str | None) -> tuple[NavItem, ...]:
    return tuple(
        NavItem(
            url=_get_view_url(str(department.id)),
            label=department.name,
            icon="queue-list",
            count=format_capped_count(department.open_tickets, MAX_COUNTED),
            current=str(department.id) == current,
        )
        for department in sidebar.departments
        if not department.is_hidden
    )


def _list_levels(desk: Desk, sidebar: Sidebar, current: str | None) -> tuple[NavItem, ...]:
    """Return the views of the levels, the R&D queue of defects, and product feedback.

    Most tickets are at the first level, so it has no count.
    """
    counts = {Level.L2.value: sidebar.counts.level_two, Level.RND.value: sidebar.counts.engineering}
    levels = tuple(
        NavItem(
            url=_get_view_url(level),
            label=name,
            icon="bars-arrow-up",
            count=format_capped_count(counts.get(level, 0), MAX_COUNTED),
            current=level == current,
        )
        for level, name in desk.list_levels()
    )
    return (*levels, _build_defects(sidebar, current), _build_feedback(current))


def _build_defects(sidebar: Sidebar, current: str | None) -> NavItem:
    return NavItem(
        url=get_url("agent:defects"),
        label=_("Defects"),
        icon="bug-ant",
        count=format_capped_count(sidebar.counts.defects, MAX_UNREAD),
        current=current == "defects",
        keys="g e",
    )


def _build_feedback(current: str | None) -> NavItem:
    return NavItem(
        url=get_url("agent:feedback"),
        label=_("Product feedback"),
        icon="light-bulb",
        current=current == "feedback",
    )


def _list_inbox(desk: Desk, sidebar: Sidebar, current: str | None) -> tuple[NavItem, ...]:
    notifications = NavItem(
        url=get_url("agent:notifications"),
        label=_("Notifications"),
        icon="bell",
        count=format_capped_count(sidebar.counts.unread, MAX_UNREAD),
        current=current == "notifications",
        keys="g n",
    )
    quarantine = NavItem(
        url=get_url("agent:quarantine"),
        label=_("Quarantine"),
        icon="shield-exclamation",
        count=format_capped_count(sidebar.counts.quarantined, MAX_UNREAD),
        live="held",
        current=current == "quarantine",
        keys="g q",
    )
    handovers = NavItem(
        url=get_url("agent:handovers"),
        label=_("Handovers"),
        icon="arrows-right-left",
        count=format_capped_count(sidebar.counts.handovers, MAX_UNREAD),
        current=current == "handovers",
        keys="g h",
    )
    questions = _list_questions(sidebar, current)
    return (notifications, *_list_calls(desk, current), handovers, *questions, quarantine)


def _list_calls(desk: Desk, current: str | None) -> tuple[NavItem, ...]:
    """Return the page of calls, if the desk has a phone system."""
    if not has_calls(desk):
        return ()
    url = get_url("agent:calls")
    return (NavItem(url=url, label=_("Calls"), icon="phone", current=current == "calls"),)


def _list_questions(sidebar: Sidebar, current: str | None) -> tuple[NavItem, NavItem]:
    """Return the pages of questions to engineering groups, and of attention."""
    return (
        NavItem(
            url=get_url("agent:help_requests"),
            label=_("Requests for help"),
            icon="question-mark-circle",
            count=format_capped_count(sidebar.counts.help_requests, MAX_UNREAD),
            current=current == "help_requests",
        ),
        NavItem(
            url=get_url("agent:attention_requests"),
            label=_("Attention"),
            icon="megaphone",
            count=format_capped_count(sidebar.counts.attention, MAX_UNREAD),
            current=current == "attention",
        ),
    )


def _get_view_url(view: str) -> str:
    return get_url("agent:queue", query={"view": view} if view else None)
