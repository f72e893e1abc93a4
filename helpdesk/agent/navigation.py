"""The sidebar of the agent pages: views of tickets, defects, people and inboxes, with counts."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Agent, Desk, Level
from helpdesk.agent.calls.known import has_calls
from helpdesk.agent.components.shell import NavItem, NavSection
from helpdesk.agent.lists.queue_queries import MAX_COUNTED, Sidebar
from helpdesk.shared.numbers import format_capped_count
from helpdesk.shared.urls import get_url
from tickets.conditions.values import MAX_UNREAD
from tickets.rules.visibility import ROLES_SEEING_ALL

MAXIMA = {"mentioned": MAX_UNREAD, "unread": MAX_UNREAD}  # other views count to MAX_COUNTED


def build_nav(agent: Agent, sidebar: Sidebar, current: str | None) -> tuple[NavSection, ...]:
    """Return the sections of the sidebar. current: the open view or page."""
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
