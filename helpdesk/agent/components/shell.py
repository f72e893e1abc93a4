"""Typed contexts of the sidebar and the top bar (templates/agent/base.html, _nav.html)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from helpdesk.shared.components import Component


@dataclass(frozen=True, slots=True)
class NavItem(Component):
    """An entry of the sidebar. icon: a heroicon's name. keys: a shortcut such as "g m".

    live: the event of the stream that brings the count, or "".
    """

    compared: ClassVar[frozenset[str]] = frozenset({"icon"})
    url: str
    label: str
    icon: str
    count: str = ""
    current: bool = False
    keys: str = ""
    live: str = ""


@dataclass(frozen=True, slots=True)
class NavSection(Component):
    """A titled part of the sidebar."""

    title: str
    entries: tuple[NavItem, ...]


@dataclass(frozen=True, slots=True)
class SignedInAgent(Component):
    """The agent at the foot of the sidebar, with their presence."""

    name: str
    initials: str
    tone: str
    role: str
    is_away: bool
    can_be_away: bool


@dataclass(frozen=True, slots=True)
class ShellUrls(Component):
    """URLs of the sidebar and the top bar; "" for what the agent may not use."""

    tickets: str
    search: str
    logout: str
    password: str
    security: str
    presence: str
    preferences: str = ""
    new_ticket: str = ""
    admin: str = ""
