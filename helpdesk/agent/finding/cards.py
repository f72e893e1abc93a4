"""Typed contexts of the command bar and its page (templates/agent/find)."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk.shared.components import Component


@dataclass(frozen=True, slots=True)
class FoundLink(Component):
    """A page that was found. detail: what tells it from others with the same label."""

    url: str
    label: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class FoundGroup(Component):
    """Results of one kind. key: tells the groups of a page apart."""

    key: str
    title: str
    icon: str
    links: tuple[FoundLink, ...]
