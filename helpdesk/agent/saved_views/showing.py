"""Parts of a list that a saved view changes: groups, columns, a notice, and links to save it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from accounts.models import Agent, Desk
from helpdesk.agent.components.lists import RowGroup, TicketRow
from helpdesk.agent.lists.list_parameters import ListParameters, SavedList
from helpdesk.agent.lists.toolbar import get_label
from helpdesk.shared.components import Link
from helpdesk.shared.urls import get_url
from tickets.models import Column, Grouping, State

STATES = {state: place for place, state in enumerate(State.values)}
# What a group is called, and its place among the others.
_GROUPS: dict[str, tuple[Callable[[TicketRow], str], Callable[[TicketRow], Any]]] = {
    Grouping.STATE: (lambda row: row.status_word, lambda row: STATES.get(row.status, 0)),
    Grouping.PRIORITY: (lambda row: row.priority_name, lambda row: row.priority_rank),
    Grouping.ASSIGNEE: (
        lambda row: row.assignee_name or _("Unassigned"),
        lambda row: (not row.assignee_name, row.assignee_name.casefold()),
    ),
    Grouping.ACCOUNT: (
        lambda row: row.account or _("No account"),
        lambda row: (not row.account, row.account.casefold()),
    ),
}


def arrange(rows: Iterable[TicketRow], saved: SavedList | None) -> dict[str, Any]:
    """Return the context of a page's rows in a view: groups, and hidden columns."""
    if saved is None:
        return {}
    hidden = [column for column in Column.values if column not in saved.columns]
    groups = _group(rows, *_GROUPS[saved.grouping]) if saved.grouping in _GROUPS else ()
    return {"groups": groups, "hidden": " ".join(hidden)}


def _group(
    rows: Iterable[TicketRow],
    get_title: Callable[[TicketRow], str],
    get_place: Callable[[TicketRow], Any],
) -> tuple[RowGroup, ...]:
    found: dict[str, list[TicketRow]] = {}
    for row in sorted(rows, key=get_place):
        found.setdefault(get_title(row), []).append(row)
    return tuple(RowGroup(title, tuple(members)) for title, members in found.items())


def describe_missing(saved: SavedList, desk: Desk) -> str:
    """Return the sentence about conditions that name something deleted, or ""."""
    if not saved.missing:
        return ""
    names = ", ".join(get_label(name, desk) for name in saved.missing)
    return _("This view ignores filters that refer to something deleted: %(names)s.") % {
        "names": names
    }


def list_view_acts(parameters: ListParameters, agent: Agent) -> tuple[Link, ...]:
    """Return links to save a list as a view, or to change the view that it started from."""
    if not agent.can_write or parameters.words:
        return ()
    query = urlencode(parameters.expand().get_parameters())
    save = Link(get_url("agent:new_view", query={"list": query}), _("Save view"))
    saved = parameters.saved
    if saved is None:
        return (save,) if parameters.filters else ()
    if not saved.can_change:
        return (save,) if parameters.is_changed else ()
    if parameters.is_changed:
        return (
            Link(get_url("agent:view", saved.id, query={"list": query}), _("Update view")),
            save,
        )
    return (Link(get_url("agent:view", saved.id), _("Edit view")),)
