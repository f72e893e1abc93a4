"""Typed contexts of the pages about macros (templates/agent/macros)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Agent
from helpdesk.shared.components import Component
from helpdesk.shared.urls import get_url
from tickets.macros.access import can_change
from tickets.models import Macro

MAX_SHOWN = 160  # characters of the reply


@dataclass(frozen=True, slots=True)
class MacroLine(Component):
    """A macro in a list. url: where a click leads, "" for nowhere. place: whose it is."""

    url: str
    name: str
    detail: str
    place: str
    used: str


def describe_for_list(macro: Macro, agent: Agent) -> MacroLine:
    """Return a line of the page where macros are changed."""
    url = get_url("agent:macro", macro.pk) if can_change(agent, macro) else ""
    return _describe(macro, url)


def describe_for_ticket(macro: Macro, number: int) -> MacroLine:
    """Return a line of the page where one is applied to a ticket."""
    return _describe(macro, get_url("agent:ticket_macro", number, macro.pk))


def _describe(macro: Macro, url: str) -> MacroLine:
    text = " ".join(macro.text.split())
    used = ngettext("Used %(count)s time", "Used %(count)s times", macro.uses)
    return MacroLine(
        url=url,
        name=macro.name,
        detail=text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…",
        place=_describe_place(macro),
        used=used % {"count": macro.uses} if macro.uses else _("Not used yet"),
    )


def _describe_place(macro: Macro) -> str:
    if macro.owner_id is not None:
        return _("Only you")
    if macro.department is not None:
        return str(macro.department)
    return _("Shared")
