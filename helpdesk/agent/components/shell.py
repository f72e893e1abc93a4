"""Typed contexts of the sidebar and the top bar (templates/agent/base.html, _nav.html)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NavItem:
    """An entry of the sidebar. icon: a heroicon's name. keys: a shortcut such as "g m"."""

    url: str
    label: str
    icon: str
    count: str = ""
    current: bool = False
    keys: str = ""


@dataclass(frozen=True, slots=True)
class NavSection:
    """A titled part of the sidebar."""

    title: str
    entries: tuple[NavItem, ...]


@dataclass(frozen=True, slots=True)
class SignedInAgent:
    """The agent at the foot of the sidebar, with their presence."""

    name: str
    initials: str
    tone: str
    role: str
    is_away: bool
    can_be_away: bool


@dataclass(frozen=True, slots=True)
class ShellUrls:
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
