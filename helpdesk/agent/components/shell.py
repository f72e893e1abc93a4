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
class PresenceOption(Component):
    """A presence that the agent can choose. value: a PresenceState."""

    compared: ClassVar[frozenset[str]] = frozenset({"icon"})
    value: str
    label: str
    icon: str


@dataclass(frozen=True, slots=True)
class SignedInAgent(Component):
    """The agent at the foot of the sidebar, with their presence.

    presence: in words, "" while available. options: the other presences, none for observers.
    """

    name: str
    initials: str
    tone: str
    role: str
    presence: str = ""
    options: tuple[PresenceOption, ...] = ()


@dataclass(frozen=True, slots=True)
class ShellUrls(Component):
    """URLs of the sidebar and the top bar; "" for what the agent may not use."""

    tickets: str
    search: str
    logout: str
    password: str
    security: str
    presence: str
    schedule: str = ""
    macros: str = ""
    signature: str = ""
    tokens: str = ""
    preferences: str = ""
    notifications: str = ""
    alerts: str = ""
    shortcuts: str = ""
    api_docs: str = ""
    new_ticket: str = ""
    admin: str = ""
    find: str = ""
    search_values: str = ""
    owner: str = ""  # the key of what this browser remembers for the person at the desk
