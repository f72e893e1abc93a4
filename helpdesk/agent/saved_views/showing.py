"""Parts of a list that a saved view changes: groups, columns, a notice, and links to save it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Agent, Desk
from helpdesk.agent.components.lists import RowGroup, TicketRow
from helpdesk.agent.lists.groupings import KINDS
from helpdesk.agent.lists.list_parameters import ListParameters
from helpdesk.agent.lists.own_filters import list_own_columns
from helpdesk.agent.lists.queue_queries import MAX_COUNTED, GroupHeading
from helpdesk.agent.lists.toolbar import get_label
from helpdesk.shared.components import Link
from helpdesk.shared.numbers import format_capped_count
from helpdesk.shared.urls import get_url
from tickets.models import Column, Grouping


def arrange(
    rows: Sequence[TicketRow], context: dict[str, Any], parameters: ListParameters, desk: Desk
) -> dict[str, Any]:
    """Return the context of a page's rows in a view: groups, and hidden columns.

    context: has the page as it was read, and the headings of its groups.
    """
    saved = parameters.saved
    if saved is None:
        return {}
    hidden = [column for column in Column.values if column not in saved.columns]
    groups = _group(rows, context, parameters.grouping, desk) if parameters.grouping else ()
    own = tuple(field.label for field in list_own_columns(saved.columns, desk))
    return {"groups": groups, "hidden": " ".join(hidden), "own_columns": own}


def _group(
    rows: Sequence[TicketRow], context: dict[str, Any], grouping: str, desk: Desk
) -> tuple[RowGroup, ...]:
    found: dict[int, list[TicketRow]] = {}
    for row, read in zip(rows, context["page"], strict=True):
        found.setdefault(KINDS[grouping].get_key(read), []).append(row)
    return tuple(
        RowGroup(
            _get_title(grouping, heading, found[heading.key][0], desk),
            tuple(found[heading.key]),
            _describe_count(heading),
        )
        for heading in context["headings"]
    )


def _get_title(grouping: str, heading: GroupHeading, row: TicketRow, desk: Desk) -> str:
    titles = {
        Grouping.STATE: desk.word_for(row.status),
        Grouping.PRIORITY: row.priority_name,
        Grouping.ASSIGNEE: row.assignee_name or _("Unassigned"),
        Grouping.ACCOUNT: row.account or _("No account"),
    }
    title = titles[Grouping(grouping)]
    if not heading.is_continued:
        return title
    return _("%(group)s (continued)") % {"group": title}


def _describe_count(heading: GroupHeading) -> str:
    """Return how many tickets a group has on all pages, or "" if that isn't counted."""
    if heading.amount is None:
        return ""
    text = ngettext("%(count)s ticket", "%(count)s tickets", heading.amount)
    return text % {"count": format_capped_count(heading.amount, MAX_COUNTED)}


def describe_missing(parameters: ListParameters, desk: Desk) -> str:
    """Return the sentences about what a view names and its list leaves out, or ""."""
    saved, notices = parameters.saved, []
    if saved is None:
        return ""
    if saved.missing:
        names = ", ".join(get_label(name, desk) for name in saved.missing)
        text = _("This view ignores filters that refer to something deleted: %(names)s.")
        notices.append(text % {"names": names})
    if saved.grouping and not parameters.grouping:
        text = _("This list includes closed tickets, so it can't be grouped by priority.")
        notices.append(text)
    return " ".join(notices)


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
