"""Typed context of the list of saved views (templates/agent/saved_views)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Agent
from helpdesk.shared.components import Component
from helpdesk.shared.urls import get_url
from tickets.models import SavedView
from tickets.saved_views.access import can_change


@dataclass(frozen=True, slots=True)
class ViewLine(Component):
    """A saved view. The URLs are "" where the agent may not change it."""

    name: str
    url: str
    audience: str
    edit_url: str = ""
    move_url: str = ""
    delete_url: str = ""
    confirm: str = ""


def list_lines(views: Iterable[SavedView], agent: Agent) -> list[ViewLine]:
    """Return the lines of the agent's views: shared ones first."""
    ordered = sorted(views, key=lambda view: not view.is_shared)
    return [_build_line(view, can_change(agent, view)) for view in ordered]


def _build_line(view: SavedView, is_changeable: bool) -> ViewLine:
    url = get_url("agent:queue", query={"view": view.slug})
    if not is_changeable:
        return ViewLine(view.name, url, _describe_audience(view))
    return ViewLine(
        view.name,
        url,
        _describe_audience(view),
        edit_url=get_url("agent:view", view.pk),
        move_url=get_url("agent:view_place", view.pk),
        delete_url=get_url("agent:view_deletion", view.pk),
        confirm=_("Delete the view “%(name)s”? This doesn't change its tickets.")
        % {"name": view.name},
    )


def _describe_audience(view: SavedView) -> str:
    if not view.is_shared:
        return pgettext("visible to", "Only me")
    if view.department:
        return _("Members of %(department)s") % {"department": view.department.name}
    return _("All agents")
