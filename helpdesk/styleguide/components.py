"""Typed contexts of the styleguide (templates/agent/styleguide)."""

from __future__ import annotations

from dataclasses import dataclass

from django.forms import Form

from helpdesk.agent.components.lists import TicketRow
from helpdesk.agent.components.ticket import ClockPanel
from helpdesk.shared.components import Component, EventItem, EventRun, MessageItem


@dataclass(frozen=True, slots=True)
class State(Component):
    """A state of a component: the value that the style sheet knows, and how it reads."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Section(Component):
    """A group of components. key: of its address on the page. template: draws it in a theme."""

    key: str
    title: str
    template: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme(Component):
    """The examples of a theme. name: "light" or "dark". Fields and messages have ids of their own.

    entries: of a conversation.
    """

    name: str
    title: str
    form: Form
    rows: tuple[TicketRow, ...]
    entries: tuple[MessageItem | EventItem | EventRun, ...]
    clocks: tuple[ClockPanel, ...]
